//! What a run of records does to its lane: which content database is named before and after the refused sites.
//!
//! A refused line names a site and no database. psconfig works through the databases one by one, so when
//! the same database is named directly before and directly after a run of refused lines, in the same process,
//! the sites are its own. Grade: inferred; so the report says that the owner comes from the log's context.

use std::collections::BTreeMap;

use super::tally::flat_map::Sites;
use crate::model::site::SiteId;

/// Owner by name: the sites that the context of a log gives to each database.
pub type Owners = BTreeMap<Box<str>, Sites>;

/// What a record says about the object at work.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Naming {
    /// It names this content database.
    Database(Box<str>),
    /// The work has gone on to something else.
    SomethingElse,
}

/// The effect of a run of records of one lane. `then` is associative, so runs may be cut anywhere.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Flow {
    /// Sites refused before the first naming; all sites, when there was none.
    leading: Sites,
    /// First and last naming, and the sites refused after the last one.
    named: Option<Named>,
    /// Owners that this run settles.
    owners: Owners,
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Named {
    first: Naming,
    last: Naming,
    trailing: Sites,
}

impl Flow {
    /// A site was refused.
    pub fn refuse(&mut self, site: SiteId) {
        match &mut self.named {
            Some(named) => named.trailing.add(site, ()),
            None => self.leading.add(site, ()),
        }
    }

    /// Naming this database, or something else, would change nothing: so it is with nearly every record of a log.
    pub fn stays(&self, database: Option<&str>) -> bool {
        self.named.as_ref().is_some_and(|named| {
            named.trailing.is_empty()
                && match &named.last {
                    Naming::Database(known) => database == Some(known),
                    Naming::SomethingElse => database.is_none(),
                }
        })
    }

    /// A record named a database, or left it.
    pub fn name(&mut self, naming: Naming) {
        match &mut self.named {
            Some(named) => {
                let between = std::mem::take(&mut named.trailing);
                settle(&mut self.owners, &named.last, &naming, between);
                named.last = naming;
            }
            None => {
                self.named = Some(Named { first: naming.clone(), last: naming, trailing: Sites::default() });
            }
        }
    }

    /// This run, then another.
    pub fn then(&mut self, next: Self) {
        for (database, sites) in next.owners {
            self.owners.entry(database).or_default().merge(sites);
        }
        match (&mut self.named, next.named) {
            (None, named) => {
                self.leading.merge(next.leading);
                self.named = named;
            }
            (Some(named), None) => named.trailing.merge(next.leading),
            (Some(named), Some(later)) => {
                let mut between = std::mem::take(&mut named.trailing);
                between.merge(next.leading);
                settle(&mut self.owners, &named.last, &later.first, between);
                named.last = later.last;
                named.trailing = later.trailing;
            }
        }
    }

    /// Nothing stands before this run: no database will be named for the sites before the first.
    pub fn forget_leading(&mut self) {
        self.leading = Sites::default();
    }

    /// The owners this run settles; what is open at its ends stays unknown.
    pub fn into_owners(self) -> Owners {
        self.owners
    }
}

fn settle(owners: &mut Owners, before: &Naming, after: &Naming, between: Sites) {
    if between.is_empty() {
        return;
    }
    if let (Naming::Database(before), Naming::Database(after)) = (before, after)
        && before == after
    {
        owners.entry(before.clone()).or_default().merge(between);
    }
}

#[cfg(test)]
mod tests {
    use super::{Flow, Naming};
    use crate::model::site::SiteId;
    use proptest::prelude::*;

    #[derive(Clone, Debug)]
    enum Step {
        Refuse(u8),
        Name(u8),
        Leave,
    }

    fn run(steps: &[Step]) -> Flow {
        let mut flow = Flow::default();
        for step in steps {
            match step {
                Step::Refuse(number) => flow.refuse(
                    SiteId::parse(format!("961cfd1e-5cf8-4e40-8756-0032a51711{number:02x}").as_bytes())
                        .unwrap(),
                ),
                Step::Name(number) => flow.name(Naming::Database(format!("WSS_{number}").into())),
                Step::Leave => flow.name(Naming::SomethingElse),
            }
        }
        flow
    }

    #[test]
    fn only_a_database_named_on_both_sides_owns_the_sites_between() {
        let owners = run(&[Step::Name(1), Step::Refuse(7), Step::Name(1), Step::Refuse(8), Step::Name(2)])
            .into_owners();
        assert_eq!(owners.len(), 1);
        assert_eq!(owners.values().map(crate::scan::tally::flat_map::Sites::len).sum::<usize>(), 1);
        assert!(run(&[Step::Name(1), Step::Refuse(7), Step::Leave, Step::Name(1)]).into_owners().is_empty());
        assert!(run(&[Step::Refuse(7), Step::Name(1)]).into_owners().is_empty());
    }

    proptest! {
        #[test]
        fn a_run_may_be_cut_anywhere(
            steps in prop::collection::vec(
                prop_oneof![
                    (0u8..6).prop_map(Step::Refuse),
                    (0u8..3).prop_map(Step::Name),
                    Just(Step::Leave)
                ], 0..40),
            cuts in prop::collection::vec(0usize..40, 2)
        ) {
            let whole = run(&steps);
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(steps.len())).collect();
            cuts.sort_unstable();
            let (left, middle, right) = (&steps[..cuts[0]], &steps[cuts[0]..cuts[1]], &steps[cuts[1]..]);
            let mut from_left = run(left);
            from_left.then(run(middle));
            from_left.then(run(right));
            let mut tail = run(middle);
            tail.then(run(right));
            let mut from_right = run(left);
            from_right.then(tail);
            prop_assert_eq!(&from_left, &whole);
            prop_assert_eq!(&from_right, &whole);
        }
    }
}
