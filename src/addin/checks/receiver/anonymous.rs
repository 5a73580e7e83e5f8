//! Whether callers without a name reach a receiver: OC06. What counts is the path of the service, and of the rules that
//! are for it those of the nearest folder.

use super::super::{Issue, Outcome};
use super::service::path;
use super::{Endpoint, all_endpoints};
use crate::addin::evidence::Value;
use crate::addin::evidence::config::{AccessBy, AccessEffect, AccessRule, Config};
use crate::addin::subject::Subject;
use crate::model::audit::Target;

/// OC06.
pub(super) fn not_anonymous(subject: &Subject<'_>) -> Outcome {
    let all = match all_endpoints(subject) {
        Ok(all) => all,
        Err(outcome) => return outcome,
    };
    let configs: Vec<&Config> =
        subject.evidence().configs.iter().filter(|config| !config.transform).collect();
    let bindings = &subject.evidence().bindings;
    let told = bindings.iter().any(|binding| binding.anonymous.is_some());
    if configs.is_empty() && !told {
        return Outcome::needs(
            "the web.config of the remote web application, or the applicationHost.config of its server",
        );
    }
    let sites = sites(&configs);
    let mut shut: Vec<(&Value, &Value)> = Vec::new();
    for endpoint in &all {
        let path = path(&endpoint.url.raw);
        let parts: Vec<&str> = parts(&path);
        for rule in sites.iter().flat_map(|site| refusals(site, &parts)) {
            if !shut.iter().any(|(known, _)| *known == &rule.value) {
                shut.push((&rule.value, endpoint.url));
            }
        }
    }
    let off = |value: &&Value| value.is("false") || value.is("off");
    let of_bindings = bindings.iter().filter_map(|binding| binding.anonymous.as_ref()).filter(off);
    shut.extend(of_bindings.filter_map(|value| Some((value, all.first()?.url))));
    let issue = |(value, url): (&Value, &Value)| {
        let message =
            format!("the web application of the receivers shuts anonymous callers out: {}", value.raw);
        let proof = if subject.target() == Target::OnPremHighTrust {
            "in high trust nothing proves who calls, so let only the servers of the farm reach that path, and check against \
             SharePoint what is sent"
        } else {
            "the context token is the proof of who calls"
        };
        let remedy = format!(
            "let anonymous callers in for the path of the service: <location path=\"Services\"> with \
             <authorization><allow users=\"*\" /></authorization>, and anonymous authentication on in IIS; {proof}"
        );
        Issue::new(message, remedy).shown_by(value).shown_by(url)
    };
    let issues = shut.into_iter().map(issue).collect();
    Outcome::decided(issues, all.iter().map(|endpoint: &Endpoint<'_>| endpoint.url))
}

/// The configurations of one web application, each with its folder below that of the first.
type Site<'a> = Vec<(Vec<String>, &'a Config)>;

/// Configurations of folders inside of one that has a `web.config` belong to that one.
fn sites<'a>(configs: &[&'a Config]) -> Vec<Site<'a>> {
    let folder = |config: &Config| -> Vec<String> {
        parts(config.at.folder()).into_iter().map(str::to_lowercase).collect()
    };
    let is_web = |config: &Config| config.at.file_name().eq_ignore_ascii_case("web.config");
    let homes: Vec<Vec<String>> =
        configs.iter().filter(|config| is_web(config)).map(|config| folder(config)).collect();
    let mut sites: Vec<(Vec<String>, Site<'a>)> = Vec::new();
    for &config in configs {
        let own = folder(config);
        let above = homes.iter().filter(|home| is_web(config) && own.starts_with(home));
        let root = above.min_by_key(|home| home.len()).unwrap_or(&own).clone();
        let below = own.get(root.len()..).unwrap_or_default().to_vec();
        match sites.iter_mut().find(|(known, _)| *known == root) {
            Some((_, site)) => site.push((below, config)),
            None => sites.push((root, vec![(below, config)])),
        }
    }
    sites.into_iter().map(|(_, site)| site).collect()
}

fn parts(path: &str) -> Vec<&str> {
    path.split('/').filter(|part| !matches!(*part, "" | ".")).collect()
}

/// The rules of a web application that keep anonymous callers from a path, one of each kind at most.
fn refusals<'a>(site: &Site<'a>, path: &[&str]) -> Vec<&'a AccessRule> {
    // How near a rule is: the parts of its path, and of two with one path that of the deeper file.
    let mut fitting: Vec<((usize, usize), &'a AccessRule)> = Vec::new();
    for (folder, config) in site {
        for rule in &config.access {
            let whole: Vec<&str> = folder.iter().map(String::as_str).chain(parts(&rule.path)).collect();
            if covers(&whole, path) {
                fitting.push(((whole.len(), folder.len()), rule));
            }
        }
    }
    let of = |by: AccessBy| fitting.iter().filter(move |(_, rule)| rule.by == by);
    let denies = |rule: &AccessRule| rule.effect == AccessEffect::Denies;
    // Of equally near ones the first counts: in one section they are tried in order.
    let nearest = |by: AccessBy| {
        let effective = of(by).filter(|(_, rule)| rule.effect != AccessEffect::Resets);
        effective.rev().max_by_key(|(near, _)| *near).map(|(_, rule)| *rule).filter(|rule| denies(rule))
    };
    let standing = |(near, rule): &&((usize, usize), &'a AccessRule)| {
        denies(rule)
            && !of(AccessBy::Iis).any(|(other, reset)| reset.effect == AccessEffect::Resets && other > near)
    };
    let of_iis = of(AccessBy::Iis).find(standing).map(|(_, rule)| *rule);
    [nearest(AccessBy::AspNet), of_iis, nearest(AccessBy::Authentication)].into_iter().flatten().collect()
}

/// A rule for a folder or a file is for a path that begins with it. The web application may lie one folder deeper on its
/// host than its own files tell.
fn covers(rule: &[&str], path: &[&str]) -> bool {
    path.starts_with(rule) || path.get(1..).is_some_and(|rest| rest.starts_with(rule))
}

#[cfg(test)]
mod tests {
    use super::{parts, refusals, sites};
    use crate::addin::evidence::config::Config;
    use crate::addin::read::{ReadOptions, read};

    fn config(path: &str, inner: &str) -> Config {
        let text = format!("<configuration>{inner}</configuration>");
        let evidence = read(path, text.as_bytes(), &ReadOptions::default()).expect("a configuration");
        evidence.configs.into_iter().next().unwrap_or_default()
    }

    fn shut_out(configs: &[Config]) -> Vec<String> {
        let configs: Vec<&Config> = configs.iter().collect();
        let path = parts("services/s.svc");
        let of_all: Vec<_> = sites(&configs).iter().flat_map(|site| refusals(site, &path)).collect();
        of_all.into_iter().map(|rule| rule.value.raw.clone()).collect()
    }

    fn asp(rule: &str) -> String {
        format!("<system.web><authorization>{rule}</authorization></system.web>")
    }

    fn at(path: &str, inner: &str) -> String {
        format!("<location path=\"{path}\">{inner}</location>")
    }

    #[test]
    fn what_is_nearest_to_the_service_counts() {
        let deny = asp("<deny users=\"?\"/>");
        let allow = asp("<allow users=\"*\"/>");
        let one = |text: &str| shut_out(&[config("W/web.config", text)]);
        assert_eq!(one(&deny), ["deny users=\"?\""]);
        for open in ["Services", "services/", "Services/S.svc", "Services\\S.svc"] {
            assert!(one(&format!("{deny}{}", at(open, &allow))).is_empty(), "{open}");
        }
        assert_eq!(one(&format!("{deny}{}", at("Service", &allow))).len(), 1);
        assert_eq!(one(&at("Services", &deny)), ["deny users=\"?\" for Services"]);
        assert_eq!(one(&format!("{allow}{}", at("Services/S.svc", &deny))).len(), 1);
        assert!(one(&at("Admin", &deny)).is_empty());
        assert!(one(&asp("<allow users=\"?\"/><deny users=\"?\"/>")).is_empty());
        assert!(one(&asp("<deny users=\"?\" verbs=\"GET\"/>")).is_empty());
        let beneath = [config("W/web.config", &deny), config("W/Services/web.config", &allow)];
        assert!(shut_out(&beneath).is_empty());
        let closed = [config("W/web.config", &allow), config("W/Services/web.config", &deny)];
        assert_eq!(shut_out(&closed).len(), 1);
        let beside = [config("W/web.config", &deny), config("V/Services/web.config", &allow)];
        assert_eq!(shut_out(&beside).len(), 1);
    }

    #[test]
    fn iis_decides_for_itself() {
        let iis = |inner: &str| format!("<system.webServer><security>{inner}</security></system.webServer>");
        let rules = |inner: &str| iis(&format!("<authorization>{inner}</authorization>"));
        let deny = rules("<add accessType=\"Deny\" users=\"?\"/>");
        let anonymous = |on: bool| {
            iis(&format!("<authentication><anonymousAuthentication enabled=\"{on}\"/></authentication>"))
        };
        let one = |text: &str| shut_out(&[config("W/web.config", text)]);
        assert_eq!(one(&deny).len(), 1);
        assert_eq!(one(&format!("{deny}{}", at("Services", &asp("<allow users=\"*\"/>")))).len(), 1);
        assert!(one(&format!("{deny}{}", at("Services", &rules("<clear/>")))).is_empty());
        assert_eq!(one(&anonymous(false)), ["anonymousAuthentication enabled=\"false\""]);
        assert!(one(&at("Admin", &anonymous(false))).is_empty());
        assert!(one(&format!("{}{}", anonymous(false), at("Services", &anonymous(true)))).is_empty());
    }
}
