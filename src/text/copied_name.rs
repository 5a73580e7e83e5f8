//! The name of a file without what Windows and browsers add to that of a second one.

/// What stands before the name, in the languages that were met.
const BEFORE: [&str; 6] = ["Copy of ", "Kopie von ", "Copie de ", "Copia de ", "Copia di ", "Cópia de "];

/// What stands behind it.
const BEHIND: [&str; 6] = [" - Copy", " - Kopie", " - Copie", " - Copia", " - Cópia", " - Kopia"];

/// A name without its extension, `Copy of x`, `x - Copy (2)`, `x(2)`: what was copied, however often.
pub fn without_copy(stem: &str) -> &str {
    let mut stem = stem;
    loop {
        let found = numbered(stem)
            .or_else(|| BEFORE.into_iter().find_map(|mark| after(stem, mark)))
            .or_else(|| BEHIND.into_iter().find_map(|mark| before(stem, mark)));
        let Some(shorter) = found else { return stem };
        stem = shorter;
    }
}

fn after<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(mark.len())?;
    head.eq_ignore_ascii_case(mark).then_some(rest)
}

fn before<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    let (rest, tail) = text.split_at_checked(text.len().checked_sub(mark.len())?)?;
    tail.eq_ignore_ascii_case(mark).then_some(rest)
}

/// Windows parts the number by a blank, some browsers do not.
fn numbered(stem: &str) -> Option<&str> {
    let (name, number) = stem.strip_suffix(')')?.rsplit_once('(')?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| name.trim_end())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::without_copy;

    #[test]
    fn copies_are_called_after_what_was_copied() {
        for (name, expected) in [
            ("WSS_A", "WSS_A"),
            ("WSS_A (2)", "WSS_A"),
            ("WSS_A(12)", "WSS_A"),
            ("WSS_A - Copy", "WSS_A"),
            ("WSS_A - copy (2)", "WSS_A"),
            ("Copy of Kopie von WSS_A", "WSS_A"),
            ("Cópia de WSS_A - Cópia", "WSS_A"),
            ("WSS_A ()", "WSS_A ()"),
            ("WSS_A (b)", "WSS_A (b)"),
            ("Copying", "Copying"),
            ("(1)", ""),
        ] {
            assert_eq!(without_copy(name), expected, "{name}");
        }
    }

    proptest! {
        #[test]
        fn nothing_is_left_to_take_away(name in "(copy of |\\PC{0,4})\\PC{0,9}( - Copy|\\([0-9]{0,2}\\)| )?") {
            let once = without_copy(&name);
            prop_assert!(name.contains(once));
            prop_assert_eq!(without_copy(once), once);
        }
    }
}
