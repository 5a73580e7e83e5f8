//! Every law with a rule file that breaks it, and the message with its line.

use std::sync::LazyLock;

use crate::catalogue::check::{self, Decoded};
use crate::catalogue::compile::CompiledRule;
use crate::catalogue::load::{self, Standing};
use crate::catalogue::rule::Rule;
use crate::catalogue::{Catalogue, RuleFile};
use crate::model::kind::{Level, LogFamily};

/// A rule file without a flaw. The tests count its lines.
pub(crate) const GOOD: &str = r#"code = "MY01"
name = "door-shut"
title = "A door was shut"
severity = "warning"
grade = "verified"
source = "A log of our own."
logs = ["upgrade", "console"]
versions = ["2016", "SE"]
object = "door"
group_by = ["door"]
links = ["https://contoso.example/doors"]
explanation = """
## What happened
A door.
## Why
The wind.
## What to do
Open it.
"""

[[pattern]]
literals = ["is shut"]
regex = '''Door (?P<door>\w+) is shut'''
levels = ["error"]
logs = ["upgrade"]

[[step]]
text = "Open it."
command = "Open-Door"

[[example]]
log = "upgrade-2010"
text = "Door D7 is shut"
captures = { door = "D7" }

[[counter_example]]
log = "upgrade-2010"
text = "No door is shut"
why = "It has no number."
"#;

/// The messages about a user's rule file.
fn flaws(text: &str) -> Vec<String> {
    let file = RuleFile { path: "my.toml".to_owned(), text: text.to_owned() };
    match load::rule(&file, Standing::User) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.iter().map(ToString::to_string).collect(),
    }
}

/// The good rule file with one piece of it replaced.
#[track_caller]
fn good_but(old: &str, new: &str) -> String {
    assert_eq!(GOOD.matches(old).count(), 1, "{old} must stand in the good rule once");
    GOOD.replace(old, new)
}

#[track_caller]
fn assert_flaw(old: &str, new: &str, message: &str) {
    assert_eq!(flaws(&good_but(old, new)), [format!("my.toml:{message}")]);
}

#[track_caller]
fn read(text: &str) -> Rule {
    let file = RuleFile { path: "my.toml".to_owned(), text: text.to_owned() };
    load::rule(&file, Standing::User).expect("the rule is good")
}

/// Takes the text of an example as one record of an upgrade log, at level ERROR.
fn decode(_log: &str, text: &str) -> Vec<Decoded> {
    vec![Decoded { family: LogFamily::Upgrade, level: Level::Error, message: text.to_owned() }]
}

#[track_caller]
fn assert_example_flaws(rules: &[Rule], messages: &[&str]) {
    let found: Vec<_> = check::examples(rules, &decode).iter().map(ToString::to_string).collect();
    assert_eq!(found, messages);
}

#[test]
fn a_good_rule_has_no_flaw() {
    assert_eq!(flaws(GOOD), [""; 0]);
    assert_example_flaws(&[read(GOOD)], &[]);
}

#[test]
fn a_good_rule_is_read_whole() {
    let rule = read(GOOD);
    assert_eq!((rule.code.as_str(), rule.name.as_str()), ("MY01", "door-shut"));
    assert_eq!(rule.logs, [LogFamily::Upgrade, LogFamily::Console]);
    assert!(rule.explanation.starts_with("## What happened\nA door."));
    let [pattern] = rule.patterns.as_slice() else { panic!("one pattern") };
    assert_eq!((pattern.line, pattern.logs.as_slice()), (23, [LogFamily::Upgrade].as_slice()));
    assert_eq!(pattern.levels, [Level::Error]);
    assert_eq!(rule.steps.first().map(|step| step.text.as_str()), Some("Open it."));
    assert_eq!(rule.examples.first().map(|example| example.line), Some(31));
    assert_eq!(rule.counter_examples.first().map(|example| example.why.as_str()), Some("It has no number."));
}

#[test]
fn text_that_is_not_toml_is_shown_with_its_line() {
    let found = flaws(&good_but("severity = \"warning\"", "severity = warning"));
    assert_eq!(found.len(), 1, "{found:?}");
    let message = found.concat();
    assert!(message.starts_with("my.toml:4: "), "{message}");
    assert!(message.contains("4 | severity = warning\n  |            ^"), "{message}");
}

#[test]
fn unknown_keys_are_flaws_in_every_table() {
    let keys = "literals, regex, levels, logs";
    assert_flaw("levels =", "level =", &format!("24: unknown key `level`, expected one of {keys}"));
    assert_flaw(
        "command =",
        "run =",
        "29: unknown key `run`, expected one of text, command, destructive, only",
    );
    assert_flaw(
        "captures = {",
        "capture = {",
        "34: unknown key `capture`, expected one of log, text, captures",
    );
    let found = flaws(&good_but("links =", "link ="));
    assert!(
        found.concat().starts_with("my.toml:11: unknown key `link`, expected one of code, name,"),
        "{found:?}"
    );
}

#[test]
fn missing_keys_are_flaws() {
    assert_flaw("title = \"A door was shut\"\n", "", "1: `title` is missing");
    assert_flaw("logs = [\"upgrade\", \"console\"]\n", "", "1: `logs` is missing");
    assert_flaw("regex = '''Door (?P<door>\\w+) is shut'''\n", "", "21: `regex` is missing");
    assert_flaw("literals = [\"is shut\"]\n", "", "21: `literals` is missing");
    assert_flaw("why = \"It has no number.\"\n", "", "36: `why` is missing");
    assert_flaw("[[step]]\ntext = \"Open it.\"\ncommand = \"Open-Door\"\n", "", "1: `step` is missing");
}

#[test]
fn types_and_words_are_checked() {
    assert_flaw("\"warning\"", "3", "4: `severity` must be a string, not integer");
    assert_flaw("[\"2016\", \"SE\"]", "\"2016\"", "8: `versions` must be an array of strings, not string");
    assert_flaw(
        "\"warning\"",
        "\"fatal\"",
        "4: `severity` cannot be \"fatal\", expected one of info, warning, error",
    );
    assert_flaw(
        "\"SE\"",
        "\"2022\"",
        "8: `versions` cannot be \"2022\", expected one of 2007, 2010, 2013, 2016, 2019, SE",
    );
    assert_flaw("\"Open it.\"", "\" \"", "28: `text` is empty");
    assert_flaw("[\"2016\", \"SE\"]", "[]", "8: `versions` is empty");
    let kinds = "upgrade-2007, upgrade-2010, upgrade-2013, site-upgrade, uls, uls-2007, psc-diagnostics, console, export";
    assert_flaw(
        "\"upgrade-2010\"\ntext = \"Door",
        "\"upgrade\"\ntext = \"Door",
        &format!("32: `log` cannot be \"upgrade\", expected one of {kinds}"),
    );
}

#[test]
fn every_flaw_of_a_file_is_reported() {
    let text = good_but("\"warning\"", "\"fatal\"")
        .replace("code = \"MY01\"", "code = \"my01\"")
        .replace("(?P<door>", "(?P<doors>")
        .replace("why =", "because =");
    let lines: Vec<_> =
        flaws(&text).iter().map(|flaw| flaw.split(": ").next().unwrap_or("").to_owned()).collect();
    assert_eq!(
        lines,
        ["my.toml:1", "my.toml:4", "my.toml:9", "my.toml:10", "my.toml:31", "my.toml:36", "my.toml:39"]
    );
}

#[test]
fn codes_of_users_are_not_those_of_the_program() {
    let form =
        "one to four capital letters and two to four digits, not those of a built-in rule (UA01 to UE99)";
    for bad in ["UA01", "UE99", "UB1234", "my01", "MY1", "MYOWN01", "M", "01", "MY01x", "МY01"] {
        assert_flaw("\"MY01\"", &format!("\"{bad}\""), &format!("1: \"{bad}\" is not a rule code: {form}"));
    }
    for good in ["M01", "UF01", "CORP2024", "UAT01"] {
        assert_eq!(flaws(&good_but("\"MY01\"", &format!("\"{good}\""))), [""; 0], "{good}");
    }
}

#[test]
fn names_are_kebab_case() {
    for bad in ["Door-shut", "door_shut", "-door", "door--shut", "7-doors"] {
        let message =
            format!("2: \"{bad}\" is not a rule name: lower-case words joined by hyphens, like sts-refused");
        assert_flaw("\"door-shut\"", &format!("\"{bad}\""), &message);
    }
}

#[test]
fn the_explanation_has_its_three_headings_in_order() {
    let message = "12: `explanation` must have the headings \"## What happened\", \"## Why\" and \"## What to do\", in this order";
    assert_flaw("## Why\n", "", message);
    assert_flaw("## Why\n", "## What to do\n", message);
    assert_flaw("## Why\n", "## Why\n### Or\n", message);
}

#[test]
fn a_rule_says_how_it_is_recognised() {
    let start = GOOD.find("[[pattern]]").expect("it has one");
    let end = GOOD.find("[[step]]").expect("it has one");
    let pattern = GOOD.get(start..end).expect("the step follows");
    assert_flaw(pattern, "", "1: a rule needs a [[pattern]] or `coded`");
    assert_flaw(
        "object =",
        "coded = \"x\"\nobject =",
        "9: `coded` is for built-in rules only, write a [[pattern]]",
    );
}

#[test]
fn a_built_in_rule_names_a_function_that_there_is() {
    let text = good_but("object =", "coded = \"x\"\nobject =");
    let file = RuleFile { path: "my.toml".to_owned(), text };
    let errors = load::rule(&file, Standing::BuiltIn).expect_err("there is no such function");
    let expected = "my.toml:9: `coded` cannot be \"x\", expected one of session-without-end, unexplained, unexplained-warning, \
        timer-instance-offline, compatibility-level, database-owner";
    assert!(errors.iter().any(|error| error.to_string() == expected), "{errors:?}");
}

#[test]
fn a_regex_compiles_within_its_bound() {
    let found = flaws(&good_but("(?P<door>\\w+) is", "(?P<door>\\w+ is"));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found.concat().starts_with("my.toml:23: the regex does not compile: regex parse error:"),
        "{found:?}"
    );
    assert!(found.concat().ends_with("error: unclosed group"), "{found:?}");
    let found = flaws(&good_but("(?P<door>\\w+) is", "(?P<door>(?:\\w{1000}){1000}) is"));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found.concat().contains("exceeds size limit"), "{found:?}");
}

#[test]
fn the_literals_are_part_of_every_match() {
    let message = "23: a match need not contain any of the literals, so they cannot be searched for first";
    assert_flaw(" is shut'''", "(?: is shut)?'''", message);
    assert_flaw("'''Door", "'''(?i)Door", message);
    let short = "23: the literal \"is\" is too short to be worth searching for, at least 4 characters";
    assert_flaw("[\"is shut\"]", "[\"is\"]", short);
}

#[test]
fn captures_that_are_named_exist() {
    assert_flaw(
        "object = \"door\"",
        "object = \"gate\"",
        "9: `object` names the capture \"gate\", which no pattern has",
    );
    assert_flaw(
        "[\"door\"]",
        "[\"door\", \"gate\"]",
        "10: `group_by` names the capture \"gate\", which no pattern has",
    );
    assert_flaw("{ door =", "{ gate =", "31: `captures` names the capture \"gate\", which no pattern has");
}

#[test]
fn a_pattern_looks_at_logs_of_its_rule_only() {
    assert_flaw(
        "logs = [\"upgrade\"]",
        "logs = [\"uls\"]",
        "23: the pattern looks at uls logs, the rule does not",
    );
}

#[test]
fn links_are_web_addresses_and_no_rule_explains_itself() {
    assert_flaw("https://", "file://", "11: \"file://contoso.example/doors\" is not a web address");
    assert_flaw("links =", "caused_by = [\"MY01\"]\nlinks =", "11: `caused_by` names the rule itself");
}

#[test]
fn examples_and_counter_examples_are_there_and_pass_the_gate() {
    let start = GOOD.find("[[counter_example]]").expect("it has one");
    let counter_example = GOOD.get(start..).expect("it is the last");
    assert_flaw(counter_example, "", "0: 0 of [[counter_example]], a rule like this needs 1");
    assert_flaw(
        "\"Door D7 is shut\"",
        "\"Door D7 is open\"",
        "31: the example contains none of the literals",
    );
}

#[test]
fn built_in_rules_are_held_to_more() {
    let file = RuleFile { path: "rules/UA01-other.toml".to_owned(), text: good_but("\"MY01\"", "\"UF01\"") };
    let found = load::rule(&file, Standing::BuiltIn).expect_err("it has flaws");
    let found: Vec<_> = found.iter().map(ToString::to_string).collect();
    let expected = [
        "0: the file must be called UF01-door-shut.toml",
        "1: \"UF01\" is not a rule code: U, a letter from A to E, two digits",
        "31: 1 of [[example]], a rule like this needs 2",
        "36: 1 of [[counter_example]], a rule like this needs 2",
    ];
    assert_eq!(found, expected.map(|message| format!("rules/UA01-other.toml:{message}")));
}

#[test]
fn codes_and_names_are_unique() {
    let found: Vec<_> = check::unique(&[read(GOOD), read(GOOD)]).iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        ["my.toml:1: code MY01 is taken by my.toml", "my.toml:2: name door-shut is taken by my.toml"]
    );
}

#[test]
fn named_rules_exist() {
    let rule = read(&good_but("links =", "caused_by = [\"UA01\"]\nsupersedes = [\"UA02\"]\nlinks ="));
    let found: Vec<_> = check::references(&[rule]).iter().map(ToString::to_string).collect();
    let expected = [
        "my.toml:11: `caused_by` names UA01, which no rule has",
        "my.toml:12: `supersedes` names UA02, which no rule has",
    ];
    assert_eq!(found, expected);
}

#[test]
fn examples_are_matched_with_their_captures() {
    let rule = read(&good_but("text = \"Door D7 is shut\"", "text = \"Door-D7 is shut\""));
    assert_example_flaws(
        &[rule],
        &[
            "my.toml:31: the example is not matched by its rule",
            "my.toml:23: no example is matched by this pattern",
        ],
    );
    let rule = read(&good_but("{ door = \"D7\" }", "{ door = \"D8\" }"));
    assert_example_flaws(
        &[rule],
        &["my.toml:31: the capture \"door\" of the example is \"D7\", expected \"D8\""],
    );
}

#[test]
fn examples_are_matched_as_logs_are_where_names_hold_brackets() {
    let database = good_but("Door (?P<door>\\w+) is shut", "atabase \\[(?P<door>[^\\]]+)\\] is shut")
        .replace("Door D7 is shut", "Database [D[7]] is shut")
        .replace("\"D7\"", "\"D[7]\"");
    assert_example_flaws(&[read(&database)], &[]);
}

#[test]
fn a_level_that_is_not_asked_for_does_not_match() {
    let rule = read(&good_but("levels = [\"error\"]", "levels = [\"debug\", \"info\"]"));
    assert_example_flaws(
        &[rule],
        &[
            "my.toml:31: the example is not matched by its rule",
            "my.toml:23: no example is matched by this pattern",
        ],
    );
}

#[test]
fn counter_examples_are_not_matched() {
    let rule = read(&good_but("\"No door is shut\"", "\"No Door D is shut\""));
    assert_example_flaws(&[rule], &["my.toml:36: the counter-example is matched by its rule"]);
}

#[test]
fn an_example_of_two_rules_is_declared_by_one_of_them() {
    let other = GOOD.replace("\"MY01\"", "\"MY02\"").replace("\"door-shut\"", "\"gate-shut\"");
    let message = |code| {
        format!(
            "my.toml:31: the example is also matched by {code} of my.toml, and neither declares it in `supersedes` or `caused_by`"
        )
    };
    assert_example_flaws(&[read(GOOD), read(&other)], &[&message("MY02"), &message("MY01")]);
    for key in ["supersedes", "caused_by"] {
        let declared = other.replace("links =", &format!("{key} = [\"MY01\"]\nlinks ="));
        assert_example_flaws(&[read(GOOD), read(&declared)], &[]);
    }
}

/// Compiled once: that costs more than any message.
static BUILT_IN: LazyLock<Vec<CompiledRule>> = LazyLock::new(|| {
    let catalogue = Catalogue::built_in().expect("the built-in rules are good");
    catalogue.rules().iter().map(CompiledRule::new).collect()
});

proptest::proptest! {
    #[test]
    fn no_text_makes_loading_panic(text in "\\PC{0,200}|[\\[\\]={}\"'\n a-z0-9.]{0,200}") {
        let file = RuleFile { path: "x".to_owned(), text };
        let _ = load::rule(&file, Standing::User);
    }

    #[test]
    fn no_damage_to_a_rule_makes_loading_panic(at in 0..GOOD.len(), length in 0_usize..40, with in "\\PC{0,8}") {
        let mut text = GOOD.to_owned();
        text.replace_range(at..(at + length).min(GOOD.len()), &with);
        let _ = flaws(&text);
    }

    #[test]
    fn no_message_makes_matching_panic(message in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
        for pattern in BUILT_IN.iter().flat_map(CompiledRule::patterns) {
            let _ = pattern.confirm(&message);
        }
    }
}
