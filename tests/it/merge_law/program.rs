//! The law seen from outside: one report for any number of threads, order of paths and size of segments.

use std::path::Path;

use spdoctor::command::analyse::{Settings, analyse};
use spdoctor::command::input::collect::{Request, collect};
use spdoctor::command::progress::Progress;
use spdoctor::model::byte_limit::ByteLimit;
use spdoctor::render::json::Json;
use spdoctor::render::{Render, Setting};

use crate::support::{engine, repository, wrapped};

/// The JSON report over these paths.
fn report(paths: &[String], segment: Option<u64>, threads: usize) -> String {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
    let collected =
        collect(&Request { paths, servers: &[], max_expansion: ByteLimit::of_mib(1024), expand: true });
    let settings = Settings { segment, ..Settings::default() };
    let report = pool.install(|| analyse(engine(), collected, &settings, &Progress::none()));
    let mut json = Vec::new();
    let setting = Setting { version: "@@VERSION@@".to_owned(), ..Setting::default() };
    Json.render(&report, &setting, &mut json).expect("memory is writable");
    String::from_utf8(json).expect("JSON is UTF-8")
}

fn paths_of(folder: &str, names: &[&str]) -> Vec<String> {
    names.iter().map(|name| repository(folder).join(name).display().to_string()).collect()
}

#[track_caller]
fn assert_same(found: &str, expected: &str, how: &str) {
    if found != expected {
        let difference = found.lines().zip(expected.lines()).find(|(a, b)| a != b);
        panic!("{how}: the report differs: {difference:?}");
    }
}

#[test]
fn threads_and_segments_do_not_show() {
    for folder in ["contoso-2010", "adventure-works-2016", "fabrikam-2007", "merged", "dates"] {
        let paths = paths_of("sample-logs", &[folder]);
        let expected = report(&paths, None, 1);
        for (segment, threads) in [(Some(1 << 40), 1), (Some(60_000), 8), (Some(4097), 2), (None, 2)] {
            let found = report(&paths, segment, threads);
            assert_same(&found, &expected, &format!("{folder}, segments of {segment:?}, {threads} threads"));
        }
    }
}

#[test]
fn the_order_of_paths_does_not_show() {
    let names = ["SPS01", "SPS02", "SPS03", "inventory"];
    let expected = report(&paths_of("sample-logs/contoso-2010", &names), None, 2);
    for order in [["inventory", "SPS03", "SPS02", "SPS01"], ["SPS02", "SPS01", "inventory", "SPS03"]] {
        assert_same(
            &report(&paths_of("sample-logs/contoso-2010", &order), None, 2),
            &expected,
            &format!("{order:?}"),
        );
    }
    let twice = ["SPS01", "SPS02", "SPS03", "inventory", "SPS01", "SPS02/LOGS"];
    assert_same(
        &report(&paths_of("sample-logs/contoso-2010", &twice), None, 2),
        &expected,
        "a path given twice",
    );
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the test reads its input")]
fn segments_of_a_few_bytes_do_not_show() {
    let folder = tempfile::tempdir().expect("a folder");
    let samples = [
        ("Upgrade-20260304-220503-045.log", "sample-logs/dates/de-DE/Upgrade-20260304-220503-045.log"),
        ("marked.log", "sample-logs/dates/en-US/Upgrade-20260304-220503-045.log"),
    ];
    for (name, sample) in samples {
        copy(&repository(sample), &folder.path().join(name));
    }
    let sample = std::fs::read(repository(samples[1].1)).expect("the sample is readable");
    let copy = wrapped(&String::from_utf8_lossy(&sample), 76);
    write(&folder.path().join("copy.log"), copy.as_bytes());
    let path = [folder.path().display().to_string()];
    let expected = report(&path, None, 1);
    assert!(expected.contains("wrapped at 76 characters"), "{expected}");
    assert!(expected.contains("UA01"), "{expected}");
    for segment in [1, 2, 3, 7, 100] {
        assert_same(&report(&path, Some(segment), 2), &expected, &format!("segments of {segment} bytes"));
    }
}

#[expect(clippy::disallowed_methods, reason = "the test makes its input")]
fn copy(from: &Path, to: &Path) {
    write(to, &std::fs::read(from).expect("the sample is readable"));
}

#[expect(clippy::disallowed_methods, reason = "the test makes its input")]
fn write(to: &Path, bytes: &[u8]) {
    std::fs::write(to, bytes).expect("the folder is writable");
}
