//! When two names of databases are the name of one: SQL Server compares them without the case of letters, of any alphabet,
//! unless it is told otherwise.

/// What names of one database have in common.
pub fn database_key(name: &str) -> String {
    name.to_lowercase()
}

/// Whether two names are those of one database.
pub fn same_database(one: &str, other: &str) -> bool {
    one == other || database_key(one) == database_key(other)
}

#[cfg(test)]
mod tests {
    use super::same_database;

    #[test]
    fn names_of_a_database_differ_in_case_in_any_alphabet() {
        for (one, other, same) in [
            ("WSS_Content", "wss_content", true),
            (
                "\u{41a}\u{43e}\u{43d}\u{442}\u{435}\u{43d}\u{442}",
                "\u{43a}\u{43e}\u{43d}\u{442}\u{435}\u{43d}\u{442}",
                true,
            ),
            ("B\u{dc}RO", "b\u{fc}ro", true),
            ("WSS_Content", "WSS_Content2", false),
            ("B\u{dc}RO", "BURO", false),
        ] {
            assert_eq!(same_database(one, other), same, "{one} {other}");
        }
    }
}
