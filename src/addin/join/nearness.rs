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
        let homes = groups.iter().map(|group| {
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
        if self.homes.len() == 1 { BTreeSet::from([0]) } else { BTreeSet::new() }
    }

    /// A file lies in the folder of an add-in or of one of these files, or below it, or in a folder named after it.
    pub(super) fn is_home(&self, at: &Spot, others: &[Spot]) -> bool {
        let own = parts(&home(at));
        let is_near = |other: &[String]| {
            let (shared, akin) = closeness(&own, other);
            shared == other.len() || (akin > 0 && akin < usize::MAX)
        };
        self.homes.iter().flatten().any(|other| is_near(other))
            || others.iter().any(|other| is_near(&parts(&home(other))))
    }

    /// The one add-in that is nearer to a file than all others; the only one there is, wherever the file lies.
    pub(super) fn unique(&self, at: &Spot) -> Option<usize> {
        if self.homes.len() == 1 {
            return Some(0);
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

fn parts(folder: &str) -> Vec<String> {
    folder.split('/').filter(|part| !matches!(*part, "" | ".")).map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::{closeness, home, parts};
    use crate::addin::evidence::Spot;

    #[test]
    fn a_web_project_is_near_the_add_in_it_is_named_after() {
        let own = parts("sln/OrdersWeb");
        assert!(closeness(&own, &parts("sln/Orders")) > closeness(&own, &parts("sln/Travel")));
        assert!(closeness(&own, &parts("sln/Orders")) > closeness(&own, &parts("other/Orders")));
    }

    #[test]
    fn a_package_is_at_home_in_its_folder() {
        assert_eq!(home(&Spot::file("a/b.app!/c.wsp!/d.xml")), "a");
        assert_eq!(home(&Spot::file("web.config")), "");
    }
}
