//! `<database>` in a command becomes the name that a log told, where nothing can go wrong with it.
//!
//! The command is for a person who copies it. So a value is only put in if no shell sees anything in it but a name:
//! otherwise the placeholder stays, and the person looks.

/// Longest value that is put in, in characters.
const LONGEST: usize = 128;

/// The text with every placeholder filled in whose value is known and harmless.
pub fn filled<'v>(text: &str, value: impl Fn(&str) -> Option<&'v str>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        let filled = after.split_once('>').and_then(|(name, behind)| {
            let is_quoted = before.ends_with(['"', '\'']) && behind.starts_with(['"', '\'']);
            let value = value(name).filter(|value| is_harmless(value, is_quoted))?;
            Some((value, behind))
        });
        match filled {
            Some((value, behind)) => {
                out.push_str(value);
                rest = behind;
            }
            None => {
                out.push('<');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// A name, account, path or address. Blanks stay together only between quotation marks.
fn is_harmless(value: &str, is_quoted: bool) -> bool {
    let is_plain = |letter: char| letter.is_alphanumeric() || "_-.\\/:".contains(letter);
    let begins = |letter: char| letter.is_alphanumeric() || letter == '_';
    value.starts_with(begins)
        && value.chars().count() <= LONGEST
        && value.chars().all(|letter| is_plain(letter) || (is_quoted && letter == ' '))
}

#[cfg(test)]
mod tests {
    use super::filled;
    use proptest::prelude::*;

    const COMMAND: &str = r#"sqlcmd -d "<sql_database>" -Q "x '<account>'" <web application> <"#;

    #[test]
    fn what_is_known_is_filled_in() {
        let known = |name: &str| match name {
            "sql_database" => Some("SP Data"),
            "account" => Some(r"CONTOSO\sp.install"),
            "web application" => Some("two words"),
            _ => None,
        };
        let text = r#"sqlcmd -d "SP Data" -Q "x 'CONTOSO\sp.install'" <web application> <"#;
        assert_eq!(filled(COMMAND, known), text);
    }

    proptest! {
        #[test]
        fn nothing_but_a_name_gets_into_a_command(value in "\\PC*") {
            let text = filled("a '<x>' <x>", |_| Some(&value));
            let harmless = value.chars().all(|c| c.is_alphanumeric() || "_-.\\/: ".contains(c));
            prop_assert!(harmless || text == "a '<x>' <x>", "{}", text);
        }
    }
}
