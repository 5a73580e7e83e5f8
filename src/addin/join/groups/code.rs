//! Code that names the client id it gets its tokens with, and lies in no folder of an add-in: a script, a service. It
//! belongs to the registration of that id.

use std::collections::{BTreeMap, BTreeSet};

use super::{Groups, client_ids, guid, move_if};
use crate::addin::evidence::Evidence;
use crate::addin::evidence::source_code::{SourceFactKind, SourceFile};
use crate::addin::join::nearness::{Nearness, folder};

/// Takes such code out, and scripts that register an add-in on a farm, wherever they lie. Code in the folder of an
/// add-in is part of the add-in, whatever id it names.
pub(super) fn away_from_home(near: &Nearness, evidence: &mut Evidence) -> Vec<SourceFile> {
    let configs: BTreeSet<Vec<String>> = evidence.configs.iter().map(|config| folder(&config.at)).collect();
    let names_id = |source: &SourceFile| source.of(SourceFactKind::ClientId).next().is_some();
    let mut away = Vec::new();
    move_if(&mut evidence.sources, &mut away, |source| {
        !registered(source).is_empty() || (names_id(source) && !near.is_home(&source.at, &configs))
    });
    away
}

/// Client ids that a script registers, but for those of templates.
fn registered(source: &SourceFile) -> BTreeSet<String> {
    source.registered().filter_map(|id| guid(&id.raw)).collect()
}

impl Groups {
    /// Gives code to the add-ins and registrations of its client ids; the rest goes back. A script that registers an id
    /// which the add-in nearest to it has not belongs to another one.
    pub(super) fn take_code(
        &mut self,
        near: &Nearness,
        code: Vec<SourceFile>,
        evidence: &mut Evidence,
        known: &mut BTreeMap<String, BTreeSet<usize>>,
    ) {
        for source in code {
            let registered = registered(&source);
            let named = source.of(SourceFactKind::ClientId).filter_map(|fact| guid(&fact.value.raw));
            let ids: BTreeSet<String> = named.chain(registered.iter().cloned()).collect();
            let mut indexes: BTreeSet<usize> =
                ids.iter().filter_map(|id| known.get(id)).flatten().copied().collect();
            if let Some(id) = registered.first().filter(|_| indexes.is_empty())
                && near.unique(&source.at).is_some_and(|index| self.has_ids(index))
            {
                indexes = self.found_or_add(known, id);
            }
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

    fn has_ids(&self, index: usize) -> bool {
        self.0.get(index).is_some_and(|group| !client_ids(group).is_empty())
    }
}
