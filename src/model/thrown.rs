//! How psconfig tells of an exception: in a sentence that is longer than what it says.

/// The type and the text in `An exception of type X was thrown.  Additional exception information: text`. The text may be
/// empty, and stand in the next line.
pub fn thrown(line: &str) -> Option<(&str, &str)> {
    let (type_name, rest) = line.trim().strip_prefix("An exception of type ")?.split_once(" was thrown.")?;
    let rest = rest.trim_start();
    let text = if rest.is_empty() { rest } else { rest.strip_prefix("Additional exception information:")? };
    Some((type_name, text.trim()))
}

/// The same as `X: text`, without the namespace of the type; as it stands if it is no such sentence or says no more.
pub fn in_short(line: &str) -> String {
    match thrown(line) {
        Some((type_name, text)) if !text.is_empty() => {
            let (_, name) = type_name.rsplit_once('.').unwrap_or(("", type_name));
            format!("{name}: {text}")
        }
        _ => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::in_short;

    #[test]
    fn what_was_thrown_is_told_without_the_sentence_around_it() {
        for (line, short) in [
            (
                "An exception of type System.Security.Cryptography.CryptographicException was thrown.  Additional exception information: The data is invalid.",
                "CryptographicException: The data is invalid.",
            ),
            (
                "An exception of type Gizmo was thrown. Additional exception information: Gone.",
                "Gizmo: Gone.",
            ),
            ("An exception of type A.B was thrown.", "An exception of type A.B was thrown."),
            ("The gizmo is gone.", "The gizmo is gone."),
        ] {
            assert_eq!(in_short(line), short);
        }
    }
}
