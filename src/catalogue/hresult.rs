//! Error numbers that Windows and .NET put beside a sentence, or in place of one, from `error-numbers.toml`: HRESULTs, in
//! hexadecimal or as the negative decimal that .NET and SharePoint logs show, and errors of Windows (`error 1326`).

use std::sync::LazyLock;

use regex::Regex;

use super::RuleFile;
use super::document::{Document, Lined};
use super::error::{Fault, RuleError};
use super::load::texts;

static FILE: &str = include_str!("error-numbers.toml");

/// What stands before an error of Windows in an HRESULT.
const OF_WINDOWS: u32 = 0x8007_0000;

/// What an error number says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hresult {
    /// The number.
    pub code: u32,
    /// Its name in the header.
    pub name: String,
    /// What it says, as the end of a sentence.
    pub meaning: String,
    /// Codes of rules that are often behind it.
    pub rules: Vec<String>,
}

impl Hresult {
    /// The number as Windows counts its errors, if it is one of these.
    pub fn of_windows(&self) -> Option<u32> {
        (self.code & 0xFFFF_0000 == OF_WINDOWS).then_some(self.code & 0xFFFF)
    }
}

/// The table inside the program.
///
/// # Errors
/// Every flaw of the file. A released program has none, its tests see to that.
pub fn built_in() -> Result<Vec<Hresult>, Vec<RuleError>> {
    table(&RuleFile { path: "error-numbers.toml".to_owned(), text: FILE.to_owned() })
}

fn table(file: &RuleFile) -> Result<Vec<Hresult>, Vec<RuleError>> {
    let mut document = Document::new(&file.path, &file.text);
    let Some(root) = document.parse() else {
        return Err(document.errors);
    };
    let root = Lined { value: &root, line: 1 };
    document.allow_only(&root, &["number"]);
    let mut numbers = Vec::new();
    for row in &document.tables(&root, "number") {
        document.allow_only(row, &["code", "name", "meaning", "rules"]);
        let code = document.required(row, "code");
        let (name, meaning) = (document.required(row, "name"), document.required(row, "meaning"));
        let rules = texts(document.list(row, "rules"));
        let (Some(code), Some(name), Some(meaning)) = (code, name, meaning) else { continue };
        match code.value.strip_prefix("0x").and_then(|digits| u32::from_str_radix(digits, 16).ok()) {
            Some(code) => numbers.push(Hresult { code, name: name.value, meaning: meaning.value, rules }),
            None => document.report(code.line, Fault::ErrorNumber(code.value)),
        }
    }
    if document.errors.is_empty() { Ok(numbers) } else { Err(document.errors) }
}

/// The error numbers in a text that are known, each once, in their order.
pub fn read<'k>(known: &'k [Hresult], text: &str) -> Vec<&'k Hresult> {
    // The digits of a GUID go on with a hyphen, or stand behind one; those of a version with a full stop.
    static NUMBERS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?xi) (?:^|[^0-9a-z\-.]) (?:
                (?: (?:0x)? (?<hex> 8[0-9a-f]{7}) | (?<decimal> -2\d{9}) ) (?:$|[^0-9a-z\-])
                | (?: error | win32 (?:exception)? ) (?: \x20 (?: code | number ) )? [\x20:=\#(]{1,3}
                  (?<windows> \d{1,5} ) (?:$|[^0-9a-z\-.]|\.(?:$|\s))
            )",
        )
        .expect("the pattern is a constant, and a test uses it")
    });
    let mut found: Vec<&Hresult> = Vec::new();
    let mut from = 0;
    // One border may stand between two numbers, so each search begins with the border of the last.
    while let Some(captures) = NUMBERS.captures_at(text, from) {
        let [hex, decimal, windows] = ["hex", "decimal", "windows"].map(|name| captures.name(name));
        let Some(number) = hex.or(decimal).or(windows) else { break };
        from = number.end();
        let code = if hex.is_some() {
            u32::from_str_radix(number.as_str(), 16).ok()
        } else if windows.is_some() {
            number.as_str().parse::<u16>().ok().map(|error| OF_WINDOWS | u32::from(error))
        } else {
            number.as_str().parse::<i32>().ok().map(i32::cast_unsigned)
        };
        let number = known.iter().find(|known| Some(known.code) == code);
        found.extend(number.filter(|number| !found.contains(number)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{built_in, read, table};
    use crate::catalogue::{Catalogue, RuleFile};
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_number_stands_once_and_its_rules_exist() {
        let known = built_in().unwrap();
        let codes: BTreeSet<u32> = known.iter().map(|number| number.code).collect();
        assert!(codes.len() == known.len() && codes.len() > 40);
        let catalogue = Catalogue::built_in().unwrap();
        for number in &known {
            assert!(number.code >> 31 == 1, "{number:?}");
            assert!(number.rules.iter().all(|rule| catalogue.get(rule).is_some()), "{number:?}");
        }
    }

    #[test]
    fn a_flaw_of_the_table_is_told_with_its_line() {
        let text = "[[number]]\ncode = \"80070005\"\nname = \"N\"\nmeaning = \"m\"\n".to_owned();
        let errors = table(&RuleFile { path: "numbers.toml".to_owned(), text }).unwrap_err();
        let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "numbers.toml:2: \"80070005\" is not an error number: 0x and hexadecimal digits, like 0x80070005"
            ]
        );
    }

    #[test]
    fn numbers_are_read_as_they_are_written() {
        let known = built_in().unwrap();
        for (text, names) in [
            ("0x80070005", &["E_ACCESSDENIED"][..]),
            ("-2147024891", &["E_ACCESSDENIED"]),
            ("(Exception from HRESULT: 0x80070005 (E_ACCESSDENIED))", &["E_ACCESSDENIED"]),
            ("hr=0X8007052e, 80070020 0x80070020", &["ERROR_LOGON_FAILURE", "ERROR_SHARING_VIOLATION"]),
            ("80131904 80070002", &["SqlException", "ERROR_FILE_NOT_FOUND"]),
            ("SqlException (0x80131904): Login failed", &["SqlException"]),
            ("System error 1326 has occurred.", &["ERROR_LOGON_FAILURE"]),
            ("The installation failed with error code 1603.", &["ERROR_INSTALL_FAILURE"]),
            ("Win32Exception (5): Access is denied", &["E_ACCESSDENIED"]),
            ("(Microsoft SQL Server, Error: 53)", &["ERROR_BAD_NETPATH"]),
            ("5 errors 1326, terror 5, error 5.1.2, error 5-1, error 70000, error 0", &[]),
            ("80070005-1c6c-432a-9c6e-1135f67bc85f", &[]),
            ("3f98e277-4cbd-47ad-9c90-80070005", &[]),
            ("0x800700051 x80070005 1.80070005 -21470248911 -2999999999", &[]),
            ("0x8F000001", &[]),
            ("", &[]),
        ] {
            let found: Vec<&str> = read(&known, text).iter().map(|number| number.name.as_str()).collect();
            assert_eq!(found, names, "{text}");
        }
    }

    proptest! {
        #[test]
        fn both_notations_say_the_same(index in any::<prop::sample::Index>(), around in "[ (:,\n]{0,3}") {
            let known = built_in().unwrap();
            let number = index.get(&known);
            let decimal = format!("{around}{}{around}", number.code.cast_signed());
            let hexadecimal = format!("{around}0x{:08X}{around}", number.code);
            prop_assert_eq!(read(&known, &decimal), vec![number]);
            prop_assert_eq!(read(&known, &hexadecimal), vec![number]);
        }
    }
}
