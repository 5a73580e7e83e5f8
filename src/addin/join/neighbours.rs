//! Exports of a farm that lie in the folder of one add-in: where that one runs shows nothing of the add-ins beside it.

use std::collections::BTreeSet;

use super::groups::is_inside;
use crate::addin::evidence::farm::Farm;
use crate::addin::evidence::{Evidence, Spot};

/// Folders with an export of a farm in which some add-in lies. One at the top of all is of all.
pub(super) fn folders_with_exports(farm: &Farm, groups: &[Evidence]) -> BTreeSet<String> {
    let exports: BTreeSet<&str> =
        farm.places().map(Spot::folder).filter(|folder| !folder.is_empty()).collect();
    let is_home = |folder: &&str| groups.iter().any(|group| lies_in(group, folder));
    exports.into_iter().filter(is_home).map(str::to_owned).collect()
}

/// Some file that makes an add-in lies in this folder, or below it.
pub(super) fn lies_in(group: &Evidence, folder: &str) -> bool {
    let manifests = group.manifests.iter().map(|item| &item.at);
    let packages = group.packages.iter().map(|item| &item.at);
    let configs = group.configs.iter().map(|item| &item.at);
    let mut places = manifests.chain(packages).chain(configs).map(Spot::folder);
    places.any(|own| own == folder || is_inside(own, folder))
}
