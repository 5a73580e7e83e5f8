//! The built-in rules are good, and a user's rules join them.

use super::card::Cards;
use super::check::tests::GOOD;
use super::{Catalogue, RuleFile, built_in_files, check};

fn file(path: &str, text: &str) -> RuleFile {
    RuleFile { path: path.to_owned(), text: text.to_owned() }
}

fn built_in() -> Catalogue {
    Catalogue::built_in().unwrap_or_else(|errors| {
        let messages: Vec<_> = errors.iter().map(ToString::to_string).collect();
        panic!("the built-in rules have flaws:\n{}", messages.join("\n"))
    })
}

/// A built-in rule made of the good user's rule.
fn small_catalogue() -> Catalogue {
    let double = |text: &str, table: &str| {
        let start = text.find(table).expect("it has one");
        let rest = text.get(start..).expect("it begins there");
        let end = rest.find("\n\n").map_or(rest.len(), |end| end + 2);
        text.replacen(table, &format!("{}\n{table}", rest.get(..end).expect("it ends there").trim()), 1)
    };
    let text = GOOD.replace("\"MY01\"", "\"UA01\"").replace("door-shut", "gate-shut");
    let text = double(&double(&text, "[[example]]"), "[[counter_example]]");
    let catalogue = Catalogue::from_files(&[file("UA01-gate-shut.toml", &text)]);
    catalogue.expect("the rule is good")
}

#[test]
fn built_in_rules_have_no_flaw_and_stand_in_order() {
    let catalogue = built_in();
    let codes: Vec<_> = catalogue.rules().iter().map(|rule| &rule.code).collect();
    assert!(codes.is_sorted() && !codes.is_empty(), "{codes:?}");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the test looks for files that the program does not carry")]
fn the_program_carries_every_rule_file() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/catalogue/rules");
    let entries = std::fs::read_dir(folder).expect("the folder is there");
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut names: Vec<_> = names.collect();
    names.sort();
    let carried: Vec<_> = built_in_files().into_iter().map(|file| file.path).collect();
    assert_eq!(carried, names, "touch src/catalogue/mod.rs: cargo does not see new files in a folder");
}

#[test]
fn rules_are_found_by_code_in_any_case_and_by_name() {
    let catalogue = small_catalogue();
    for key in ["UA01", "ua01", "gate-shut"] {
        assert_eq!(catalogue.get(key).map(|rule| rule.code.as_str()), Some("UA01"), "{key}");
        assert_eq!(catalogue.index(key), Some(0));
    }
    assert!(catalogue.get("UA99").is_none());
    assert!(catalogue.get("").is_none());
}

#[test]
fn one_rule_or_card_is_found_by_its_file_alone() {
    for rule in built_in().rules() {
        for key in [rule.code.to_ascii_lowercase(), rule.name.clone()] {
            let found = Catalogue::only(&key).expect("it is sound").map(|rule| format!("{rule:?}"));
            assert_eq!(found, Some(format!("{rule:?}")), "{key}");
        }
    }
    let cards = Cards::built_in().expect("they are sound");
    for card in cards.iter() {
        for key in [format!(" {}", card.code.to_ascii_lowercase()), card.name.to_ascii_uppercase()] {
            assert_eq!(Cards::only(&key).expect("it is sound").as_ref(), cards.get(&key), "{key}");
        }
    }
    for nothing in ["", "UA", "UA99", "OA", "refused", "UA01-sts-refused"] {
        assert!(matches!(Catalogue::only(nothing), Ok(None)), "{nothing:?}");
        assert_eq!(Cards::only(nothing), Ok(None), "{nothing:?}");
    }
}

#[test]
fn good_rules_of_a_user_join_and_bad_ones_are_reported() {
    let bad = GOOD.replace("\"warning\"", "\"fatal\"");
    let (catalogue, errors) =
        small_catalogue().with_user_rules(&[file("b.toml", &bad), file("a.toml", GOOD)]);
    let codes: Vec<_> = catalogue.rules().iter().map(|rule| rule.code.as_str()).collect();
    assert_eq!(codes, ["MY01", "UA01"]);
    assert_eq!(catalogue.get("door-shut").map(|rule| rule.origin.as_str()), Some("a.toml"));
    let messages: Vec<_> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(messages, ["b.toml:4: `severity` cannot be \"fatal\", expected one of info, warning, error"]);
}

#[test]
fn a_taken_code_or_name_names_both_files_whatever_the_order() {
    let twice = [file("b.toml", GOOD), file("a.toml", GOOD)];
    let gate = file("c.toml", &GOOD.replace("door-shut", "gate-shut").replace("MY01", "MY02"));
    let (catalogue, errors) = small_catalogue().with_user_rules(&[gate, twice[0].clone(), twice[1].clone()]);
    assert_eq!(catalogue.rules().len(), 2);
    let messages: Vec<_> = errors.iter().map(ToString::to_string).collect();
    let expected = [
        "b.toml:1: code MY01 is taken by a.toml",
        "b.toml:2: name door-shut is taken by a.toml",
        "c.toml:2: name gate-shut is taken by UA01-gate-shut.toml",
    ];
    assert_eq!(messages, expected);
}

#[test]
fn a_rule_that_points_nowhere_takes_those_with_it_that_point_at_it() {
    let pointing = |code: &str, name: &str, at: &str| {
        let text = GOOD.replace("MY01", code).replace("door-shut", name);
        file(&format!("{name}.toml"), &text.replace("links =", &format!("caused_by = [\"{at}\"]\nlinks =")))
    };
    let files =
        [pointing("MY01", "one", "MY02"), pointing("MY02", "two", "MY03"), pointing("MY04", "four", "UA01")];
    let (catalogue, errors) = small_catalogue().with_user_rules(&files);
    let codes: Vec<_> = catalogue.rules().iter().map(|rule| rule.code.as_str()).collect();
    assert_eq!(codes, ["MY04", "UA01"]);
    let messages: Vec<_> = errors.iter().map(ToString::to_string).collect();
    let expected = [
        "two.toml:11: `caused_by` names MY03, which no rule has",
        "one.toml:11: `caused_by` names MY02, which no rule has",
    ];
    assert_eq!(messages, expected);
}

#[test]
fn user_rules_may_point_at_built_in_rules() {
    let catalogue = small_catalogue();
    assert_eq!(check::references(catalogue.rules()), []);
}
