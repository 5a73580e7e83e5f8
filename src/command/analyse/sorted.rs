//! What the first look showed, by what becomes of it: logs to read, exports, and what is left out.

use super::look::{Log, Looked, blank_report};
use crate::command::exports::{self, Export};
use crate::command::input::LeftOut;
use crate::model::inventory::InventoryFacts;
use crate::model::report::{FileReport, FileStatus};

/// Inputs after the first look.
#[derive(Default)]
pub(super) struct Sorted {
    pub(super) logs: Vec<Log>,
    pub(super) exports: Vec<Export>,
    /// Of what is no log that is read.
    pub(super) files: Vec<FileReport>,
    pub(super) left_out: Vec<LeftOut>,
}

impl Sorted {
    /// Sorts what was looked at.
    pub(super) fn new(looked: Vec<Looked>, left_out: Vec<LeftOut>) -> Self {
        let mut sorted = Self { left_out, ..Self::default() };
        for looked in looked {
            match looked {
                Looked::Log(log) => sorted.logs.push(*log),
                Looked::Export(file, export) => {
                    sorted.files.push(file);
                    sorted.exports.push(*export);
                }
                Looked::LeftOut(file, left) => {
                    sorted.left_out.push(left);
                    sorted.files.push(file);
                }
            }
        }
        sorted
    }

    /// Leaves out the logs for which there is a reason, by their place; what their tables tell.
    pub(super) fn leave_out(&mut self, reason: impl Fn(usize, &Log) -> Option<String>) -> Vec<Export> {
        let mut told = Vec::new();
        for (place, log) in std::mem::take(&mut self.logs).into_iter().enumerate() {
            let Some(reason) = reason(place, &log) else {
                self.logs.push(log);
                continue;
            };
            let file = blank_report(&log.input, log.facts.kind, FileStatus::Skipped);
            let bytes = log.glance.size.unwrap_or(0);
            self.files.push(FileReport { bytes, reason: Some(reason.clone()), ..file });
            self.skip(log.input.path, reason);
            told.extend(log.told);
        }
        told
    }

    /// What the exports and the tables of logs tell, each of them once.
    pub(super) fn told(&mut self) -> Vec<InventoryFacts> {
        let mut exports = std::mem::take(&mut self.exports);
        exports.extend(self.logs.iter_mut().filter_map(|log| log.told.take()));
        let once = exports::each_once(exports);
        for (copy, original) in once.copies {
            let reason = format!("a copy of {original}, which is read");
            if let Some(file) = self.files.iter_mut().find(|file| file.path == copy) {
                file.status = FileStatus::Skipped;
                file.reason = Some(reason.clone());
            }
            self.skip(copy, reason);
        }
        once.facts
    }

    fn skip(&mut self, path: String, reason: String) {
        self.left_out.push(LeftOut { path, reason, unreadable: false, missing: false });
    }
}
