//! Places beside certificates. A certificate has no port: hosts are compared, by the rules of TLS.

use super::forms::Forms;
use super::list::{List, Outcome};
use crate::addin::certificate_role::is_served;
use crate::addin::domains::{Place, Role, is_spare};
use crate::addin::evidence::certificate::Certificate;
use crate::addin::subject::AddIn;
use crate::addin::tls;
use crate::model::audit::PairVerdict;
use crate::model::stage::Stage;

/// What the add-in serves, each with the places of its names.
#[derive(Debug)]
pub(super) struct Certificates<'p> {
    places: &'p [Place],
    leaves: Vec<(&'p Certificate, Vec<usize>)>,
}

impl<'p> Certificates<'p> {
    pub(super) fn of(addin: &'p AddIn, places: &'p [Place]) -> Self {
        let own = &addin.evidence;
        let files = own.certificates.iter().enumerate().filter(|(_, file)| is_served(own, file));
        let leaves: Vec<_> = files.filter_map(|(number, file)| Some((number, file.leaf()?))).collect();
        let rows = |number: usize| {
            let all = places.iter().enumerate();
            all.filter(move |(_, place)| place.certificate == Some(number)).map(|(index, _)| index)
        };
        let leaves = leaves.into_iter().map(|(number, leaf)| (leaf, rows(number).collect())).collect();
        Self { places, leaves }
    }

    /// Compares every form with every certificate, and lists the places.
    pub(super) fn compare(
        &self,
        forms: &Forms<'_>,
        leading: Option<Stage>,
        flows: &dyn Fn(Outcome) -> Outcome,
        list: &mut List<'_>,
    ) {
        let mut judged: Vec<Vec<(usize, Outcome)>> =
            forms.all().map(|place| self.judge(place, leading, flows)).collect();
        for (index, form) in &forms.places {
            for (row, outcome) in judged.get_mut(*form).into_iter().flatten() {
                list.add(*row, *index, outcome);
            }
        }
    }

    /// For each certificate the row that is compared with the place, and what it comes to.
    fn judge(
        &self,
        place: &Place,
        leading: Option<Stage>,
        flows: &dyn Fn(Outcome) -> Outcome,
    ) -> Vec<(usize, Outcome)> {
        let Some(authority) = &place.authority else { return Vec::new() };
        let host = &authority.host;
        let covered: Vec<bool> = self.leaves.iter().map(|(leaf, _)| tls::covers(leaf, host)).collect();
        let covering = covered.contains(&true);
        let spare = place.role == Role::Registration
            && !self.leaves.is_empty()
            && is_spare(self.places, leading, host);
        let mut found = Vec::new();
        for ((_, rows), covers) in self.leaves.iter().zip(covered) {
            // The row of the name that covers the host, else the first of this certificate.
            let names = |row: &&usize| {
                self.places.get(**row).is_some_and(|place| tls::name_covers(&place.value.raw, host))
            };
            let Some(row) = rows.iter().find(names).or_else(|| rows.first()) else { continue };
            let (verdict, is_broken, reason) = if covers {
                (PairVerdict::Identical, false, String::new())
            } else if covering {
                (PairVerdict::Different, false, "another certificate covers this host".to_owned())
            } else if spare {
                (PairVerdict::Different, false, "nothing of the add-in uses this domain".to_owned())
            } else {
                (PairVerdict::Different, true, format!("no name of the certificate covers {host}"))
            };
            found.push((*row, flows(Outcome::new(verdict, is_broken, reason))));
        }
        found
    }
}
