//! `spdoctor.compare/1`: a comparison as JSON. Fields may be added; names and meanings stay.

use std::collections::BTreeMap;

use serde::Serialize;

use super::time_v1::seconds;
use crate::model::comparison::{Comparison, FindingChange, PassChange, SidePass, TimeChange};

/// The name of this form.
pub const SCHEMA: &str = "spdoctor.compare/1";

/// The whole comparison.
#[derive(Debug, Serialize)]
pub struct ComparisonV1<'a> {
    schema: &'static str,
    before: &'a str,
    after: &'a str,
    worse: &'a [String],
    unproven: &'a [String],
    proves_nothing: bool,
    fixed: Vec<Finding<'a>>,
    new: Vec<Finding<'a>>,
    unchanged: Vec<Finding<'a>>,
    refused_sites: Pair<u64>,
    passes: Vec<Pass<'a>>,
    tasks: Vec<Time<'a>>,
    databases: Vec<Time<'a>>,
}

#[derive(Debug, Serialize)]
struct Pair<T> {
    before: T,
    after: T,
}

impl<T> From<[T; 2]> for Pair<T> {
    fn from([before, after]: [T; 2]) -> Self {
        Self { before, after }
    }
}

#[derive(Debug, Serialize)]
struct Finding<'a> {
    code: &'a str,
    rule: &'a str,
    title: &'a str,
    severity: &'static str,
    captures: &'a BTreeMap<String, String>,
    databases: &'a [String],
    count: Pair<u64>,
    suppressed: bool,
}

#[derive(Debug, Serialize)]
struct Pass<'a> {
    server: Option<&'a str>,
    before: Option<OnePass<'a>>,
    after: Option<OnePass<'a>>,
    slower: bool,
}

#[derive(Debug, Serialize)]
struct OnePass<'a> {
    session: &'a str,
    duration_s: f64,
    token_service_retry_s: f64,
}

#[derive(Debug, Serialize)]
struct Time<'a> {
    name: &'a str,
    before_s: Option<f64>,
    after_s: Option<f64>,
}

impl<'a> From<&'a Comparison> for ComparisonV1<'a> {
    fn from(comparison: &'a Comparison) -> Self {
        let [before, after] = &comparison.names;
        let findings = |list: &'a [FindingChange]| list.iter().map(Finding::from).collect();
        Self {
            schema: SCHEMA,
            before,
            after,
            worse: &comparison.worse,
            unproven: &comparison.unproven,
            proves_nothing: comparison.proves_nothing,
            fixed: findings(&comparison.fixed),
            new: findings(&comparison.new),
            unchanged: findings(&comparison.unchanged),
            refused_sites: comparison.refused_sites.into(),
            passes: comparison.passes.iter().map(Pass::from).collect(),
            tasks: comparison.tasks.iter().map(Time::from).collect(),
            databases: comparison.databases.iter().map(Time::from).collect(),
        }
    }
}

impl<'a> From<&'a FindingChange> for Finding<'a> {
    fn from(change: &'a FindingChange) -> Self {
        Self {
            code: &change.code,
            rule: &change.rule,
            title: &change.title,
            severity: change.severity.name(),
            captures: &change.captures,
            databases: &change.databases,
            count: change.count.into(),
            suppressed: change.suppressed,
        }
    }
}

impl<'a> From<&'a PassChange> for Pass<'a> {
    fn from(change: &'a PassChange) -> Self {
        let [before, after] = change.passes.each_ref().map(|pass| pass.as_ref().map(OnePass::from));
        Self { server: change.server.as_deref(), before, after, slower: change.slower }
    }
}

impl<'a> From<&'a SidePass> for OnePass<'a> {
    fn from(pass: &'a SidePass) -> Self {
        Self {
            session: &pass.session,
            duration_s: seconds(pass.duration),
            token_service_retry_s: seconds(pass.token_service_retry),
        }
    }
}

impl<'a> From<&'a TimeChange> for Time<'a> {
    fn from(change: &'a TimeChange) -> Self {
        let [before_s, after_s] = change.millis.map(|millis| millis.map(seconds));
        Self { name: &change.name, before_s, after_s }
    }
}
