//! The parts of `spdoctor.upgrade/1` that tell where the time went. Seconds, with as many digits as the clocks had.

use serde::Serialize;

use super::each::{Each, Shown};
use super::fields::Fields;
use crate::model::profile::ProfileNode;
use crate::model::session::{DatabaseWait, Prediction, SerialTime, Session, Stall, TimeReport};
use crate::text::clock::Stamp;

/// `sessions`.
#[derive(Debug, Serialize)]
pub(super) struct SessionV1<'a> {
    id: &'a str,
    server: Option<&'a str>,
    files: Vec<&'a str>,
    process: &'a str,
    start: Shown<Stamp>,
    end: Shown<Stamp>,
    outcome: &'static str,
    duration_s: f64,
}

/// `profile`.
#[derive(Debug, Serialize)]
pub(super) struct NodeV1<P> {
    path: P,
    self_s: f64,
    total_s: f64,
    count: u64,
    longest_s: f64,
}

/// `passes`.
#[derive(Debug, Serialize)]
pub(super) struct PassV1<'a> {
    order: usize,
    server: Option<&'a str>,
    session: &'a str,
    duration_s: f64,
    token_service_retry_s: f64,
    refused_sites: u64,
}

/// `prediction`.
#[derive(Debug, Serialize)]
pub(super) struct PredictionV1<'a> {
    per_pass_now_s: f64,
    per_pass_after_s: f64,
    low_s: f64,
    high_s: f64,
    basis: &'a str,
    actual_s: Vec<f64>,
}

/// `stalls`.
#[derive(Debug, Serialize)]
pub(super) struct StallV1<'a> {
    session: &'a str,
    path: &'a str,
    line: u64,
    seconds: f64,
    before: &'a str,
    after: &'a str,
}

/// `waits`.
#[derive(Debug, Serialize)]
pub(super) struct WaitV1<'a> {
    database: Option<&'a str>,
    token_service_retry_s: f64,
}

/// `serial_databases`.
#[derive(Debug, Serialize)]
pub(super) struct SerialV1 {
    databases: u64,
    all_s: f64,
    longest_s: f64,
}

/// Tells all of them, as fields of the report.
pub(super) fn tell<F: Fields>(time: &TimeReport, fields: &mut F) -> Result<(), F::Error> {
    let TimeReport { sessions, profile, .. } = time;
    fields.list("sessions", sessions.len(), |_| false, |index| sessions.get(index).map(SessionV1::from))?;
    fields.list("profile", profile.len(), |_| false, |index| profile.at(index).map(node))?;
    let passes = sessions.iter().filter(|session| session.is_pass);
    let passes = passes.enumerate().map(|(index, pass)| PassV1::new(index + 1, pass));
    fields.field("passes", &Each(passes))?;
    fields.field("prediction", &time.prediction.as_ref().map(PredictionV1::from))?;
    fields.field("stalls", &Each(time.stalls.iter().map(StallV1::from)))?;
    fields.field("waits", &Each(time.waits.iter().map(WaitV1::from)))?;
    fields.field("serial_databases", &time.serial.map(SerialV1::from))
}

/// Milliseconds as seconds: up to 2^53 milliseconds the nearest number of three digits is the same everywhere.
#[expect(clippy::cast_precision_loss, reason = "durations of sessions are far below 2^53 milliseconds")]
pub(super) fn seconds(millis: i64) -> f64 {
    millis as f64 / 1000.0
}

impl<'a> From<&'a Session> for SessionV1<'a> {
    fn from(session: &'a Session) -> Self {
        Self {
            id: &session.id,
            server: session.server.as_deref(),
            files: session.files.iter().map(String::as_str).collect(),
            process: &session.process,
            start: Shown(session.start),
            end: Shown(session.end),
            outcome: session.outcome.name(),
            duration_s: seconds(session.duration),
        }
    }
}

fn node(node: ProfileNode<'_>) -> NodeV1<impl Serialize> {
    NodeV1 {
        path: Each(node.path()),
        self_s: seconds(node.own()),
        total_s: seconds(node.total()),
        count: node.count(),
        longest_s: seconds(node.longest()),
    }
}

impl<'a> PassV1<'a> {
    fn new(order: usize, pass: &'a Session) -> Self {
        Self {
            order,
            server: pass.server.as_deref(),
            session: &pass.id,
            duration_s: seconds(pass.duration),
            token_service_retry_s: seconds(pass.token_service_retry),
            refused_sites: pass.refused_sites,
        }
    }
}

impl<'a> From<&'a Prediction> for PredictionV1<'a> {
    fn from(prediction: &'a Prediction) -> Self {
        Self {
            per_pass_now_s: seconds(prediction.per_pass_now),
            per_pass_after_s: seconds(prediction.per_pass_after),
            low_s: seconds(prediction.low),
            high_s: seconds(prediction.high),
            basis: &prediction.basis,
            actual_s: prediction.actual.iter().copied().map(seconds).collect(),
        }
    }
}

impl<'a> From<&'a Stall> for StallV1<'a> {
    fn from(stall: &'a Stall) -> Self {
        Self {
            session: &stall.session,
            path: &stall.path,
            line: stall.line,
            seconds: seconds(stall.millis),
            before: &stall.before,
            after: &stall.after,
        }
    }
}

impl From<SerialTime> for SerialV1 {
    fn from(serial: SerialTime) -> Self {
        Self { databases: serial.databases, all_s: seconds(serial.all), longest_s: seconds(serial.longest) }
    }
}

impl<'a> From<&'a DatabaseWait> for WaitV1<'a> {
    fn from(wait: &'a DatabaseWait) -> Self {
        Self { database: wait.database.as_deref(), token_service_retry_s: seconds(wait.millis) }
    }
}
