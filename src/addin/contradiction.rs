//! Registrations of one principal that contradict one another: one of them is old, or of another farm. Together they are
//! no registration that exists anywhere, so that what one of them says does not make up for another.

use super::crowd::exported;
use super::evidence::registration::Principal;
use super::evidence::{Evidence, Value};
use super::host::Authority;

/// Registrations of a farm are compared with one another; nobody gives so many exports of one.
const MOST: usize = 64;

/// The domains of each registration that contradicts another one, in order; none where all agree.
pub(super) fn contradicting(own: &Evidence) -> Vec<&[Value]> {
    let told = exported(own).filter_map(|principal| {
        Some((principal, principal.domains.as_deref().filter(|all| !all.is_empty())?))
    });
    let told: Vec<(&Principal, &[Value])> = told.take(MOST).collect();
    let disagrees = |(mine, domains): &&(&Principal, &[Value])| {
        told.iter().any(|(other, theirs)| is_same(mine, other) && are_apart(domains, theirs))
    };
    told.iter().filter(disagrees).map(|(_, domains)| *domains).collect()
}

/// They are of one principal, in one farm or tenant as far as is known.
fn is_same(a: &Principal, b: &Principal) -> bool {
    let same_id = matches!((&a.client_id, &b.client_id), (Some(a), Some(b)) if a.is(&b.raw));
    let same_realm = match (&a.realm, &b.realm) {
        (Some(a), Some(b)) => a.is(&b.raw),
        _ => true,
    };
    same_id && same_realm
}

/// No domain of one has a host of the other.
fn are_apart(a: &[Value], b: &[Value]) -> bool {
    let host = |value: &Value| Authority::of(&value.raw).map(|authority| authority.host);
    !a.iter().any(|one| b.iter().any(|other| host(one) == host(other)))
}

#[cfg(test)]
mod tests {
    use super::contradicting;
    use crate::addin::evidence::registration::{Principal, PrincipalSource};
    use crate::addin::evidence::{Evidence, Spot, Value};

    const ID: &str = "3b062084-9617-464a-a774-a72b853c825f";

    fn registration(path: &str, id: &str, realm: &str, domains: &[&str]) -> Principal {
        let value = |text: &str| Value::new(text, Spot::file(path).at(1, 1));
        Principal {
            client_id: Some(value(id)),
            realm: (!realm.is_empty()).then(|| value(realm)),
            domains: Some(domains.iter().map(|domain| value(domain)).collect()),
            ..Principal::new(Spot::file(path), PrincipalSource::ServicePrincipal)
        }
    }

    fn told(principals: Vec<Principal>) -> Vec<String> {
        let own = Evidence { principals, ..Evidence::default() };
        let first = |domains: &[Value]| domains.first().map(|domain| domain.at.path.to_string());
        contradicting(&own).into_iter().filter_map(first).collect()
    }

    #[test]
    fn registrations_without_a_common_host_contradict() {
        let (other_id, none) = ("d8c2a1da-5f0e-4d6b-8a61-2f1f3a0c9e77", Vec::<String>::new());
        let a = || registration("a", ID, "", &["one.test"]);
        assert_eq!(told(vec![a(), registration("b", ID, "", &["two.test"])]), ["a", "b"]);
        assert_eq!(told(vec![a(), registration("b", ID, "", &["two.test", "ONE.test:8443"])]), none);
        assert_eq!(told(vec![a(), registration("b", ID, "", &[])]), none);
        assert_eq!(told(vec![a(), registration("b", other_id, "", &["two.test"])]), none);
        let realms = |a: &str, b: &str| {
            told(vec![registration("a", ID, a, &["one.test"]), registration("b", ID, b, &["two.test"])])
        };
        assert_eq!(realms("r", "s"), none);
        assert_eq!(realms("r", "R"), ["a", "b"]);
        let third = registration("c", ID, "", &["one.test", "two.test"]);
        assert_eq!(told(vec![a(), registration("b", ID, "", &["two.test"]), third]), ["a", "b"]);
    }
}
