//! The hot paths one by one, in memory: headers of each format, rules on one record, whole scans of 8 MiB.
//!
//! `cargo bench --bench hot_paths`; figures are for comparing one build with another on one machine.

use divan::{Bencher, black_box, counter::BytesCount};
use spdoctor::catalogue::Catalogue;
use spdoctor::format::format_of;
use spdoctor::format::memory::Memory;
use spdoctor::model::kind::{Level, LogFamily, LogKind};
use spdoctor::scan::cut::segment::{Segment, scan};
use spdoctor::scan::join;
use spdoctor::scan::rules::engine::Engine;
use spdoctor::scan::scanner::Scanner;
use spdoctor::scan::source::SourceFacts;

/// Bytes of a scan.
const SCANNED: usize = 8 * 1024 * 1024;

const KINDS: [LogKind; 4] =
    [LogKind::Upgrade2010, LogKind::Upgrade2013, LogKind::Uls, LogKind::PscDiagnostics];

fn main() {
    divan::main();
}

/// Records of a kind as a log at work has them; the seconds go on from line to line.
fn lines(kind: LogKind) -> &'static [&'static str] {
    match kind {
        LogKind::Upgrade2010 => &[
            "[OWSTIMER] [SPUpgradeSession] [DEBUG] [3/14/2026 10:00:{s} PM]: CanUpgrade [SPSite Url=http://portal.contoso.example/sites/team-27176] returned: True.",
            "[OWSTIMER] [SPContentDatabaseSequence] [INFO] [3/14/2026 10:00:{s} PM]: [SPContentDatabase Name=WSS_Content_Team01] SchemaVersion = 14.0.7015.1000.",
            "[OWSTIMER] [SPSiteWssSequence2] [DEBUG] [3/14/2026 10:00:{s} PM]: Elapsed time upgrading [SPSite Url=http://my.contoso.example/sites/team-56145]: 00:00:51.98.",
            "[OWSTIMER] [SPContentDatabaseSequence] [DEBUG] [3/14/2026 10:00:{s} PM]: Executing SQL DDL Script.",
        ],
        LogKind::Upgrade2013 => &[
            "03/14/2026 22:00:{s}.13\tOWSTIMER (0x2CC8)\t0x1104\tSharePoint Foundation Upgrade\tSPHierarchyManager\tajyw6\tDEBUG\t[SPTree Value=SPSite Url=http://portal.contoso.example/sites/a] added to dependency cache by lookup\t06052868-1c6c-432a-9c6e-1135f67bc85f",
            "03/14/2026 22:00:{s}.16\tOWSTIMER (0x2CC8)\t0x1104\tSharePoint Foundation Upgrade\tSPContentDatabaseSequence\tajyx2\tDEBUG\tExecuting SQL DDL Script.\t06052868-1c6c-432a-9c6e-1135f67bc85f",
        ],
        LogKind::Uls => &[
            "03/14/2026 22:00:{s}.13 \twsstracing.exe (0x3628)                 \t0x5A54\tSharePoint Foundation         \tMonitoring                    \tnasq\tVerbose \tEntering monitored scope (Timer Job job-timer-locks). Parent No\t ",
            "03/14/2026 22:00:{s}.14 \tw3wp.exe (0x3A0C)                       \t0x4384\tSharePoint Foundation         \tGeneral                       \taf4yd\tHigh    \tTenantAppEtag record requested but there is no sitesubscription or tenantId for site f4bfad5a-1c6c-432a-9c6e-1135f67bc85f so we will use the WebApp Id for the cache.\t06052868-1c6c-432a-9c6e-1135f67bc85f",
        ],
        _ => &[
            "03/14/2026 22:00:{s}  8  INF      Entering function StringResourceManager.GetResourceString",
            "03/14/2026 22:00:{s}  8  INF        Resource id to be retrieved is ExceptionInfo for language English (United States)",
            "03/14/2026 22:00:{s}  8  INF      Leaving function StringResourceManager.GetResourceString",
        ],
    }
}

fn text(kind: LogKind, bytes: usize) -> Vec<u8> {
    let mut text = String::with_capacity(bytes + 512);
    for (number, line) in lines(kind).iter().cycle().enumerate() {
        if text.len() >= bytes {
            break;
        }
        text.push_str(&line.replace("{s}", &format!("{:02}", number / 40 % 60)));
        text.push('\n');
    }
    text.into_bytes()
}

fn engine() -> Engine {
    Engine::new(Catalogue::built_in().expect("the built-in rules are sound"))
}

fn facts(kind: LogKind) -> SourceFacts {
    SourceFacts { kind, ..SourceFacts::default() }
}

#[divan::bench(args = KINDS)]
fn headers(bencher: Bencher<'_, '_>, kind: LogKind) {
    let text = text(kind, 256 * 1024);
    let format = format_of(kind);
    bencher.counter(BytesCount::new(text.len())).bench(|| {
        let mut memory = Memory::default();
        for line in text.split(|byte| *byte == b'\n') {
            black_box(format.header_after(line, &mut memory));
        }
    });
}

#[divan::bench]
fn a_record_that_no_rule_knows(bencher: Bencher<'_, '_>) {
    let engine = engine();
    let text = b"[SPTree Value=SPSite Url=http://portal.contoso.example/sites/a] added to dependency cache by lookup";
    bencher.bench(|| black_box(engine.judge(LogFamily::Upgrade, Level::Debug, black_box(text)).hits.len()));
}

#[divan::bench]
fn a_refused_site(bencher: Bencher<'_, '_>) {
    let engine = engine();
    let text = b"Site with Id = 961cfd1e-5cf8-4e40-8756-0032a517119b is contained in dictSitesNeedUpgrade, but is not added. Possible sitemap conflicts. Could not connect to http://localhost:32843/SecurityTokenServiceApplication/securitytoken.svc. TCP error code 10061: No connection could be made because the target machine actively refused it 127.0.0.1:32843.";
    bencher.bench(|| black_box(engine.judge(LogFamily::Upgrade, Level::Debug, black_box(text)).hits.len()));
}

/// Reading, rules and the timeline together.
#[divan::bench(args = KINDS)]
fn whole_scan(bencher: Bencher<'_, '_>, kind: LogKind) {
    let (engine, facts, text) = (engine(), facts(kind), text(kind, SCANNED));
    bencher.counter(BytesCount::new(text.len())).bench(|| {
        let scanner = Scanner::new(&engine, &facts, true);
        let (stretch, _) = scan(scanner, Segment::WHOLE, &mut text.as_slice());
        black_box(join::complete(&engine, &facts, stretch).records)
    });
}
