//! Configurations of `SharePointDsc`: what stands in a resource is what the farm is to be, and no script that runs.

use std::sync::LazyLock;

use regex::Regex;

use super::lex::{Language, Lexed};
use crate::addin::evidence::farm::{Farm, Switch};
use crate::addin::evidence::source_code::SourceFact;
use crate::addin::evidence::{Spot, Value};

/// The resource of the security token service, up to its brace. A name between quotes is blank in code.
static RESOURCE: LazyLock<Regex> =
    LazyLock::new(|| regex(r#"(?i)\bSPSecurityTokenServiceConfig\s+(?:\w+|"\s*"|'\s*')\s*\{"#));

static SWITCH: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i)\b(AllowOAuthOverHttp|AllowMetadataOverHttp)\s*=\s*\$(true|false)\b"));

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is a constant, and a test uses it")
}

/// The switches that resources of the file set. They are no facts of a script: those at the same places are taken out.
pub(super) fn switches(lexed: &Lexed<'_>, file: &Spot, facts: &mut Vec<SourceFact>) -> Farm {
    let mut farm = Farm::default();
    if lexed.language != Language::PowerShell {
        return farm;
    }
    let mut end = 0;
    for resource in RESOURCE.find_iter(&lexed.code) {
        if resource.start() < end {
            continue;
        }
        let inside = lexed.code.get(resource.end()..).unwrap_or_default();
        let inside = inside.split('}').next().unwrap_or_default();
        end = resource.end() + inside.len();
        for found in SWITCH.captures_iter(inside) {
            let (Some(name), Some(value)) = (found.get(1), found.get(2)) else { continue };
            let (name_text, on) = (name.as_str(), value.as_str().eq_ignore_ascii_case("true"));
            let at = lexed.spot(file, resource.end() + name.start());
            facts.retain(|fact| fact.value.at != at);
            let switch = Switch { on, value: Value::new(format!("{name_text} = {on}"), at) };
            let list = if name_text.eq_ignore_ascii_case("AllowOAuthOverHttp") {
                &mut farm.oauth_over_http
            } else {
                &mut farm.metadata_over_http
            };
            list.push(switch);
        }
    }
    farm
}
