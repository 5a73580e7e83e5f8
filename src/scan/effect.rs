//! What a record does to the flow of its lane.

use std::borrow::Cow;

use super::flow::Naming;
use crate::model::site::SiteId;

/// What a record does to the flow of its lane.
#[derive(Debug, Default)]
pub(super) struct Effect<'t> {
    /// It refuses this site.
    pub(super) refused: Option<SiteId>,
    /// It names a content database, or another object.
    pub(super) naming: Option<Named<'t>>,
}

impl Effect<'_> {
    /// The same, whatever text it was found in.
    pub(super) fn into_owned<'o>(self) -> Effect<'o> {
        let naming = self.naming.map(|naming| match naming {
            Named::Database(name) => Named::Database(Cow::Owned(name.into_owned())),
            Named::SomethingElse => Named::SomethingElse,
        });
        Effect { refused: self.refused, naming }
    }
}

/// What a record names.
#[derive(Debug)]
pub(super) enum Named<'t> {
    /// This content database.
    Database(Cow<'t, str>),
    /// No content database: the work has gone on to something else.
    SomethingElse,
}

impl Named<'_> {
    /// The content database.
    pub(super) fn database(&self) -> Option<&str> {
        match self {
            Self::Database(name) => Some(name),
            Self::SomethingElse => None,
        }
    }

    /// The same, to be kept.
    pub(super) fn into_owned(self) -> Naming {
        match self {
            Self::Database(name) => Naming::Database(name.into()),
            Self::SomethingElse => Naming::SomethingElse,
        }
    }
}
