//! Configurations that lie with one add-in and name the client id of another one: copied with the id left in, or swapped.

use std::collections::BTreeSet;

use super::{Groups, client_ids, guid};
use crate::addin::evidence::config::Config;
use crate::addin::evidence::ids;
use crate::addin::join::nearness::Nearness;

impl Groups {
    /// For every configuration that belongs to another add-in by its id: the add-in that it lies with.
    ///
    /// A web application may serve several add-ins and lie with one of them. So the add-in it lies with has to have an id
    /// of its own and no configuration with it there, and the one whose id it is has to have a configuration in its own
    /// folder.
    pub(super) fn astray(&self, near: &Nearness, configs: &[Config]) -> Vec<Option<usize>> {
        let homes: Vec<(Option<usize>, BTreeSet<String>)> = configs
            .iter()
            .map(|config| {
                let ids = ids::in_config(config).filter_map(|value| guid(value.trimmed()));
                (near.unique(&config.at).filter(|_| !config.transform), ids.collect())
            })
            .collect();
        let own: Vec<BTreeSet<String>> = self.0.iter().map(client_ids).collect();
        let is_own =
            |index: usize, ids: &BTreeSet<String>| own.get(index).is_some_and(|own| !own.is_disjoint(ids));
        let fits = |(home, ids): &(Option<usize>, BTreeSet<String>)| {
            let home = home.filter(|index| own.get(*index).is_some_and(|own| !own.is_empty()))?;
            let owner = own.iter().position(|own| !own.is_disjoint(ids)).filter(|owner| *owner != home)?;
            let lacks = !homes.iter().any(|(other, ids)| *other == Some(home) && is_own(home, ids));
            let has = homes.iter().any(|(other, ids)| *other == Some(owner) && !ids.is_empty());
            (!is_own(home, ids) && lacks && has).then_some(home)
        };
        homes.iter().map(fits).collect()
    }
}
