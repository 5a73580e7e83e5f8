//! Code that names the client id it gets its tokens with, and lies in no folder of an add-in: a script, a service. It
//! belongs to the registration of that id.

use std::collections::{BTreeMap, BTreeSet};

use super::{Groups, guid, move_if};
use crate::addin::evidence::Evidence;
use crate::addin::evidence::source_code::{SourceFactKind, SourceFile};
use crate::addin::join::nearness::{Nearness, folder};

/// Takes such code out. Code in the folder of an add-in is part of the add-in, whatever id it names.
pub(super) fn away_from_home(near: &Nearness, evidence: &mut Evidence) -> Vec<SourceFile> {
    let configs: BTreeSet<Vec<String>> = evidence.configs.iter().map(|config| folder(&config.at)).collect();
    let names_id = |source: &SourceFile| source.of(SourceFactKind::ClientId).next().is_some();
    let mut away = Vec::new();
    move_if(&mut evidence.sources, &mut away, |source| {
        names_id(source) && !near.is_home(&source.at, &configs)
    });
    away
}

impl Groups {
    /// Gives code to the add-ins and registrations of its client ids; the rest goes back.
    pub(super) fn take_code(
        &mut self,
        code: Vec<SourceFile>,
        evidence: &mut Evidence,
        known: &BTreeMap<String, BTreeSet<usize>>,
    ) {
        for source in code {
            let ids = source.of(SourceFactKind::ClientId).filter_map(|fact| guid(&fact.value.raw));
            let indexes: BTreeSet<usize> = ids.filter_map(|id| known.get(&id)).flatten().copied().collect();
            if indexes.is_empty() {
                evidence.sources.push(source);
                continue;
            }
            for index in indexes {
                self.give(index, |group| group.sources.push(source.clone()));
            }
        }
        // Evidence is in the order of the names of its files.
        evidence.sources.sort_by(|a, b| a.at.cmp(&b.at));
    }
}
