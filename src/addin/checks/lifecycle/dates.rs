//! Dates of retirement and support, each with where it is announced.

use chrono::{NaiveDate, NaiveDateTime};

/// A date that something happens on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Milestone {
    /// What happens, to go behind "on 2026-04-02".
    pub(crate) what: &'static str,
    /// Year, month, day.
    pub(crate) on: (i32, u32, u32),
    /// Title of the page that announces it.
    pub(crate) source: &'static str,
}

impl Milestone {
    /// The day it happens on.
    pub(crate) fn date(&self) -> NaiveDate {
        let (year, month, day) = self.on;
        NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
    }

    /// The day has come.
    pub(crate) fn reached(&self, now: NaiveDateTime) -> bool {
        now.date() >= self.date()
    }

    /// Days until then; negative afterwards.
    pub(crate) fn days_left(&self, now: NaiveDateTime) -> i64 {
        (self.date() - now.date()).num_days()
    }

    /// For messages: the date, what happens, and the page.
    pub(crate) fn told(&self) -> String {
        format!("{} on {} ({})", self.what, self.date(), self.source)
    }
}

const ADD_INS: &str = "Microsoft: SharePoint Add-In retirement in Microsoft 365";
const ACS: &str = "Microsoft: Azure ACS retirement in Microsoft 365";
const SUPPORT: &str = "Microsoft Lifecycle";

pub(crate) const ANNOUNCED: Milestone = Milestone {
    what: "the retirement of add-ins and ACS was announced",
    on: (2023, 11, 27),
    source: ADD_INS,
};
pub(crate) const STORE_LISTING: Milestone =
    Milestone { what: "the store stopped taking new add-ins", on: (2024, 3, 1), source: ADD_INS };
pub(crate) const STORE_ACQUISITION: Milestone = Milestone {
    what: "the store stopped giving add-ins to SharePoint Online",
    on: (2024, 7, 1),
    source: ADD_INS,
};
pub(crate) const NEW_TENANTS: Milestone =
    Milestone { what: "new tenants lost add-ins and ACS", on: (2024, 11, 1), source: ACS };
pub(crate) const END_ONLINE: Milestone =
    Milestone { what: "add-ins and ACS ended in SharePoint Online", on: (2026, 4, 2), source: ACS };
pub(crate) const STORE_ON_PREMISES: Milestone =
    Milestone { what: "the store stopped giving add-ins to farms", on: (2026, 4, 2), source: ADD_INS };
pub(crate) const END_ENTRA_RECEIVERS: Milestone = Milestone {
    what: "remote event receivers of applications in Microsoft Entra end",
    on: (2027, 7, 1),
    source: "Microsoft: use remote event receivers without Azure ACS dependency",
};

/// The end of extended support of a version: its name, the first build that is no longer it, the date.
pub(crate) const SUPPORT_ENDS: [(&str, (u32, u32), Milestone); 3] = [
    (
        "SharePoint Server 2013",
        (16, 0),
        Milestone { what: "support of SharePoint Server 2013 ended", on: (2023, 4, 11), source: SUPPORT },
    ),
    (
        "SharePoint Server 2016",
        (16, 10_000),
        Milestone { what: "support of SharePoint Server 2016 ended", on: (2026, 7, 14), source: SUPPORT },
    ),
    (
        "SharePoint Server 2019",
        (16, 14_000),
        Milestone { what: "support of SharePoint Server 2019 ended", on: (2026, 7, 14), source: SUPPORT },
    ),
];

#[cfg(test)]
mod tests {
    use super::{ANNOUNCED, END_ENTRA_RECEIVERS, END_ONLINE, NEW_TENANTS, STORE_ACQUISITION, STORE_LISTING};

    #[test]
    fn the_dates_are_in_order() {
        let dates =
            [ANNOUNCED, STORE_LISTING, STORE_ACQUISITION, NEW_TENANTS, END_ONLINE, END_ENTRA_RECEIVERS]
                .map(|m| m.date());
        assert!(dates.is_sorted());
        assert_eq!(END_ONLINE.date().to_string(), "2026-04-02");
    }
}
