//! Sites of a finding. A report names the refused sites in several places and holds their ids once.

use std::sync::Arc;

use super::site::SiteId;

/// Ids of site collections, ordered, each once; a copy of it costs nothing.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SiteSet(Arc<Vec<SiteId>>);

impl SiteSet {
    /// The sites of a list in any order.
    pub fn new(mut ids: Vec<SiteId>) -> Self {
        if !ids.is_sorted() {
            ids.sort_unstable();
        }
        ids.dedup();
        Self(Arc::new(ids))
    }

    /// Every id, ordered.
    pub fn ids(&self) -> &[SiteId] {
        &self.0
    }
}

impl From<Vec<SiteId>> for SiteSet {
    fn from(ids: Vec<SiteId>) -> Self {
        Self::new(ids)
    }
}

impl FromIterator<SiteId> for SiteSet {
    fn from_iter<I: IntoIterator<Item = SiteId>>(ids: I) -> Self {
        Self::new(ids.into_iter().collect())
    }
}
