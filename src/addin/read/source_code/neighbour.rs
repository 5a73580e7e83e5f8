//! Texts with a comma between them: a name and its value, as in `Add("client_secret", "…")`, or two names in a list.

use std::ops::Range;

use super::lex::Lexed;

/// Brackets further away than this do not enclose a text.
const FAR: usize = 4000;

/// Words before a parenthesis that make a list of what stands in it. `Map.of` takes names and values.
const LISTS: [&str; 20] = [
    "array",
    "list",
    "tuple",
    "set",
    "frozenset",
    "hashset",
    "aslist",
    "of",
    "listof",
    "setof",
    "arrayof",
    "in",
    "notin",
    "not",
    "and",
    "or",
    "return",
    "yield",
    "case",
    "foreach",
];

/// The text follows another one behind a comma, in a list: neither is the value of the other.
pub(super) fn is_in_list(lexed: &Lexed<'_>, string: &Range<usize>) -> bool {
    let before = lexed.before(string.start, FAR).trim_end_matches(['"', '\'', '`', '@', '$']).trim_end();
    // Behind anything but a comma stands a value: `"client_secret": "…"`.
    let Some(before) = before.strip_suffix(',') else { return false };
    if !before.trim_end().ends_with(['"', '\'', '`']) {
        return before.trim_end().ends_with(']');
    }
    // A list without brackets, as PowerShell has them.
    let Some(open) = opening(before) else { return true };
    let head = before.get(..open).unwrap_or_default().trim_end();
    let inside = before.get(open + 1..).unwrap_or_default();
    let items = items(inside, lexed.after(string.end, FAR));
    let two = items.len() == 2;
    match before.as_bytes().get(open) {
        // `[["client_secret", "…"]]`, `{ { "client_secret", "…" } }`.
        Some(b'[') => !(two && head.ends_with(['[', '(', ','])),
        Some(b'{') => !(two && (head.is_empty() || head.ends_with(['{', ',', '}', ';', '"', '\'']))),
        _ => !is_call(head, two, &items),
    }
}

/// What stands in a parenthesis behind this are arguments, or the two of a pair.
fn is_call(head: &str, two: bool, items: &[String]) -> bool {
    let word_at = head
        .rfind(|c: char| !(c.is_alphanumeric() || c == '_'))
        .map_or(0, |at| at + head.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8));
    let (owner, word) = head.split_at(word_at);
    let word = word.to_ascii_lowercase();
    if word.is_empty() {
        // `[("client_secret", "…")]`; `KeyValuePair<string, string>("client_secret", "…")`.
        return head.ends_with('>') || (two && head.ends_with(['[', '(', ',', '{']));
    }
    let texts = items.iter().all(|item| item.starts_with(['"', '\'', '`']));
    if owner.trim_end_matches('.').to_ascii_lowercase().ends_with("map") || word == "mapof" {
        return items.len().is_multiple_of(2);
    }
    // So many texts in one call are names that it asks for.
    !LISTS.contains(&word.as_str()) && (items.len() <= 2 || !texts)
}

/// The bracket that is still open at the end of the code.
fn opening(code: &str) -> Option<usize> {
    let mut closed = 0_usize;
    for (at, byte) in code.bytes().enumerate().rev() {
        match byte {
            b')' | b']' | b'}' => closed += 1,
            b'(' | b'[' | b'{' if closed == 0 => return Some(at),
            b'(' | b'[' | b'{' => closed -= 1,
            // Not over the end of a statement.
            b';' if closed == 0 => return None,
            _ => {}
        }
    }
    None
}

/// The items between an opening bracket and the one that closes it, of which the code before and behind one text is given.
fn items(before: &str, after: &str) -> Vec<String> {
    let mut items = vec![String::new()];
    let mut depth = 0_usize;
    for c in before.chars().chain(", \"".chars()).chain(after.chars()) {
        match c {
            ')' | ']' | '}' if depth == 0 => break,
            ')' | ']' | '}' => depth -= 1,
            '(' | '[' | '{' => depth += 1,
            ',' if depth == 0 => {
                items.push(String::new());
                continue;
            }
            c if c.is_whitespace() => continue,
            _ => {}
        }
        if let Some(item) = items.last_mut() {
            item.push(c);
        }
    }
    // A comma may stand behind the last one.
    items.retain(|item| !item.is_empty());
    items
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::addin::read::{ReadOptions, read};

    /// The secrets in a source that gets tokens of ACS.
    fn secrets(name: &str, line: &str) -> usize {
        let text = format!("u = \"https://accounts.accesscontrol.windows.net/tokens/OAuth/2\";\n{line}\n");
        let evidence = read(name, text.as_bytes(), &ReadOptions::default()).unwrap_or_default();
        assert!(!format!("{evidence:?}").contains("sharepoint_url"), "{line}");
        evidence.sources.iter().map(|source| source.secrets.len()).sum()
    }

    #[test]
    fn names_in_a_list_are_no_values_of_each_other() {
        for (name, line) in [
            ("a.py", "required = [\"tenant_id\", \"client_id\", \"client_secret\", \"sharepoint_url\"]"),
            ("a.py", "required = [\"client_secret\", \"sharepoint_url\"]"),
            ("a.py", "required = {\"client_secret\", \"sharepoint_url\"}"),
            ("a.py", "required = (\"client_secret\", \"sharepoint_url\")"),
            ("a.py", "for key in (\"client_secret\", \"sharepoint_url\"): pass"),
            ("a.py", "a = [\n  'client_secret',  # the secret\n  'sharepoint_url',\n]"),
            ("a.py", "connect(config[\"client_secret\"], \"sharepoint_url\")"),
            ("a.cs", "var keys = new[] { \"ClientId\", \"ClientSecret\", \"SharePointUrl\" };"),
            ("a.cs", "var keys = new List<string> { \"ClientSecret\", \"SharePointUrl\" };"),
            ("a.cs", "string[] keys = { \"ClientSecret\", \"SharePointUrl\" };"),
            ("a.vb", "Dim keys = New String() {\"ClientSecret\", \"SharePointUrl\"}"),
            ("a.ps1", "$keys = \"ClientId\",\"ClientSecret\",\"SharePointUrl\""),
            ("a.ps1", "$keys = @('ClientSecret', 'SharePointUrl')"),
            ("a.php", "$required = ['client_id', 'client_secret', 'sharepoint_url'];"),
            ("a.php", "$required = array('client_secret', 'sharepoint_url');"),
            ("A.java", "String[] k = {\"client_id\", \"client_secret\", \"sharepoint_url\"};"),
            ("A.java", "List<String> k = Arrays.asList(\"client_secret\", \"sharepoint_url\");"),
            ("a.go", "keys := []string{\"client_secret\", \"sharepoint_url\"}"),
            ("a.js", "need(\"client_id\", \"client_secret\", \"sharepoint_url\");"),
        ] {
            assert_eq!(secrets(name, line), 0, "{line}");
        }
    }

    #[test]
    fn a_name_and_its_value_are_a_pair() {
        for (name, line) in [
            ("a.cs", "form.Add(\"ClientSecret\", \"VALUE\");"),
            ("a.cs", "new KeyValuePair<string,string>(\"client_secret\", \"VALUE\")"),
            ("a.cs", "request.AddParameter(\"client_secret\", \"VALUE\", ParameterType.GetOrPost);"),
            ("a.cs", "var a = new Dictionary<string, string> { {\"ClientSecret\", \"VALUE\"} };"),
            (
                "a.cs",
                "var a = new Dictionary<string, string> {\n {\"ClientId\", id},\n {\"ClientSecret\", \"VALUE\"},\n};",
            ),
            ("a.py", "a = [(\"client_id\", i), (\"client_secret\", \"VALUE\")]"),
            ("a.py", "files = {'client_secret': (None, 'VALUE')}"),
            ("a.js", "new URLSearchParams([[\"client_id\", i], [\"client_secret\", \"VALUE\"]]);"),
            ("a.js", "add(one, [1, 2], \"client_secret\", \"VALUE\");"),
            ("A.java", "Map.of(\"client_id\", \"x\", \"client_secret\", \"VALUE\")"),
            ("a.ps1", "$body.Add('client_secret', 'VALUE')"),
            ("a.php", "define('CLIENT_SECRET', 'VALUE');"),
        ] {
            assert_eq!(secrets(name, &line.replace("VALUE", "the-words-of-2026")), 1, "{line}");
        }
        // What is a secret by its form is one wherever it stands.
        let form = "keys = [\"client_secret\", \"Zk3vQ7xW9pL2mN8rT5yB1cD6fG4hJ0kS7uV3wX9zA1b=\", \"x\"]";
        assert_eq!(secrets("a.py", form), 1);
    }

    proptest! {
        #[test]
        fn any_brackets_are_read(line in "[\\[({\\])}, ;\"a-c='é]{0,30}\"client_secret\", \"abcdefgh1\"[\\])},;\"' é]{0,9}") {
            for name in ["a.py", "a.cs", "a.js", "a.ps1"] {
                secrets(name, &line);
            }
        }
    }
}
