//! The places of one role, by what is written in them.

use std::collections::BTreeMap;

use crate::addin::domains::Place;

/// Places of one role; each knows its form, and each form the first place that is written so.
#[derive(Debug, Default)]
pub(super) struct Forms<'p> {
    /// Numbers of places, and of their forms, in the order of the places.
    pub(super) places: Vec<(usize, usize)>,
    firsts: Vec<(&'p Place, Option<usize>)>,
    known: BTreeMap<(&'p str, Option<usize>), usize>,
}

impl<'p> Forms<'p> {
    /// Adds a place, and the number of the registration that contradicts another one, if it is of one. All have one
    /// role, so what is written in a place decides which domain it stands for.
    pub(super) fn add(&mut self, index: usize, place: &'p Place, rival: Option<usize>) {
        let next = self.firsts.len();
        let form = *self.known.entry((&place.value.raw, rival)).or_insert(next);
        if form == next {
            self.firsts.push((place, rival));
        }
        self.places.push((index, form));
    }

    /// A place of each form.
    pub(super) fn all(&self) -> impl Iterator<Item = &'p Place> {
        self.firsts.iter().map(|(place, _)| *place)
    }

    /// The registration that each form is of.
    pub(super) fn rivals(&self) -> impl Iterator<Item = Option<usize>> {
        self.firsts.iter().map(|(_, rival)| *rival)
    }
}
