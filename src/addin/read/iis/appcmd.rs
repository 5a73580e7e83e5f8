//! What `appcmd list site` tells: lines of text, elements without a root (`/config`), or a document (`/xml`).

use super::{MOST, binding, of_site};
use crate::addin::evidence::config::Binding;
use crate::addin::evidence::{Evidence, Spot, Value};
use crate::addin::read::{File, pieces};
use crate::addin::xml::Document;

pub(super) fn read(file: &File<'_>) -> Evidence {
    let (text, at) = (file.text(), file.spot());
    let mut bindings = if text.contains("<appcmd") { of_document(text, &at) } else { of_pieces(text, &at) };
    bindings.extend(of_lines(text, &at));
    bindings.truncate(MOST);
    if bindings.is_empty() {
        return Evidence::of_problem(at, "reading a list of IIS sites: no binding of http or https is in it");
    }
    Evidence { bindings, ..Evidence::default() }
}

fn of_document(text: &str, at: &Spot) -> Vec<Binding> {
    let document = Document::parse(text, at);
    let sites = document.root.iter().flat_map(|root| root.descendants());
    let mut found = Vec::new();
    for site in sites.filter(|element| element.name == "SITE") {
        let rows = of_site(site);
        let name = site.attribute("SITE.NAME").cloned().unwrap_or_else(|| Value::new("", site.at.clone()));
        match site.attribute("bindings").filter(|_| rows.is_empty()) {
            Some(list) => found.extend(of_list(&name, list)),
            None => found.extend(rows.into_iter().map(|row| Binding { site: name.clone(), ..row })),
        }
    }
    found
}

/// `/config` writes one `site` element after another, with nothing around them.
fn of_pieces(text: &str, at: &Spot) -> Vec<Binding> {
    let starts: Vec<usize> = text.match_indices("<site ").map(|(start, _)| start).take(MOST).collect();
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    let (mut base, mut from) = (at.at(1, 1), 0);
    let mut found = Vec::new();
    for (start, end) in starts.iter().copied().zip(ends) {
        base = pieces::place(text, from, &base, start);
        from = start;
        found.extend(pieces::element(text, start..end, &base).iter().flat_map(of_site));
    }
    found
}

/// `SITE "Default Web Site" (id:1,bindings:http/*:80:,https/*:443:host,state:Started)`.
fn of_lines(text: &str, at: &Spot) -> Vec<Binding> {
    let mut found = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let Some(rest) = line.trim_start_matches('\u{feff}').trim_start().strip_prefix("SITE \"") else {
            continue;
        };
        let Some((name, rest)) = rest.split_once("\" (") else { continue };
        let Some((_, rest)) = rest.split_once("bindings:") else { continue };
        let list = rest.rsplit_once(",state:").map_or(rest, |(list, _)| list);
        let place = at.at(number, 0);
        found.extend(of_list(&Value::new(name, place.clone()), &Value::new(list, place)));
    }
    found
}

/// `http/*:80:,https/*:443:host`.
fn of_list(site: &Value, list: &Value) -> Vec<Binding> {
    let rows = list.raw.split(',').filter_map(|row| {
        let (protocol, information) = row.trim().split_once('/')?;
        binding(site, protocol, &Value::new(information, list.at.clone()))
    });
    rows.take(MOST).collect()
}
