//! Lists that are made while they are written: a report of a million sites is never in memory twice.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::model::captures::Captures;
use crate::model::site::SiteId;

/// The items of an iterator as a list.
#[derive(Clone)]
pub(super) struct Each<I>(pub(super) I);

impl<I> fmt::Debug for Each<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Each(..)")
    }
}

impl<I: Iterator<Item: Serialize> + Clone> Serialize for Each<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.clone())
    }
}

/// An id or a time as its text, which no string of its own is made for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shown<T>(pub(super) T);

impl<T: fmt::Display> Serialize for Shown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// Captures as an object.
#[derive(Clone, Copy, Debug)]
pub(super) struct Map<'a>(pub(super) &'a Captures);

impl Serialize for Map<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter())
    }
}

/// Ids as a list of texts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ids<'a>(pub(super) &'a [SiteId]);

impl Serialize for Ids<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().copied().map(Shown))
    }
}
