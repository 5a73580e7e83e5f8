//! Several exports together.

use super::{expect, read};
use crate::inventory::{Inventory, Owner};
use crate::model::inventory::InventoryFacts;
use crate::model::site::SiteId;

const A: &str = "f26a9beb-6a70-470e-82b1-4c3f6b34b19a";
const B: &str = "0126a9be-6a70-470e-82b1-4c3f6b34b19a";

fn id(text: &str) -> SiteId {
    SiteId::parse(text.as_bytes()).unwrap()
}

fn sites(path: &str, rows: &[(&str, &str)]) -> InventoryFacts {
    let rows: Vec<_> = rows.iter().map(|(id, database)| format!("{id},{database}\n")).collect();
    read(path, None, format!("ID,ContentDatabase\n{}", rows.concat()).as_bytes())
}

fn webs(database: &str, site: &str, in_site_map: &str) -> InventoryFacts {
    let text = format!("<Sites Count=\"1\">\n<Site Id=\"{site}\" InSiteMap=\"{in_site_map}\"/></Sites>");
    read(&format!("enumallwebs_{database}.xml"), None, text.as_bytes())
}

fn problems(inventory: &Inventory) -> String {
    let lines: Vec<_> =
        inventory.problems.iter().map(|problem| format!("{}: {}", problem.place, problem.message)).collect();
    lines.join("\n")
}

#[test]
fn an_export_that_is_given_twice_counts_once() {
    let health = "[MissingSetupFile] File [a.aspx] is referenced [1] times in the database [WSS_A], but is not installed.";
    let exports = || {
        vec![
            sites("b.csv", &[(A, "WSS_B")]),
            webs("WSS_A", A, "False"),
            read("a.txt", None, health.as_bytes()),
        ]
    };
    let once = Inventory::merge(exports());
    assert_eq!((once.sentences.len(), once.orphans.len()), (1, 1));
    assert_eq!(Inventory::merge([exports(), exports()].concat()), once);
}

#[test]
fn sites_are_owned_by_the_database_the_exports_name() {
    let inventory = Inventory::merge(vec![sites("a.csv", &[(A, "WSS_Content"), (B, "")])]);
    assert_eq!(inventory.owner(id(A)), Owner::Database("WSS_Content"));
    assert_eq!(inventory.owner(id(B)), Owner::Unknown);
    assert_eq!(inventory.owner(id("00000000-0000-0000-0000-000000000000")), Owner::Unknown);
    assert_eq!(inventory.sites().count(), 2);
}

#[test]
fn names_of_databases_are_one_whatever_their_case_and_keep_the_first_spelling() {
    let inventory =
        Inventory::merge(vec![sites("b.csv", &[(A, "wss_content")]), sites("a.csv", &[(A, "WSS_Content")])]);
    assert_eq!(inventory.owner(id(A)), Owner::Database("WSS_Content"));
    assert_eq!(inventory.database("WSS_CONTENT").map(|database| database.name.as_str()), Some("WSS_Content"));
    assert_eq!(problems(&inventory), "");
}

#[test]
fn a_site_in_two_databases_has_no_owner() {
    let inventory =
        Inventory::merge(vec![sites("a.csv", &[(A, "WSS_Content")]), sites("b.csv", &[(A, "WSS_Old")])]);
    assert_eq!(inventory.owner(id(A)), Owner::Conflict);
    expect(
        &problems(&inventory),
        "a.csv:2: site f26a9beb-6a70-470e-82b1-4c3f6b34b19a is listed in database WSS_Content here and in database WSS_Old at b.csv:2: its owner stays unknown; stsadm -o enumallwebs of both databases can settle it",
    );
}

#[test]
fn the_site_map_settles_whose_a_site_is() {
    let text = format!(
        "<Database Name=\"WSS_New\">\n<Sites Count=\"1\"><Site Id=\"{A}\" InSiteMap=\"True\"/></Sites></Database>"
    );
    let new = read("enumallwebs_WSS_New.xml", None, text.as_bytes());
    let inventory = Inventory::merge(vec![new, sites("a.csv", &[(A, "WSS_Content")])]);
    assert_eq!(inventory.owner(id(A)), Owner::Database("WSS_New"));
    assert_eq!(inventory.site(id(A)).and_then(|site| site.in_site_map), Some(true));
    expect(
        &problems(&inventory),
        "a.csv:2: site f26a9beb-6a70-470e-82b1-4c3f6b34b19a is listed in database WSS_Content here and in database WSS_New at enumallwebs_WSS_New.xml:2: WSS_New is taken, by what the site map says",
    );
    let inventory =
        Inventory::merge(vec![webs("WSS_Old", A, "False"), sites("a.csv", &[(A, "WSS_Content")])]);
    assert_eq!(inventory.owner(id(A)), Owner::Database("WSS_Content"));
    let inventory = Inventory::merge(vec![webs("WSS_Old", A, "True"), webs("WSS_New", A, "True")]);
    assert_eq!(inventory.owner(id(A)), Owner::Conflict);
}

#[test]
fn the_name_of_a_file_beats_no_column() {
    let named = |path: &str| {
        let text = format!(
            "<Sites Count=\"2\">\n<Site Id=\"{A}\" InSiteMap=\"True\"/><Site Id=\"{B}\" InSiteMap=\"True\"/></Sites>"
        );
        read(path, None, text.as_bytes())
    };
    let listed = || sites("a.csv", &[(A, "WSS_Content")]);
    let inventory = Inventory::merge(vec![named("enumallwebs_WSS_New.xml"), listed()]);
    assert_eq!(
        (inventory.owner(id(A)), inventory.owner(id(B))),
        (Owner::Database("WSS_Content"), Owner::Database("WSS_New"))
    );
    expect(
        &problems(&inventory),
        "a.csv:2: site f26a9beb-6a70-470e-82b1-4c3f6b34b19a is listed in database WSS_Content here and in database WSS_New at enumallwebs_WSS_New.xml:2: WSS_Content is taken, since only the name of a file says otherwise",
    );
    let unknown = |name: &str| {
        format!(
            "{name}: it is not said which database these sites are in: name the file enumallwebs_<database>.xml, or give --inventory <database>=<file>"
        )
    };
    // What is not called after the command has to be known from elsewhere.
    for (name, owner, problem) in [
        ("wss_content.xml", Some("WSS_Content"), String::new()),
        ("WSS_Content_20260314.xml", Some("WSS_Content"), String::new()),
        ("all_webs_20260314.xml", None, unknown("all_webs_20260314.xml")),
        ("out.xml", None, unknown("out.xml")),
        // A date that belongs to the name of a database is left there.
        ("enumallwebs_WSS_Content_20260314.xml", Some("WSS_Content"), String::new()),
    ] {
        let inventory = Inventory::merge(vec![named(name), listed()]);
        assert_eq!(inventory.owner(id(A)), Owner::Database("WSS_Content"), "{name}");
        assert_eq!(inventory.owner(id(B)), owner.map_or(Owner::Unknown, Owner::Database), "{name}");
        assert_eq!(problems(&inventory), problem);
        assert_eq!(inventory.databases().count(), 1);
    }
    let dated = sites("b.csv", &[("ff26a9be-6a70-470e-82b1-4c3f6b34b19a", "WSS_20260314")]);
    let inventory = Inventory::merge(vec![named("enumallwebs_WSS_20260314.xml"), dated]);
    assert_eq!(inventory.owner(id(B)), Owner::Database("WSS_20260314"));
    let in_logs = ["out".to_owned()].into();
    let inventory = Inventory::merge_beside(vec![named("out.xml")], &in_logs);
    assert_eq!(inventory.owner(id(B)), Owner::Database("out"));
}

#[test]
fn an_orphan_is_owned_by_the_only_database_that_has_it() {
    let inventory = Inventory::merge(vec![webs("WSS_Old", A, "False")]);
    assert_eq!(inventory.owner(id(A)), Owner::Database("WSS_Old"));
    assert_eq!(inventory.site(id(A)).and_then(|site| site.in_site_map), Some(false));
}

#[test]
fn facts_about_a_database_come_together_from_all_exports() {
    let databases = read(
        "a.csv",
        None,
        b"Name,Server,NeedsUpgradeIncludeChildren,Volume\nWSS_Content,SQL01,False,E:\nWSS_Old,,True,\n",
    );
    let status = read(
        "b.csv",
        None,
        b"SQL Instance,Database,Type,Status\nSQL01,wss_content,Content Database,Database is too old and upgrade is required\n",
    );
    let with_server = read("c.csv", None, format!("ID,Database,Server\n{A},WSS_OLD,SQL02\n").as_bytes());
    let inventory = Inventory::merge(vec![status, with_server, databases]);
    let lines: String = inventory.databases().map(|database| super::database_line(database) + "\n").collect();
    expect(
        &lines,
        "database WSS_Content server=SQL01 volume=E: needs=true children=true status=Database is too old and upgrade is required type=Content Database @2
         database WSS_Old server=SQL02 children=true @3",
    );
}

#[test]
fn one_name_with_two_ids_is_a_problem() {
    let of = |server: &str| {
        let text = format!("Name,Id,Server\nWSS_Content,{A},SQL01\nwss_content,{B},{server}\n");
        problems(&Inventory::merge(vec![read("a.csv", None, text.as_bytes())]))
    };
    expect(
        &of("sql01"),
        "a.csv:3: database wss_content has the id 0126a9be-6a70-470e-82b1-4c3f6b34b19a here and f26a9beb-6a70-470e-82b1-4c3f6b34b19a before: are there two?",
    );
    expect(
        &of("SQL02"),
        "a.csv:2: there is a database WSS_Content on sql01 and on sql02: they count as one here, and are to be upgraded by hand, by their ids",
    );
}

#[test]
fn the_order_of_the_exports_does_not_matter() {
    let exports = [
        sites("a.csv", &[(A, "WSS_Content"), (B, "WSS_Old"), ("x", "y")]),
        sites("b.csv", &[(A, "wss_old"), (B, "wss_old")]),
        webs("WSS_Old", A, "True"),
        read("t.csv", None, b"Category,Error,Message\nMissingFeature,True,Database [WSS_Old] is old.\n"),
    ];
    let first = Inventory::merge(exports.to_vec());
    for turn in 1..exports.len() {
        let mut turned = exports.to_vec();
        turned.rotate_left(turn);
        assert_eq!(Inventory::merge(turned), first);
    }
    let mut reversed = exports.to_vec();
    reversed.reverse();
    assert_eq!(Inventory::merge(reversed), first);
}

#[test]
fn many_contradictions_are_counted_and_not_all_listed() {
    let rows: Vec<_> = (0..300).map(|number| format!("f26a9beb-6a70-470e-82b1-{number:012}")).collect();
    let of = |database| -> Vec<(&str, &str)> { rows.iter().map(|id| (id.as_str(), database)).collect() };
    let inventory = Inventory::merge(vec![sites("a.csv", &of("X")), sites("b.csv", &of("Y"))]);
    assert_eq!(inventory.problems.len(), 101);
    assert!(problems(&inventory).contains("200 further sites are listed for two databases each"));
}
