//! XML of stsadm, and saved web pages.

use super::{expect, read, rendered, shape, told};

const SITES: &str = r#"
<Sites Count="2">
  <Site Id="f26a9beb-6a70-470e-82b1-4c3f6b34b19a" OwnerLogin="CONTOSO\spadmin" InSiteMap="True">
    <Webs Count="1">
      <Web Id="93f63c3a-25b9-49d1-a315-2cbcf0b30614" Url="/" LanguageId="1033" TemplateName="SPS#0" TemplateId="20" />
    </Webs>
  </Site>
  <Site Id="0126a9be-6a70-470e-82b1-4c3f6b34b19a" OwnerLogin="CONTOSO\spadmin" InSiteMap="False"><Webs Count="0"/></Site>
</Sites>
"#;

#[test]
fn enumallwebs_takes_the_database_from_the_name_of_the_file() {
    assert_eq!(shape("x", SITES), Some("stsadm-enumallwebs"));
    for path in [
        "farm/enumallwebs_WSS_Content.xml",
        "enumallwebs-WSS_Content.xml",
        "a.zip!/ENUMALLWEBS_WSS_Content.txt",
        "enumallwebs_WSS_Content (2).xml",
        "C:\\exports\\WSS_Content.xml",
        "WSS%5FContent.xml",
        "WSS_Content-enumallwebs.xml",
        "enumallwebs_WSS_Content (2).xml",
    ] {
        expect(
            &told(path, SITES),
            "site f26a9beb-6a70-470e-82b1-4c3f6b34b19a in=WSS_Content map=true @3
             site 0126a9be-6a70-470e-82b1-4c3f6b34b19a in=WSS_Content map=false @8
             database WSS_Content sites=2 @2",
        );
    }
}

#[test]
fn the_command_line_names_the_database_before_the_file_does() {
    let facts = read("enumallwebs_Other.xml", Some("WSS_Content"), SITES.as_bytes());
    assert!(facts.sites.iter().all(|site| site.database.as_deref() == Some("WSS_Content")));
    assert_eq!(facts.databases.len(), 1);
}

#[test]
fn without_any_name_of_a_database_the_sites_are_kept_and_the_lack_is_told() {
    for path in ["enumallwebs.xml", "Enumallwebs_.xml", "enumallwebs_20260314.xml"] {
        expect(
        &told(path, SITES),
        "site f26a9beb-6a70-470e-82b1-4c3f6b34b19a map=true @3
         site 0126a9be-6a70-470e-82b1-4c3f6b34b19a map=false @8
         problem @0: it is not said which database these sites are in: name the file enumallwebs_<database>.xml, or give --inventory <database>=<file>",
    );
    }
}

#[test]
fn a_database_element_around_the_sites_wins() {
    let text = r#"stsadm -o enumallwebs
<Databases>
  <Database SiteCount="1" Name="WSS_R&amp;D" DataSource="SQL01\SP">
    <Sites Count="1"><Site Id="f26a9beb-6a70-470e-82b1-4c3f6b34b19a" InSiteMap="True"/></Sites>
  </Database>
</Databases>"#;
    let facts = read("enumallwebs_Other.xml", Some("Another"), text.as_bytes());
    expect(
        &rendered(&facts),
        "site f26a9beb-6a70-470e-82b1-4c3f6b34b19a in=WSS_R&D server=SQL01\\SP map=true @4
         database WSS_R&D server=SQL01\\SP sites=1 @3",
    );
}

#[test]
fn a_cut_off_enumallwebs_keeps_what_came_before_the_cut() {
    let cut = SITES.split("InSiteMap=\"False\"").next().unwrap();
    let told = told("WSS_Content.xml", cut);
    assert!(
        told.starts_with("site f26a9beb-6a70-470e-82b1-4c3f6b34b19a in=WSS_Content map=true @3\n"),
        "{told}"
    );
    assert!(told.contains("problem @8: the export cannot be read on from here"), "{told}");
    let cut = SITES.split("  <Site Id=\"0126").next().unwrap();
    expect(
        &super::told("WSS_Content.xml", cut),
        "site f26a9beb-6a70-470e-82b1-4c3f6b34b19a in=WSS_Content map=true @3
         database WSS_Content sites=2 @2
         problem @8: the export ends before all of its elements are closed: its end is missing",
    );
}

#[test]
fn a_wrong_count_and_bad_ids_are_told() {
    let text = "<Sites Count=\"3\">\n<Site Id=\"nonsense\"/>\n<Site OwnerLogin=\"x\"/>\n\
        <Site Id='f26a9beb-6a70-470e-82b1-4c3f6b34b19a' Id='0'/>\n</Sites>";
    expect(
        &told("WSS_Content.xml", &text.replace("Count=\"3\"", "Count=\"4\"")),
        "site f26a9beb-6a70-470e-82b1-4c3f6b34b19a in=WSS_Content @4
         database WSS_Content sites=4 @1
         problem @2: Id is `nonsense`, not a GUID
         problem @3: a site without Id
         problem @1: 4 sites are announced here and 3 are there",
    );
}

#[test]
fn enumsites_is_told_apart_from_enumallwebs() {
    let text = "<Sites Count=\"1\">\n<Site Url=\"http://a\" ContentDatabase=\"WSS_Content\" />\n</Sites>";
    assert!(told("x_y.xml", text).contains("stsadm -o enumsites does not write ids, enumallwebs does"));
}

#[test]
fn declared_entities_are_never_expanded() {
    let text = "<!DOCTYPE Sites [<!ENTITY xxe SYSTEM \"file:///c:/windows/win.ini\"><!ENTITY a \"aaaa\">]>\n\
        <Sites Count=\"1\">\n&a;\n\
        <Site Id=\"f26a9beb-6a70-470e-82b1-4c3f6b34b19a\" Url=\"&xxe;\"/></Sites>";
    expect(
        &told("WSS_Content.xml", text),
        "site f26a9beb-6a70-470e-82b1-4c3f6b34b19a in=WSS_Content url=&xxe; @4
         database WSS_Content sites=1 @2
         problem @1: a document type is declared here: it is not evaluated, and its entities stay unread
         problem @3: an entity is used here that XML does not define; it is not expanded",
    );
}

#[test]
fn elements_nested_without_end_are_given_up() {
    let text = format!("<Sites Count=\"1\">{}", "<a>".repeat(100_000));
    assert!(told("WSS_Content.xml", &text).contains("more than 64 deep"));
}

const STATUS: &str = "
<upgradestatus>
  <object>
    <name>WSS_R&amp;D</name>
    <type>Microsoft.SharePoint.Administration.SPContentDatabase</type>
    <level>5</level>
    <status>Needs Upgrade</status>
  </object>
  <object><name>SharePoint_Config</name><type>Microsoft.SharePoint.Administration.SPConfigurationDatabase</type><level>2</level><status>No Action Required</status></object>
  <object><name>http://intranet.contoso.com</name><type>Microsoft.SharePoint.SPSite</type><level>6</level><status>Needs Upgrade</status></object>
</upgradestatus>
[11] content database(s) encountered.
[1] content database(s) still need upgrade or cannot be upgraded.
[49] other objects encountered, [0] of them still need upgrade or cannot be upgraded.
";

#[test]
fn localupgradestatus_tells_databases_and_counts() {
    assert_eq!(shape("x", STATUS), Some("stsadm-localupgradestatus"));
    expect(
        &told("x.txt", STATUS),
        "database WSS_R&D children=true status=Needs Upgrade type=SPContentDatabase @3
         database SharePoint_Config children=false status=No Action Required type=SPConfigurationDatabase @9
         object http://intranet.contoso.com SPSite Needed Needs Upgrade @10
         info about - @12: [11] content database(s) encountered.
         info about - @13: [1] content database(s) still need upgrade or cannot be upgraded.
         info about - @14: [49] other objects encountered, [0] of them still need upgrade or cannot be upgraded.",
    );
}

#[test]
fn the_counters_of_localupgradestatus_stand_alone_too() {
    let text = "PS C:\\> stsadm -o localupgradestatus > out\n[1] content database(s) still need upgrade or cannot be upgraded.\n";
    expect(
        &told("x.txt", text),
        "info about - @2: [1] content database(s) still need upgrade or cannot be upgraded.",
    );
}

const PAGE: &str = r#"<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN">
<html><head><title>Status</title><script>if (a<b) document.write("<table><tr><td>No</td></tr>");</script></head>
<body><table><tr><td width="1>2">
  <!-- <tr><td>comment</td></tr> -->
  <table class="grid">
    <tr><th scope=col><a href="x">SQL&nbsp;Instance</a></th><th>Database</th><th>Type</th><th>Status</th></tr>
    <tr><td>SQL01\SP</td><td>WSS_R&amp;D <img src="a.gif"></td><td>Content&nbsp;Database</td>
        <td>Database is up to date, but some sites
            are not completely upgraded</td></tr>
    <tr><td>SQL01\SP<td>ReportServer<td>Reporting Services Database<td><b>No</b> action required
    <tr><td colspan="4">Page 1</td></tr>
  </table>
</td></tr></table></body></html>
"#;

#[test]
fn database_status_is_read_from_the_saved_page() {
    assert_eq!(shape("DatabaseStatus.aspx.html", PAGE), Some("central-administration-database-status"));
    expect(
        &told("page.html", PAGE),
        "database WSS_R&D server=SQL01\\SP needs=false children=true status=Database is up to date, but some sites are not completely upgraded type=Content Database @7
         database ReportServer server=SQL01\\SP needs=false children=false status=No action required type=Reporting Services Database @10
         warning about WSS_R&D @7: Database is up to date, but some sites are not completely upgraded",
    );
}

#[test]
fn a_page_with_another_header_is_read_by_the_order_of_its_columns() {
    let page = PAGE
        .replace("SQL&nbsp;Instance", "Instanz")
        .replace(">Database<", ">Datenbank<")
        .replace(">Type<", ">Typ<");
    let told = told("page.html", &page);
    assert!(told.contains("database WSS_R&D server=SQL01\\SP needs=false children=true"), "{told}");
    assert!(told.contains("database ReportServer"), "{told}");
}

#[test]
fn a_page_without_such_a_table_is_no_export() {
    assert_eq!(shape("x.html", "<html><body><table><tr><td>Hello</td></tr></table></body></html>"), None);
}
