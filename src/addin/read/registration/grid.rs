//! What `Format-Table` prints: names, dashes under them, and values that keep to the columns of the dashes. This is how
//! `Get-MgServicePrincipal` and `Get-MgApplication` answer in a window.

use super::node::{Data, Node};
use super::shape::Shape;

/// No window holds more columns: each line is gone through once for each of them.
const MOST_COLUMNS: usize = 64;
/// No window holds more rows.
const MOST_ROWS: usize = 100_000;

/// Calls for every row of the tables of registrations in a text.
pub(super) fn each(text: &str, sink: &mut dyn FnMut(&Node)) {
    let mut grid: Option<Grid> = None;
    let mut names = "";
    let mut count = 0;
    for (number, line) in (1..).zip(text.lines()) {
        if line.trim().is_empty() {
            grid = None;
        } else if let Some(found) = Grid::under(names, line) {
            grid = Shape::of(&found.row(number, "")).is_some().then_some(found);
        } else if let Some(grid) = grid.as_ref().filter(|_| count < MOST_ROWS) {
            count += 1;
            sink(&grid.row(number, line));
        }
        names = line;
    }
}

/// The columns of a table.
struct Grid {
    /// Name of each, and the character at which it begins.
    columns: Vec<(String, usize)>,
}

impl Grid {
    fn under(names: &str, dashes: &str) -> Option<Self> {
        if !dashes.contains("--") || !dashes.trim_end().chars().all(|mark| matches!(mark, '-' | ' ')) {
            return None;
        }
        let mut starts = Vec::new();
        let mut before = ' ';
        for (at, mark) in dashes.chars().enumerate() {
            if mark == '-' && before != '-' {
                starts.push(at);
            }
            before = mark;
        }
        if starts.len() > MOST_COLUMNS {
            return None;
        }
        let grid = Self { columns: starts.into_iter().map(|start| (String::new(), start)).collect() };
        let cells: Vec<String> = grid.cells(names).collect();
        let is_name = |cell: &String| !cell.is_empty() && !cell.contains(char::is_whitespace);
        let columns = cells.iter().cloned().zip(grid.columns.iter().map(|(_, start)| *start)).collect();
        (cells.len() > 1 && cells.iter().all(is_name)).then_some(Self { columns })
    }

    /// What stands in each column. A value that was cut off is none.
    fn cells<'t>(&'t self, line: &'t str) -> impl Iterator<Item = String> + 't {
        self.columns.iter().enumerate().map(|(index, (_, start))| {
            let end = self.columns.get(index + 1).map_or(usize::MAX, |(_, next)| *next);
            let cell: String = line.chars().skip(*start).take(end.saturating_sub(*start)).collect();
            let cell = cell.trim();
            if cell.ends_with('\u{2026}') || cell.ends_with("...") { String::new() } else { cell.to_owned() }
        })
    }

    fn row(&self, number: u64, line: &str) -> Node {
        let names = self.columns.iter().map(|(name, _)| name.clone());
        let fields = names.zip(self.cells(line).map(|cell| Node::cell(number, &cell))).collect();
        Node { line: number, column: 0, data: Data::Object(fields) }
    }
}

#[cfg(test)]
mod tests {
    use crate::addin::evidence::registration::Principal;
    use crate::addin::read::{ReadOptions, read};

    const ID: &str = "8f3c2a10-5b7e-4d1c-9a6f-2e4b7c9d1a35";

    fn window() -> String {
        format!(
            "PS C:\\> Get-MgServicePrincipal -Filter \"AppId eq '{ID}'\"\r\n\r\n\
             DisplayName    Id                                   AppId                                SignInAudience ServicePrincipalType\r\n\
             -----------    --                                   -----                                -------------- --------------------\r\n\
             Travel reque\u{2026}  3d1f6c2b-77aa-4c1e-8f09-5a6b7c8d9e0f {ID}                Legacy\r\n\
             \u{dc}bersetzer     3d1f6c2b-77aa-4c1e-8f09-5a6b7c8d9e10 0a1b2c3d-0000-4444-8888-000000000001 AzureADMyOrg   Application\r\n\r\n\
             PS C:\\> \r\n"
        )
    }

    fn principals(text: &str) -> Vec<Principal> {
        let evidence = read("window.txt", text.as_bytes(), &ReadOptions::default());
        evidence.map(|evidence| evidence.principals).unwrap_or_default()
    }

    #[test]
    fn a_window_tells_the_principals_and_no_more_than_its_columns() {
        let found = principals(&window());
        let ids: Vec<_> =
            found.iter().filter_map(|found| Some(found.client_id.as_ref()?.raw.as_str())).collect();
        assert_eq!(ids, [ID, "0a1b2c3d-0000-4444-8888-000000000001"]);
        assert_eq!(found.iter().map(|found| found.legacy).collect::<Vec<_>>(), [Some(true), Some(false)]);
        let titles: Vec<_> =
            found.iter().map(|found| found.title.as_ref().map(|title| title.raw.as_str())).collect();
        assert_eq!(titles, [None, Some("\u{dc}bersetzer")], "the first was cut off by the window");
        for principal in &found {
            assert_eq!(
                (&principal.domains, &principal.redirect_uris, &principal.credentials),
                (&None, &None, &None)
            );
        }
    }

    #[test]
    fn tables_of_other_things_are_none() {
        let text = "Name   Id\r\n----   --\r\na      1\r\n\r\n---- ----\r\n----\r\nAppId\r\n-----\r\nx\r\n";
        assert_eq!(principals(text), []);
    }

    #[test]
    fn a_line_of_nothing_but_dashes_is_no_table() {
        let dashes = "- ".repeat(100_000);
        assert_eq!(principals(&format!("{}\n{dashes}\n{}\n", window(), "x ".repeat(100_000))).len(), 2);
    }

    #[test]
    fn a_window_cut_anywhere_is_read() {
        let text = window();
        for end in (0..=text.len()).filter(|end| text.is_char_boundary(*end)) {
            principals(text.get(..end).expect("a boundary"));
        }
    }
}
