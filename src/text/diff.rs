//! The difference of two texts, line by line, in the unified form that every tool reads. The same two texts always
//! give the same difference.

/// Lines around a change that are shown.
const CONTEXT: usize = 3;

/// Pairs of lines that are compared for the smallest difference; beyond it the whole middle counts as changed.
const MOST_PAIRS: usize = 4_000_000;

/// A line of the difference: in both texts, only in the first, or only in the second.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Line<'a> {
    Both(&'a str),
    Old(&'a str),
    New(&'a str),
}

/// A unified difference with three lines of context; empty for equal texts. Line ends are shown as they are.
pub fn unified(old_name: &str, new_name: &str, old: &str, new: &str) -> String {
    let lines = compare(&split(old), &split(new));
    let hunks = hunks(&lines);
    if hunks.is_empty() {
        return String::new();
    }
    let mut out = format!("--- {old_name}\n+++ {new_name}\n");
    for (start, end) in hunks {
        push_hunk(&mut out, &lines, start, end);
    }
    out
}

fn split(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// The lines of both texts in order, those that are equal told once.
fn compare<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<Line<'a>> {
    let front = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - front;
    let back = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    let old_middle = old.get(front..old.len() - back).unwrap_or_default();
    let new_middle = new.get(front..new.len() - back).unwrap_or_default();
    let mut lines: Vec<Line<'a>> = old.iter().take(front).map(|line| Line::Both(line)).collect();
    middle(old_middle, new_middle, &mut lines);
    lines.extend(old.iter().skip(old.len() - back).map(|line| Line::Both(line)));
    lines
}

/// The longest common subsequence, by the table of its lengths.
fn middle<'a>(old: &[&'a str], new: &[&'a str], lines: &mut Vec<Line<'a>>) {
    if old.len().saturating_mul(new.len()) > MOST_PAIRS {
        lines.extend(old.iter().map(|line| Line::Old(line)));
        lines.extend(new.iter().map(|line| Line::New(line)));
        return;
    }
    let width = new.len() + 1;
    let mut lengths = vec![0u32; (old.len() + 1) * width];
    let at =
        |lengths: &[u32], row: usize, column: usize| lengths.get(row * width + column).copied().unwrap_or(0);
    for (row, a) in old.iter().enumerate().rev() {
        for (column, b) in new.iter().enumerate().rev() {
            let length = if a == b {
                at(&lengths, row + 1, column + 1) + 1
            } else {
                at(&lengths, row + 1, column).max(at(&lengths, row, column + 1))
            };
            if let Some(cell) = lengths.get_mut(row * width + column) {
                *cell = length;
            }
        }
    }
    let (mut row, mut column) = (0, 0);
    loop {
        match (old.get(row), new.get(column)) {
            (Some(a), Some(b)) if a == b => {
                lines.push(Line::Both(a));
                (row, column) = (row + 1, column + 1);
            }
            (Some(a), other)
                if other.is_none() || at(&lengths, row + 1, column) >= at(&lengths, row, column + 1) =>
            {
                lines.push(Line::Old(a));
                row += 1;
            }
            (_, Some(b)) => {
                lines.push(Line::New(b));
                column += 1;
            }
            _ => return,
        }
    }
}

/// Ranges of lines that are shown together.
fn hunks(lines: &[Line<'_>]) -> Vec<(usize, usize)> {
    let mut hunks: Vec<(usize, usize)> = Vec::new();
    for (index, _) in lines.iter().enumerate().filter(|(_, line)| !matches!(line, Line::Both(_))) {
        let (start, end) = (index.saturating_sub(CONTEXT), (index + 1 + CONTEXT).min(lines.len()));
        match hunks.last_mut() {
            Some(last) if last.1 >= start => last.1 = end,
            _ => hunks.push((start, end)),
        }
    }
    hunks
}

fn push_hunk(out: &mut String, lines: &[Line<'_>], start: usize, end: usize) {
    let count = |lines: &[Line<'_>], left_out: fn(&Line<'_>) -> bool| {
        lines.iter().filter(|line| !left_out(line)).count()
    };
    let is_new = |line: &Line<'_>| matches!(line, Line::New(_));
    let is_old = |line: &Line<'_>| matches!(line, Line::Old(_));
    let before = lines.get(..start).unwrap_or_default();
    let shown = lines.get(start..end).unwrap_or_default();
    let (old_count, new_count) = (count(shown, is_new), count(shown, is_old));
    let first = |before: usize, count: usize| if count == 0 { before } else { before + 1 };
    let old_first = first(count(before, is_new), old_count);
    let new_first = first(count(before, is_old), new_count);
    out.push_str(&format!("@@ -{old_first},{old_count} +{new_first},{new_count} @@\n"));
    for line in shown {
        let (mark, text) = match line {
            Line::Both(text) => (' ', text),
            Line::Old(text) => ('-', text),
            Line::New(text) => ('+', text),
        };
        out.push(mark);
        out.push_str(text);
        if !text.ends_with('\n') {
            out.push_str("\n\\ No newline at end of file\n");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::unified;

    #[test]
    fn equal_texts_have_no_difference() {
        assert_eq!(unified("a", "b", "x\ny\n", "x\ny\n"), "");
        assert_eq!(unified("a", "b", "", ""), "");
    }

    #[test]
    fn a_changed_line_is_shown_with_three_lines_around_it() {
        let old = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        let told = unified("a", "b", old, &old.replace('5', "five"));
        assert_eq!(told, "--- a\n+++ b\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
    }

    #[test]
    fn distant_changes_are_two_hunks() {
        let old = (1..=30).fold(String::new(), |text, number: u32| text + &number.to_string() + "\n");
        let new = old.replace("\n3\n", "\nthree\n").replace("\n28\n", "\n");
        let told = unified("a", "b", &old, &new);
        assert_eq!(told.matches("@@ -").count(), 2, "{told}");
        assert!(told.contains("@@ -25,6 +25,5 @@"), "{told}");
    }

    #[test]
    fn a_missing_line_end_is_told() {
        let told = unified("a", "b", "x", "x\ny");
        assert_eq!(
            told,
            "--- a\n+++ b\n@@ -1,1 +1,2 @@\n-x\n\\ No newline at end of file\n+x\n+y\n\\ No newline at end of file\n"
        );
        assert_eq!(unified("a", "b", "", "x\n"), "--- a\n+++ b\n@@ -0,0 +1,1 @@\n+x\n");
    }

    proptest::proptest! {
        #[test]
        fn the_difference_leads_from_one_text_to_the_other(old in "[ab\n]{0,30}", new in "[ab\n]{0,30}") {
            let lines = super::compare(&super::split(&old), &super::split(&new));
            let of = |left_out: fn(&super::Line<'_>) -> bool| -> String {
                let kept = lines.iter().filter(|line| !left_out(line));
                kept.map(|line| match line { super::Line::Both(text) | super::Line::Old(text) | super::Line::New(text) => *text }).collect()
            };
            proptest::prop_assert_eq!(of(|line| matches!(line, super::Line::New(_))), old.as_str());
            proptest::prop_assert_eq!(of(|line| matches!(line, super::Line::Old(_))), new.as_str());
        }
    }
}
