//! Sentences made of parts: the case of their first letters, and lists of names.

use super::number::counted;

/// A sentence that goes on behind something else: with a small first letter, unless that belongs to a name or an
/// abbreviation (`OAuth`, `IIS`, `TLS`).
pub fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) if letters.clone().next().is_some_and(char::is_lowercase) || text.starts_with("A ") => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => text.to_owned(),
    }
}

/// A sentence that stands by itself: with a large first letter.
pub fn upper_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// `SPS01, SPS02 and SPS03`.
pub fn all_of(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [before @ .., last] => format!("{} and {last}", before.join(", ")),
    }
}

/// The same; of many names the first two, and how many there are besides. `what` is what they are, in singular.
pub fn some_of(names: &[&str], what: &str) -> String {
    const NAMED: usize = 4;
    match names {
        [first, second, rest @ ..] if names.len() > NAMED => {
            format!("{first}, {second} and {}", counted(rest.len() as u64, &format!("more {what}")))
        }
        names => all_of(names),
    }
}

#[cfg(test)]
mod tests {
    use super::{all_of, lower_first, some_of, upper_first};

    #[test]
    fn first_letters_of_names_stay() {
        for (text, inside) in [
            ("Set the database to read-write.", "set the database to read-write."),
            ("A secret ended.", "a secret ended."),
            ("IIS must run.", "IIS must run."),
            ("OAuth is off.", "OAuth is off."),
            ("\u{c9}t\u{e9}", "\u{e9}t\u{e9}"),
            ("", ""),
        ] {
            assert_eq!(lower_first(text), inside);
        }
        assert_eq!(upper_first("the \u{e9}"), "The \u{e9}");
    }

    #[test]
    fn of_many_names_the_first_stand() {
        assert_eq!(all_of(&["A", "B", "C"]), "A, B and C");
        assert_eq!(some_of(&["A", "B", "C", "D"], "server"), "A, B, C and D");
        assert_eq!(some_of(&["A", "B", "C", "D", "E"], "server"), "A, B and 3 more servers");
    }
}
