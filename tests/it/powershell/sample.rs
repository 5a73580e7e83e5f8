//! Reports as the judge would make them, of an invented farm.

use std::collections::{BTreeMap, BTreeSet};

use spdoctor::model::captures::Captures;
use spdoctor::model::finding::{Evidence, Finding, Severity};
use spdoctor::model::names::Names;
use spdoctor::model::place::Place;
use spdoctor::model::report::{DatabaseReport, RemedyStep, Report, ResolvedBy, RuleCard, Summary};
use spdoctor::model::site::SiteId;
use spdoctor::model::site_set::SiteSet;
use spdoctor::model::site_table::SiteReport;
use spdoctor::text::clock::{Stamp, TimeOfDay};

pub(super) fn site(number: u8) -> SiteId {
    SiteId::parse(format!("961cfd1e-5cf8-4e40-8756-0032a51711{number:02x}").as_bytes()).expect("a GUID")
}

pub(super) fn database(name: &str) -> DatabaseReport {
    DatabaseReport {
        name: name.to_owned(),
        server: None,
        volume: None,
        size_bytes: None,
        sites: SiteSet::default(),
        occurrences: 0,
        resolved_by: ResolvedBy::Inventory,
        in_script: true,
        left_out_because: None,
        reasons: BTreeSet::from(["UA01".to_owned()]),
        do_first: BTreeSet::new(),
        central_administration: false,
    }
}

/// A report about these databases and nothing else.
pub(super) fn report_of(databases: Vec<DatabaseReport>) -> Report {
    Report { databases, ..Report::default() }
}

fn refused(number: u8, database: Option<&str>) -> SiteReport<'_> {
    SiteReport {
        id: site(number),
        url: None,
        database,
        resolved_by: if database.is_some() { ResolvedBy::Inventory } else { ResolvedBy::Unresolved },
        occurrences: 2,
    }
}

fn finding([code, rule, title]: [&str; 3], severity: Severity) -> Finding {
    Finding {
        code: code.to_owned(),
        rule: rule.to_owned(),
        title: title.to_owned(),
        severity,
        blocking: false,
        count: 1,
        first: None,
        last: None,
        files: Names::default(),
        databases: Names::default(),
        sites: SiteSet::default(),
        objects: Names::default(),
        object_count: 0,
        captures: Captures::default(),
        evidence: Vec::new(),
        remedy: String::new(),
        upgrade_content_database: false,
        caused_by: Names::default(),
        suppressed: None,
    }
}

fn evidence() -> Evidence {
    let time = TimeOfDay { hour: 22, minute: 10, second: 24, milli: 0 };
    Evidence {
        place: Place { path: "SPS01/LOGS/Upgrade-20120303-221004-123.log".to_owned(), line: 4711 },
        time: Stamp::new(2012, 3, 3, time),
        text: format!(
            "Site with Id = {} is contained in dictSitesNeedUpgrade, but is not added. Possible sitemap conflicts. \
             Could not connect to http://localhost:32843/SecurityTokenServiceApplication/securitytoken.svc. TCP error \
             code 10061: No connection could be made because the target machine actively refused it 127.0.0.1:32843.",
            site(1)
        ),
        quoted: None,
    }
}

fn card([code, name, title]: [&str; 3], steps: Vec<RemedyStep>) -> (String, RuleCard) {
    let [code, name, title] = [code, name, title].map(str::to_owned);
    (code.clone(), RuleCard { code, name, title, steps, ..RuleCard::default() })
}

fn step(text: &str, command: Option<&str>, destructive: bool) -> RemedyStep {
    RemedyStep {
        text: text.to_owned(),
        command: command.map(str::to_owned),
        destructive,
        ..RemedyStep::default()
    }
}

const STS_REFUSED: [&str; 3] =
    ["UA01", "sts-refused", "Sites skipped because the security token service was down"];
const STS_DOWN: [&str; 3] = ["UE01", "sts-down", "The security token service could not be reached"];
const SITEMAP: [&str; 3] = ["UA02", "sitemap-conflict", "A site is registered for another database"];
const WEB_PART: [&str; 3] = ["UB03", "missing-web-part", "A web part is used but not installed"];
const MY_SITES: &str = "WSS_Content_MySites01";
const O_NEIL: &str = "WSS_Content_O'Neil [Verträge]";

/// Two databases with refused sites, one site nobody can place, something to do first, something that can wait.
pub(super) fn typical() -> Report {
    let verdict =
        "4 sites could not be opened, because the security token service was down while psconfig ran.";
    Report {
        summary: Summary { verdict: verdict.to_owned(), ..Summary::default() },
        findings: findings(),
        databases: databases(),
        sites: [
            refused(1, Some(MY_SITES)),
            refused(2, Some(MY_SITES)),
            refused(3, Some(O_NEIL)),
            refused(4, None),
        ]
        .into_iter()
        .collect(),
        unresolved_urls: BTreeSet::from(["https://my.contoso.example/personal/o'neil".to_owned()]),
        cards: cards(),
        ..Report::default()
    }
}

fn findings() -> Vec<Finding> {
    vec![
        Finding {
            count: 8,
            upgrade_content_database: true,
            caused_by: Names::from_iter(["UE01".to_owned()]),
            evidence: vec![evidence()],
            ..finding(STS_REFUSED, Severity::Error)
        },
        Finding { count: 12, ..finding(STS_DOWN, Severity::Error) },
        Finding {
            databases: Names::from_iter([MY_SITES.to_owned()]),
            upgrade_content_database: true,
            ..finding(SITEMAP, Severity::Error)
        },
        Finding {
            count: 2,
            databases: Names::from_iter(["WSS_Content_Teams".to_owned()]),
            ..finding(WEB_PART, Severity::Warning)
        },
    ]
}

fn databases() -> Vec<DatabaseReport> {
    vec![
        DatabaseReport {
            server: Some("SQL01\\SP".to_owned()),
            volume: Some("E:".to_owned()),
            size_bytes: Some(90 << 30),
            sites: vec![site(1), site(2)].into(),
            do_first: BTreeSet::from(["UA02".to_owned()]),
            ..database(MY_SITES)
        },
        DatabaseReport {
            server: Some("SQL01\\SP".to_owned()),
            volume: Some("F:".to_owned()),
            size_bytes: Some(120 << 30),
            sites: vec![site(3)].into(),
            ..database(O_NEIL)
        },
        DatabaseReport {
            in_script: false,
            left_out_because: Some("it is a database of Reporting Services".to_owned()),
            ..database("ReportServer_Alerting")
        },
    ]
}

fn cards() -> BTreeMap<String, RuleCard> {
    let start = step(
        "Start IIS and look whether the application pool is started.",
        Some("Start-Service W3SVC"),
        false,
    );
    let command = format!("stsadm -o enumallwebs -databasename {MY_SITES}");
    let look = step("List what the database holds.", Some(&command), false);
    let delete = step("Delete the orphan.", Some("stsadm -o deletesite -force -siteid <id>"), true);
    let (code, conflict) = card(SITEMAP, vec![look, delete]);
    let conflict = (code, RuleCard { before_upgrade: Some("Settle the conflict.".to_owned()), ..conflict });
    let deploy = step("Deploy the solution that holds it, or remove it from the pages.", None, false);
    BTreeMap::from([
        card(STS_REFUSED, Vec::new()),
        card(STS_DOWN, vec![start]),
        conflict,
        card(WEB_PART, vec![deploy]),
    ])
}
