//! The comparisons of the matrix, and what each difference breaks.

mod certificates;
mod forms;
mod list;

use std::collections::{BTreeMap, BTreeSet};

use super::contradiction::contradicting;
use super::domains::{Place, Role};
use super::evidence::Value;
use super::evidence::config::Config;
use super::evidence::source_code::{SourceFactKind, SourceFile};
use super::host::answers;
use super::subject::AddIn;
use crate::model::audit::{Breaks, DomainRow, PairVerdict, Target};
use certificates::Certificates;
use forms::Forms;
pub use list::Comparisons;
use list::{List, Outcome, Why};

/// Which places must say the same, and what a difference breaks.
const RULES: &[(Role, Role, &[Breaks])] = &[
    (Role::Registration, Role::StartPage, &[Breaks::ContextToken]),
    (Role::Registration, Role::Endpoint, &[Breaks::Receivers]),
    (Role::Registration, Role::Receiver, &[Breaks::Receivers]),
    (Role::Registration, Role::HostWebReceiver, &[Breaks::Receivers]),
    (Role::Registration, Role::Part, &[Breaks::ContextToken]),
    (Role::Registration, Role::LaunchUrl, &[Breaks::ContextToken]),
    (Role::Registration, Role::HostName, &[Breaks::AppOnly]),
    (Role::Registration, Role::Override, &[Breaks::ContextToken, Breaks::Receivers]),
    (Role::StartPage, Role::Endpoint, &[Breaks::Receivers]),
    (Role::StartPage, Role::Receiver, &[Breaks::Receivers]),
    (Role::StartPage, Role::SettingsPage, &[Breaks::ContextToken]),
    (Role::StartPage, Role::LaunchUrl, &[Breaks::ContextToken]),
    (Role::StartPage, Role::Publish, &[Breaks::ContextToken]),
    (Role::StartPage, Role::Override, &[Breaks::ContextToken]),
    (Role::StartPage, Role::Binding, &[Breaks::ContextToken]),
    (Role::RegisteredRedirect, Role::OwnRedirect, &[Breaks::AuthorizationCode]),
];

/// Places that TLS must reach, and what fails where it does not.
const TLS: &[(Role, &[Breaks])] = &[
    (Role::Registration, &[Breaks::ContextToken, Breaks::Receivers]),
    (Role::StartPage, &[Breaks::ContextToken, Breaks::AuthorizationCode, Breaks::HighTrust]),
    (Role::Endpoint, &[Breaks::Receivers]),
    (Role::Receiver, &[Breaks::Receivers]),
    (Role::HostWebReceiver, &[Breaks::Receivers]),
    (Role::Part, &[Breaks::ContextToken]),
    (Role::LaunchUrl, &[Breaks::ContextToken]),
];

/// Compares the places of one add-in, in their order, and tells each row what it must equal. The rows are those of the
/// places.
///
/// What two places come to depends on what is written in them alone, so that what is written alike is compared once:
/// a folder may hold a hundred copies of one add-in.
pub fn pairs(addin: &AddIn, places: &[Place], rows: &mut [DomainRow]) -> Comparisons {
    let leading = addin.stage();
    let rivals = contradicting(&addin.evidence);
    let mut forms: BTreeMap<Role, Forms<'_>> = BTreeMap::new();
    for (index, place) in places.iter().enumerate() {
        // Only final addresses with a host are compared.
        if place.authority.is_some() && place.is_final(leading) {
            forms.entry(place.role).or_default().add(index, place, rival(&rivals, place));
        }
    }
    let known = Known::of(places, &forms, &rivals);
    let flows = Flows::in_use(addin);
    let mut list = List::new(rows);
    let none = Forms::default();
    for (a, b, breaks) in RULES {
        list.begin();
        let (first, second) = (forms.get(a).unwrap_or(&none), forms.get(b).unwrap_or(&none));
        compare(&known, first, second, &|broken| flows.of(broken, breaks), &mut list);
    }
    let certificates = Certificates::of(addin, places);
    for (role, breaks) in TLS {
        list.begin();
        let forms = forms.get(role).unwrap_or(&none);
        certificates.compare(forms, leading, &|broken| flows.of(broken, breaks), &mut list);
    }
    list.finish()
}

/// Flows that the add-in uses, as far as is known: what is not in use cannot break.
struct Flows(Vec<Breaks>);

impl Flows {
    fn in_use(addin: &AddIn) -> Self {
        let mut flows = vec![Breaks::AppOnly, Breaks::Receivers];
        flows.push(match addin.target {
            Target::OnPremHighTrust => Breaks::HighTrust,
            _ => Breaks::ContextToken,
        });
        let set = |config: &Config| {
            config.get("RedirectUri").is_some_and(|setting| !setting.value.trimmed().is_empty())
        };
        let called = |file: &SourceFile| file.of(SourceFactKind::AuthorizationCodeCall).next().is_some();
        if addin.evidence.configs.iter().any(set) || addin.evidence.sources.iter().any(called) {
            flows.push(Breaks::AuthorizationCode);
        }
        Self(flows)
    }

    /// What an outcome breaks that would break all these flows.
    fn of(&self, mut outcome: Outcome, breaks: &[Breaks]) -> Outcome {
        if outcome.is_broken {
            outcome.breaks = breaks.iter().copied().filter(|flow| self.0.contains(flow)).collect();
            outcome.is_unused = outcome.breaks.is_empty();
        }
        outcome
    }
}

/// What else is known of the add-in when two of its places are compared. Audiences in lower case.
struct Known<'p> {
    registered: BTreeSet<String>,
    /// Of each registration that contradicts another one.
    of_rivals: Vec<BTreeSet<String>>,
    registered_now: BTreeSet<String>,
    registered_redirects: BTreeSet<&'p str>,
    overrides: BTreeSet<String>,
    clean_overrides: BTreeSet<String>,
    bindings: Vec<&'p Place>,
}

impl<'p> Known<'p> {
    fn of(places: &'p [Place], forms: &BTreeMap<Role, Forms<'p>>, rivals: &[&[Value]]) -> Self {
        let of = |role: Role| places.iter().filter(move |place| place.role == role);
        let is_clean = |place: &&Place| place.value.raw == place.value.trimmed();
        Self {
            registered: of(Role::Registration).filter_map(audience).collect(),
            of_rivals: rivals
                .iter()
                .map(|domains| {
                    let own = of(Role::Registration).filter(|place| domains.contains(&place.value));
                    own.filter_map(audience).collect()
                })
                .collect(),
            registered_now: forms
                .get(&Role::Registration)
                .map_or_else(BTreeSet::new, |forms| forms.all().filter_map(audience).collect()),
            registered_redirects: of(Role::RegisteredRedirect).map(|place| &*place.value.raw).collect(),
            overrides: of(Role::Override).filter_map(audience).collect(),
            clean_overrides: of(Role::Override).filter(is_clean).filter_map(audience).collect(),
            bindings: forms.get(&Role::Binding).map_or_else(Vec::new, |forms| forms.all().collect()),
        }
    }

    /// Several domains may stand in the override, and IIS may answer for several: one that agrees is enough.
    fn is_met(&self, a: &Place, other: Role) -> bool {
        let stands = |known: &BTreeSet<String>| audience(a).is_some_and(|audience| known.contains(&audience));
        match (a.role, other) {
            (Role::Registration, Role::Override) => stands(&self.clean_overrides),
            (Role::StartPage, Role::Override) => stands(&self.overrides),
            (Role::StartPage, Role::Binding) => a.authority.as_ref().is_some_and(|wanted| {
                let verdict = |binding: &&Place| binding_verdict(binding, wanted);
                self.bindings.iter().any(|binding| verdict(binding) == Some(PairVerdict::Identical))
            }),
            _ => false,
        }
    }

    /// Several domains or redirect addresses may be registered: one that agrees is enough. Of a registration that
    /// contradicts another one only its own domains make up for one.
    fn is_met_by_another(&self, other: Role, rival: Option<usize>, b: &Place) -> bool {
        let registered = rival.and_then(|rival| self.of_rivals.get(rival)).unwrap_or(&self.registered);
        match (other, b.role) {
            (Role::Registration, Role::Override) => false,
            (Role::Registration, _) => audience(b).is_some_and(|audience| registered.contains(&audience)),
            (Role::RegisteredRedirect, _) => self.registered_redirects.contains(&*b.value.raw),
            _ => false,
        }
    }

    /// What receivers are held to is the registration; a second registered domain makes a split legal.
    fn is_registered_for_itself(&self, other: Role, b: &Place) -> bool {
        other == Role::StartPage
            && matches!(b.role, Role::Endpoint | Role::Receiver)
            && audience(b).is_some_and(|audience| self.registered_now.contains(&audience))
    }
}

/// The number of the registration that contradicts another one and tells this place.
fn rival(rivals: &[&[Value]], place: &Place) -> Option<usize> {
    let told = place.role == Role::Registration;
    rivals.iter().position(|domains| told && domains.contains(&place.value))
}

/// What `TokenHelper` compares, without regard to case.
fn audience(place: &Place) -> Option<String> {
    place.authority.as_ref().map(|authority| authority.audience.to_ascii_lowercase())
}

/// Compares every form of one role with every form of the other, and lists the places.
fn compare(
    known: &Known<'_>,
    first: &Forms<'_>,
    second: &Forms<'_>,
    flows: &dyn Fn(Outcome) -> Outcome,
    list: &mut List<'_>,
) {
    let Some(other) = second.all().next().map(|place| place.role) else { return };
    let Some(role) = first.all().next().map(|place| place.role) else { return };
    let met: Vec<bool> = first.all().map(|a| known.is_met(a, other)).collect();
    let mut by_rival: BTreeMap<Option<usize>, Vec<bool>> = BTreeMap::new();
    let itself: Vec<bool> = second.all().map(|b| known.is_registered_for_itself(role, b)).collect();
    let mut outcomes: Vec<Vec<Option<Outcome>>> = Vec::new();
    for ((a, rival), is_met) in first.all().zip(first.rivals()).zip(met) {
        let another = by_rival
            .entry(rival)
            .or_insert_with(|| second.all().map(|b| known.is_met_by_another(role, rival, b)).collect());
        let judged = second.all().zip(&*another).zip(&itself).map(|((b, another), itself)| {
            let outcome = outcome(a, b)?;
            let outcome =
                if is_met || *another { outcome.excused(Why::Another(kind(role))) } else { outcome };
            Some(flows(if *itself { outcome.excused(Why::ForItself) } else { outcome }))
        });
        outcomes.push(judged.collect());
    }
    for (a, form) in &first.places {
        let Some(outcomes) = outcomes.get_mut(*form) else { continue };
        for (b, form) in &second.places {
            if let Some(Some(outcome)) = outcomes.get_mut(*form) {
                list.add(*a, *b, outcome);
            }
        }
    }
}

/// What two places come to by themselves. `None` where they have nothing to do with one another.
fn outcome(a: &Place, b: &Place) -> Option<Outcome> {
    let (first, second) = (a.authority.as_ref()?, b.authority.as_ref()?);
    let verdict = match (a.role, b.role) {
        // Redirect addresses are compared as a whole, to the byte.
        (Role::RegisteredRedirect, _) => redirect_verdict(a, b, first.compare(second)),
        (_, Role::Binding) => binding_verdict(b, first)?,
        // An entry of the override is compared as it stands, blanks and all.
        (_, Role::Override) if b.value.raw != b.value.trimmed() => {
            first.compare(second).max(PairVerdict::TlsOnly)
        }
        _ => first.compare(second),
    };
    Some(Outcome::new(verdict, verdict != PairVerdict::Identical, reason(verdict, a, b)))
}

fn kind(role: Role) -> &'static str {
    match role {
        Role::RegisteredRedirect => "registered redirect address",
        Role::StartPage => "entry",
        _ => "registered domain",
    }
}

fn redirect_verdict(a: &Place, b: &Place, hosts: PairVerdict) -> PairVerdict {
    if a.value.raw == b.value.raw {
        PairVerdict::Identical
    } else {
        // Equal hosts are not enough: the whole address is compared.
        hosts.max(PairVerdict::TlsOnly)
    }
}

/// A binding without a host takes any; the port must be the same. `None` where the binding is for another site.
fn binding_verdict(binding: &Place, wanted: &super::host::Authority) -> Option<PairVerdict> {
    let authority = binding.authority.as_ref()?;
    let same_host = answers(&authority.host, &wanted.host);
    Some(match (same_host, authority.port == wanted.port) {
        (true, true) => PairVerdict::Identical,
        _ => PairVerdict::Different,
    })
}

fn reason(verdict: PairVerdict, a: &Place, b: &Place) -> String {
    let (Some(first), Some(second)) = (&a.authority, &b.authority) else { return String::new() };
    match verdict {
        PairVerdict::Identical => String::new(),
        PairVerdict::TlsOnly if a.role == Role::RegisteredRedirect => {
            "the host is the same, but redirect addresses are compared as a whole".to_owned()
        }
        PairVerdict::TlsOnly => format!(
            "the same host for TLS, but the audience strings {} and {} are not the same text",
            first.audience, second.audience
        ),
        PairVerdict::Different if first.host == second.host => {
            format!("the ports differ: {} and {}", first.port, second.port)
        }
        PairVerdict::Different => format!("the hosts differ: {} and {}", first.host, second.host),
    }
}
