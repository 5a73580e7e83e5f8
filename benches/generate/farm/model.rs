//! An invented farm: version, databases, sites.

use clap::ValueEnum;

use crate::culture::Culture;
use crate::format::Dress;
use crate::format::bracketed::Bracketed;
use crate::format::columns::{Columns, Kind};
use crate::format::embedded::Embedding;
use crate::prng::Guid;
use crate::shape::Shape;

/// A product version.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, ValueEnum)]
pub(crate) enum Version {
    #[value(name = "2007")]
    V2007,
    #[value(name = "2010")]
    V2010,
    #[value(name = "2013")]
    V2013,
    #[value(name = "2016")]
    V2016,
    #[value(name = "2019")]
    V2019,
    #[value(name = "SE")]
    Subscription,
}

impl Version {
    /// A build that exists.
    pub(crate) fn build(self) -> &'static str {
        match self {
            Self::V2007 => "12.0.6327.5000",
            Self::V2010 => "14.0.7015.1000",
            Self::V2013 => "15.0.5603.1000",
            Self::V2016 => "16.0.5448.1000",
            Self::V2019 => "16.0.10417.20027",
            Self::Subscription => "16.0.14326.20450",
        }
    }

    /// The number of the folder the product lives in.
    pub(crate) fn hive(self) -> &'static str {
        self.build().get(..2).expect("a build starts with two digits")
    }

    /// The number by which the product calls itself: SharePoint 2010 is v4.
    pub(crate) fn release(self) -> u64 {
        match self {
            Self::V2007 => 3,
            Self::V2010 => 4,
            Self::V2013 => 5,
            Self::V2016 | Self::V2019 | Self::Subscription => 6,
        }
    }

    /// The published name of its upgrade logs.
    pub(crate) fn upgrade_kind(self) -> &'static str {
        match self {
            Self::V2007 => "upgrade-2007",
            Self::V2010 => "upgrade-2010",
            _ => "upgrade-2013",
        }
    }

    /// The name in options.
    pub(crate) fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

/// What is wrong with a site.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum SiteState {
    Healthy,
    /// A claims site that cannot be opened while the token service is down.
    Refused,
    /// Its id is registered elsewhere: a real site map conflict.
    Conflict,
}

/// A site collection.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    pub(crate) id: Guid,
    pub(crate) url: String,
    pub(crate) state: SiteState,
    /// Whether the exports know it.
    pub(crate) exported: bool,
}

/// A content database.
#[derive(Clone, Debug)]
pub(crate) struct Database {
    pub(crate) name: String,
    pub(crate) id: Guid,
    pub(crate) server: String,
    pub(crate) volume: String,
    pub(crate) web_application: String,
    pub(crate) size_megabytes: u64,
    pub(crate) sites: Vec<Site>,
    pub(crate) central_administration: bool,
}

impl Database {
    /// Its title in logs.
    pub(crate) fn title(&self) -> String {
        format!("SPContentDatabase Name={}", self.name)
    }

    /// Its refused sites.
    pub(crate) fn refused(&self) -> impl Iterator<Item = &Site> {
        self.sites.iter().filter(|site| site.state == SiteState::Refused)
    }
}

/// A farm and the way its logs look.
#[derive(Clone, Debug)]
pub(crate) struct Farm {
    pub(crate) name: String,
    pub(crate) version: Version,
    pub(crate) culture: Culture,
    pub(crate) shape: Shape,
    /// Fill the columns of tabbed upgrade logs, and start them with the names of the columns.
    pub(crate) padded: bool,
    /// Why refused sites could not be opened.
    pub(crate) tail: String,
    pub(crate) sql_server: String,
    pub(crate) databases: Vec<Database>,
}

impl Farm {
    /// The format of its upgrade logs.
    pub(crate) fn dress(&self) -> Dress {
        match self.version {
            Version::V2007 | Version::V2010 => Dress::Bracketed(self.bracketed()),
            _ => Dress::Columns(Columns { kind: Kind::Upgrade, padded: self.padded }),
        }
    }

    /// How its trace logs repeat upgrade records.
    pub(crate) fn embedding(&self) -> Embedding {
        match self.version {
            Version::V2007 | Version::V2010 => Embedding::Bracketed(self.bracketed()),
            _ => Embedding::Columns,
        }
    }

    fn bracketed(&self) -> Bracketed {
        Bracketed { culture: self.culture, with_process: self.version != Version::V2007 }
    }

    /// Where the logs of its servers lie on their disks.
    pub(crate) fn log_folder(&self) -> String {
        let hive = self.version.hive();
        format!("C:\\Program Files\\Common Files\\Microsoft Shared\\Web Server Extensions\\{hive}\\LOGS")
    }
}
