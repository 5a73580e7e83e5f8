//! No input panics, and none takes more than its share of time.

use proptest::prelude::*;

use super::{read, rendered, told};
use crate::inventory::{Inventory, recognise};

const SITES: &str = "#TYPE x\r\nID;Url;ContentDatabase\r\n961cfd1e-5cf8-4e40-8756-0032a517119b;\"http://é;\r\n\";WSS_Größe\r\n";
const JSON: &str = r#"{"value":[{"ID":"961cfd1e-5cf8-4e40-8756-0032a517119b","ContentDatabase":{"Name":"WSS_\"Größe\""}}],"Count":1}"#;
const XML: &str = "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b \"c\">]>\n<Databases><Database Name=\"é&amp;\"><Sites Count=\"1\"><Site Id=\"961cfd1e-5cf8-4e40-8756-0032a517119b\" InSiteMap=\"True\">&b;</Site></Sites></Database></Databases>";
const OBJECTS: &str = "<object><name>é&#39;</name><type>SPContentDatabase</type><status>Needs Upgrade</status></object>\n[1] content database(s) encountered.";
const LIST: &str =
    "Category : MissingFeature\nError : True\nMessage : Database [Größe] has\n  reference(s)\n\nName : x\n";
const TABLE: &str = "Name  NeedsUpgrade Server\n----  ------------ ------\nGröße         True SQL01\n";
const PAGE: &str = "<html><script>x</script><table><tr><td>a'<b \"><td>Größe &amp;<td>Content Database<td>No action required</table>";
const HEALTH: &str = "[MissingFeature] Database [Größe] has [SiteOrphan] it\nmore\n";
const FIXTURES: [&str; 8] = [SITES, JSON, XML, OBJECTS, LIST, TABLE, PAGE, HEALTH];

fn utf_16(text: &str, little: bool) -> Vec<u8> {
    text.encode_utf16()
        .flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() })
        .collect()
}

#[test]
fn every_encoding_tells_the_same() {
    for text in FIXTURES {
        let plain = told("a.txt", text);
        assert!(!plain.contains("not an export"), "{plain}");
        let marked = format!("\u{FEFF}{text}");
        let latin = encoding_rs::WINDOWS_1252.encode(text).0;
        let forms = [
            marked.clone().into_bytes(),
            utf_16(text, true),
            utf_16(text, false),
            utf_16(&marked, true),
            utf_16(&marked, false),
            latin.into_owned(),
        ];
        for bytes in forms {
            assert_eq!(rendered(&read("a.txt", None, &bytes)), plain);
        }
    }
}

#[test]
fn no_truncation_of_any_export_panics() {
    for text in FIXTURES {
        for bytes in [text.as_bytes().to_vec(), utf_16(text, true)] {
            for end in 0..bytes.len() {
                let cut = bytes.get(..end).unwrap();
                let facts = read("enumallwebs_x.xml", None, cut);
                recognise("databasestatus.csv", cut);
                Inventory::merge(vec![facts]);
            }
        }
    }
}

#[test]
fn many_problems_are_counted_and_not_all_listed() {
    let text = format!("ID,ContentDatabase\n{}", "x,y\n".repeat(5000));
    let facts = read("a.csv", None, text.as_bytes());
    assert_eq!(facts.problems.len(), 101);
    assert!(
        told("a.csv", &text).ends_with("problem @0: 4900 further problems in this export are not listed\n")
    );
}

/// Inputs that would take hours if any reader looked back over what it has read for every line.
#[test]
fn reading_takes_time_in_proportion_to_the_input() {
    const MANY: usize = 100_000;
    let keys: Vec<_> = (0..MANY).map(|number| format!("k{number}: v\n")).collect();
    let inputs = [
        format!("ID,ContentDatabase\n{}", "\"".repeat(MANY * 4 + 1)),
        format!("ID,ContentDatabase\n{}", "\"a\n".repeat(MANY)),
        format!("[{}", "{\"a\":".repeat(MANY)),
        format!("[{}", "{\"a\":1}".repeat(MANY)),
        format!("Category : a\nMessage : b\n{}", keys.concat()),
        format!(
            "Category : a\nMessage : {}",
            "x".repeat(70) + &("\n          ".to_owned() + &"x".repeat(70)).repeat(MANY / 4)
        ),
        format!("<table>{}", "<td <'\"".repeat(MANY)),
        format!("<table>{}", "<table><script>".repeat(MANY)),
        format!("<table>{}", "&amp &x;".repeat(MANY)),
        "x<Sites ".repeat(MANY),
        format!("<Sites Count=\"1\">{}", "<a b=\"".repeat(MANY)),
        format!("<Sites Count=\"1\">{}", "&a".repeat(MANY)),
        format!("Name NeedsUpgrade\n---- ------------\n{}", "x\n---- ----\n".repeat(MANY)),
        format!("{} \n", "- ".repeat(MANY)).repeat(2),
        "[MissingFeature] ".repeat(MANY),
        "[".repeat(MANY * 4),
    ];
    for text in inputs {
        told("a.txt", &text);
    }
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        recognise("enumallwebs_a.xml", &bytes);
        Inventory::merge(vec![read("sites.csv", Some("a"), &bytes), read("x/databasestatus.html", None, &bytes)]);
    }

    #[test]
    fn no_damage_to_an_export_panics(which in 0..FIXTURES.len(), at in any::<prop::sample::Index>(), put in ".{0,8}") {
        let text = FIXTURES.get(which).copied().unwrap_or_default();
        let at = text.floor_char_boundary(at.index(text.len()));
        let (before, after) = text.split_at(at);
        told("enumallwebs_%41%.xml", &format!("{before}{put}{after}"));
        told("timer.csv", &format!("{before}{put}"));
        told("sites.json", &format!("{put}{after}"));
    }
}
