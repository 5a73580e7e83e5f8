//! How far the manifest of an add-in has come.

/// How far a manifest has come.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Stage {
    /// In a project: `ClientId="*"` and `~remoteAppUrl` are normal.
    Source,
    /// Written by a build for a debug run: `pkgobj`, `bin`.
    Build,
    /// In a package, or marked as published: every value is final.
    Package,
}

impl Stage {
    /// Every stage, the earliest first.
    pub const ALL: [Self; 3] = [Self::Source, Self::Build, Self::Package];

    /// The published name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Build => "build",
            Self::Package => "package",
        }
    }

    /// The published name of how far an add-in has come: `registration` where it has no manifest.
    pub fn name_of(stage: Option<Self>) -> &'static str {
        stage.map_or("registration", Self::name)
    }
}
