//! What is counted by an id, in as few bytes as it takes: a farm has millions of sites, and a patch that refuses
//! one of them refuses them all.
//!
//! Ids and amounts stand in two flat lists that are sorted now and then. A tree would cost twice the bytes: its
//! nodes are two thirds full, and amounts are aligned to eight bytes. An amount that does not fit its packed form
//! goes to a list of its own, so that nothing is ever rounded.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Debug;

use crate::model::site::SiteId;

/// New ids that wait at the end to be sorted in, at least …
const WAITING: usize = 64;
/// … and as a part of those that are sorted: each id is then moved about nine times in all.
const WAITING_PART: usize = 8;

/// Ids that change hands at a time when two maps become one, so that both are never in memory whole.
const BLOCK: usize = 1 << 14;

/// An amount in packed form.
pub trait Amount: Copy + Default + Debug {
    /// The same, whatever its size. Zero by default.
    type Whole: Copy + Default + PartialEq + Debug;

    /// Unpacks it.
    fn whole(self) -> Self::Whole;
    /// Packs it, if it fits.
    fn packed(whole: Self::Whole) -> Option<Self>;
    /// The sum of two. Commutative and associative.
    fn sum(one: Self::Whole, other: Self::Whole) -> Self::Whole;
}

/// No amount: the map is a set.
impl Amount for () {
    type Whole = ();

    fn whole(self) {}

    fn packed((): ()) -> Option<Self> {
        Some(())
    }

    fn sum((): (), (): ()) {}
}

/// A number of records.
impl Amount for u32 {
    type Whole = u64;

    fn whole(self) -> u64 {
        u64::from(self)
    }

    fn packed(whole: u64) -> Option<Self> {
        Self::try_from(whole).ok()
    }

    fn sum(one: u64, other: u64) -> u64 {
        one.saturating_add(other)
    }
}

/// Amounts by id.
#[derive(Clone, Debug)]
pub struct FlatMap<K, V: Amount> {
    ids: Vec<K>,
    amounts: Vec<V>,
    /// Ids before this are sorted and stand once; those after it wait, and are none of those before.
    sorted: usize,
    /// What did not fit, on top of what the packed form says.
    large: BTreeMap<K, V::Whole>,
}

/// Amounts by site.
pub type SiteMap<V> = FlatMap<SiteId, V>;

/// Sites.
pub type Sites = SiteMap<()>;

/// Records by site.
pub type SiteCounts = SiteMap<u32>;

impl<K, V: Amount> Default for FlatMap<K, V> {
    fn default() -> Self {
        Self { ids: Vec::new(), amounts: Vec::new(), sorted: 0, large: BTreeMap::new() }
    }
}

impl<K: Copy + Ord, V: Amount> FlatMap<K, V> {
    /// Adds an amount to an id.
    pub fn add(&mut self, site: K, amount: V::Whole) {
        let known = self.ids.get(..self.sorted).unwrap_or_default().binary_search(&site);
        let known = known.or_else(|_| match self.ids.last() {
            // Lines that refuse one site follow one another.
            Some(last) if *last == site => Ok(self.ids.len() - 1),
            _ => Err(()),
        });
        match known {
            Ok(at) => self.raise(at, site, amount),
            Err(()) => {
                self.ids.push(site);
                self.amounts.push(V::default());
                self.raise(self.ids.len() - 1, site, amount);
                if self.ids.len() - self.sorted > WAITING.max(self.sorted / WAITING_PART) {
                    self.settle();
                }
            }
        }
    }

    /// Replaces the amount of an id that is there.
    pub fn change(&mut self, site: K, change: impl FnOnce(V::Whole) -> V::Whole) {
        self.settle();
        if let Ok(at) = self.ids.binary_search(&site) {
            let packed = self.amounts.get(at).copied().unwrap_or_default();
            let large = self.large.remove(&site).unwrap_or_default();
            if let Some(amount) = self.amounts.get_mut(at) {
                *amount = V::default();
            }
            self.raise(at, site, change(V::sum(packed.whole(), large)));
        }
    }

    fn raise(&mut self, at: usize, site: K, by: V::Whole) {
        let Some(amount) = self.amounts.get_mut(at) else { return };
        match V::packed(V::sum(amount.whole(), by)) {
            Some(packed) => *amount = packed,
            None => {
                let large = self.large.entry(site).or_default();
                *large = V::sum(*large, by);
            }
        }
    }

    /// Takes over everything from another map. The order does not matter.
    pub fn merge(&mut self, mut other: Self) {
        if self.ids.len() < other.ids.len() {
            std::mem::swap(self, &mut other);
        }
        for (site, large) in std::mem::take(&mut other.large) {
            let known = self.large.entry(site).or_default();
            *known = V::sum(*known, large);
        }
        other.drain(|site, amount| self.add(site, amount.whole()));
    }

    /// Hands out every id with its packed amount, last first, and gives memory back on the way.
    fn drain(mut self, mut take: impl FnMut(K, V)) {
        while let (Some(site), Some(amount)) = (self.ids.pop(), self.amounts.pop()) {
            take(site, amount);
            if self.ids.len().is_multiple_of(BLOCK) {
                self.ids.shrink_to_fit();
                self.amounts.shrink_to_fit();
            }
        }
    }

    /// Hands out every id once with its amount, in no order, and gives memory back on the way.
    pub fn drain_all(mut self, mut take: impl FnMut(K, V::Whole)) {
        self.settle();
        let mut large = std::mem::take(&mut self.large);
        self.drain(|id, amount| {
            let large = if large.is_empty() { None } else { large.remove(&id) };
            take(id, V::sum(amount.whole(), large.unwrap_or_default()));
        });
    }

    /// Hands out every id once, in no order, and gives memory back on the way.
    pub fn drain_ids(mut self, mut take: impl FnMut(K)) {
        self.settle();
        self.drain(|site, _| take(site));
    }

    /// Sorts in what waits.
    pub fn settle(&mut self) {
        if self.sorted == self.ids.len() {
            return;
        }
        let waiting = self.waiting();
        self.ids.truncate(self.sorted + waiting.len());
        self.amounts.truncate(self.sorted + waiting.len());
        self.sort_in(&waiting);
        self.sorted = self.ids.len();
    }

    /// The ids that wait, sorted, each once.
    fn waiting(&mut self) -> Vec<(K, V)> {
        let ids = self.ids.get(self.sorted..).unwrap_or_default().iter().copied();
        let amounts = self.amounts.get(self.sorted..).unwrap_or_default().iter().copied();
        let mut waiting: Vec<(K, V)> = ids.zip(amounts).collect();
        waiting.sort_unstable_by_key(|(site, _)| *site);
        let large = &mut self.large;
        waiting.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                match V::packed(V::sum(kept.1.whole(), next.1.whole())) {
                    Some(packed) => kept.1 = packed,
                    None => {
                        let large = large.entry(next.0).or_default();
                        *large = V::sum(*large, next.1.whole());
                    }
                }
            }
            same
        });
        waiting
    }

    /// Merges from the back, in place: the lists are long enough already.
    fn sort_in(&mut self, waiting: &[(K, V)]) {
        let mut old = self.sorted;
        let mut place = self.ids.len();
        for (site, amount) in waiting.iter().rev() {
            // Whatever is greater moves up as one.
            let from = self.ids.get(..old).unwrap_or_default().partition_point(|id| id < site);
            let moved = old - from;
            place -= moved;
            self.ids.copy_within(from..old, place);
            self.amounts.copy_within(from..old, place);
            old = from;
            place -= 1;
            if let (Some(id), Some(kept)) = (self.ids.get_mut(place), self.amounts.get_mut(place)) {
                (*id, *kept) = (*site, *amount);
            }
        }
    }

    /// How many ids there are.
    pub fn len(&self) -> usize {
        self.settled().ids.len()
    }

    /// How many ids are stored, some of them twice until they are settled.
    pub fn stored(&self) -> usize {
        self.ids.len()
    }

    /// There is none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The same with every id in its place: itself, as a rule.
    pub fn settled(&self) -> Cow<'_, Self> {
        if self.sorted == self.ids.len() {
            return Cow::Borrowed(self);
        }
        let mut settled = self.clone();
        settled.settle();
        Cow::Owned(settled)
    }

    /// Every id with its amount, ordered by id. Only of a map that was settled.
    pub fn iter(&self) -> impl Iterator<Item = (K, V::Whole)> + '_ {
        debug_assert_eq!(self.sorted, self.ids.len(), "the map was settled");
        self.ids.iter().zip(&self.amounts).map(|(site, amount)| {
            let large = if self.large.is_empty() { None } else { self.large.get(site).copied() };
            (*site, V::sum(amount.whole(), large.unwrap_or_default()))
        })
    }

    /// Every id, ordered. Only of a map that was settled.
    pub fn ids(&self) -> &[K] {
        debug_assert_eq!(self.sorted, self.ids.len(), "the map was settled");
        &self.ids
    }

    /// The amounts of all sites together.
    pub fn total(&self) -> V::Whole {
        let packed = self.amounts.iter().map(|amount| amount.whole());
        packed.chain(self.large.values().copied()).fold(V::Whole::default(), V::sum)
    }

    /// Every id in order, and the amounts beside them.
    pub fn into_columns(mut self) -> (Vec<K>, Vec<V::Whole>) {
        self.settle();
        let amounts = self.iter().map(|(_, amount)| amount).collect();
        (self.ids, amounts)
    }
}

impl<K: Copy + Ord, V: Amount> PartialEq for FlatMap<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.settled().iter().eq(other.settled().iter())
    }
}

impl<K: Copy + Ord, V: Amount> Eq for FlatMap<K, V> {}

#[cfg(test)]
#[path = "flat_map_tests.rs"]
mod tests;
