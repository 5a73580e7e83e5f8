//! Which add-in lies in the folders around a file.

use std::collections::BTreeSet;

use crate::addin::evidence::{Evidence, Spot};

/// Folders of add-ins.
#[derive(Debug)]
pub(super) struct Nearness {
    /// For each add-in the folders that its manifest, package or registered files lie in, as parts.
    homes: Vec<Vec<Vec<String>>>,
}

impl Nearness {
    pub(super) fn of(groups: &[Evidence]) -> Self {
        let scripts = groups.iter().filter(|group| is_of_scripts(group)).count();
        let homes = groups.iter().map(|group| {
            // What lies beside a script that registers some other add-in is seldom part of that.
            if scripts < groups.len() && is_of_scripts(group) {
                return Vec::new();
            }
            let manifests = group.manifests.iter().map(|item| &item.at);
            let packages = group.packages.iter().map(|item| &item.at);
            let configs = group.configs.iter().map(|item| &item.at);
            let mut places: Vec<&Spot> = manifests.chain(packages).chain(configs).collect();
            if places.is_empty() {
                places = super::places(group);
            }
            let homes: BTreeSet<Vec<String>> = places.into_iter().map(|at| parts(&home(at))).collect();
            homes.into_iter().collect()
        });
        Self { homes: homes.collect() }
    }

    /// The add-in, if there is but one.
    pub(super) fn only(&self) -> BTreeSet<usize> {
        self.single().into_iter().collect()
    }

    fn single(&self) -> Option<usize> {
        let mut at_home = self.homes.iter().enumerate().filter(|(_, homes)| !homes.is_empty());
        let (index, _) = at_home.next()?;
        at_home.next().is_none().then_some(index)
    }

    /// A file lies in the folder of an add-in or in one of these, or below it, or in a folder named after it.
    pub(super) fn is_home(&self, at: &Spot, others: &BTreeSet<Vec<String>>) -> bool {
        let own = folder(at);
        let is_near = |other: &Vec<String>| {
            let (shared, akin) = closeness(&own, other);
            shared == other.len() || (akin > 0 && akin < usize::MAX)
        };
        self.homes.iter().flatten().chain(others).any(is_near)
    }

    /// The one add-in that is nearer to a file than all others; the only one there is, wherever the file lies.
    pub(super) fn unique(&self, at: &Spot) -> Option<usize> {
        if let Some(index) = self.single() {
            return Some(index);
        }
        let own = parts(&home(at));
        let mut best: Option<((usize, usize), usize)> = None;
        let mut ties = 0;
        for (index, homes) in self.homes.iter().enumerate() {
            let Some(score) = homes.iter().map(|other| closeness(&own, other)).max() else { continue };
            match best {
                Some((most, _)) if score < most => {}
                Some((most, _)) if score == most => ties += 1,
                _ => {
                    best = Some((score, index));
                    ties = 0;
                }
            }
        }
        best.filter(|_| ties == 0).map(|(_, index)| index)
    }
}

/// Nothing is known of it but that scripts register it.
fn is_of_scripts(group: &Evidence) -> bool {
    let scripts = group.sources.iter().all(|source| source.registered().next().is_some());
    scripts && !group.sources.is_empty() && super::places(group).len() == group.sources.len()
}

/// Folders shared from the root, then how many letters of a folder name go on in the other: `Orders` and `OrdersWeb`.
fn closeness(own: &[String], other: &[String]) -> (usize, usize) {
    let shared = own.iter().zip(other).take_while(|(a, b)| a == b).count();
    let akin = match (own.get(shared), other.get(shared)) {
        (Some(a), Some(b)) if a.starts_with(b.as_str()) || b.starts_with(a.as_str()) => a.len().min(b.len()),
        // A file in the very folder of an add-in, or in one that holds only this one, is as near as can be.
        (_, None) | (None, _) => usize::MAX,
        _ => 0,
    };
    (shared, akin)
}

/// The folder of a file outside of any package: a member of `a/b.app!/c.xml` is at home in `a`.
pub(super) fn home(at: &Spot) -> String {
    let path = at.path.as_ref();
    let outer = path.split_once(".app!/").map_or(path, |(outer, _)| outer);
    outer.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned()
}

/// The folder of a file, as parts.
pub(super) fn folder(at: &Spot) -> Vec<String> {
    parts(&home(at))
}

fn parts(folder: &str) -> Vec<String> {
    folder.split('/').filter(|part| !matches!(*part, "" | ".")).map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Nearness, closeness, home, parts};
    use crate::addin::evidence::Spot;

    #[test]
    fn a_web_project_is_near_the_add_in_it_is_named_after() {
        let own = parts("sln/OrdersWeb");
        assert!(closeness(&own, &parts("sln/Orders")) > closeness(&own, &parts("sln/Travel")));
        assert!(closeness(&own, &parts("sln/Orders")) > closeness(&own, &parts("other/Orders")));
    }

    #[test]
    fn a_file_is_at_home_below_the_folder_of_an_add_in_and_beside_it_under_its_name() {
        let near = Nearness { homes: vec![vec![parts("sln/Orders")]] };
        let others = BTreeSet::from([parts("sln/BillsWeb")]);
        let is_home = |path: &str| near.is_home(&Spot::file(path), &others);
        assert!(
            is_home("sln/Orders/a/b.cs") && is_home("sln/OrdersWeb/a.cs") && is_home("sln/billsweb/a.cs")
        );
        assert!(!is_home("sln/jobs/a.ps1") && !is_home("other/a.ps1") && !is_home("a.ps1"));
    }

    #[test]
    fn a_package_is_at_home_in_its_folder() {
        assert_eq!(home(&Spot::file("a/b.app!/c.wsp!/d.xml")), "a");
        assert_eq!(home(&Spot::file("web.config")), "");
    }
}
