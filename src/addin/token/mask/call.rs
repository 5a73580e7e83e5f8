//! Secrets among the arguments of calls whose names tell none: `new X509Certificate2(path, "x")`.

use std::ops::Range;

use super::is_border;
use super::names::is_telling;

/// Most bytes of the arguments that are looked at.
const LONGEST: usize = 600;

/// Endings of the names of calls, in lower case, and the first argument that may be a secret.
const CALLS: [(&str, usize); 18] = [
    ("x509certificate2", 1),
    ("x509certificate", 1),
    ("x509certificate2collection", 1),
    ("loadpkcs12fromfile", 1),
    ("loadpkcs12collectionfromfile", 1),
    ("loadpkcs12", 1),
    ("clientcredential", 1),
    ("clientsecretcredential", 2),
    ("sharepointonlinecredentials", 1),
    ("pfxfile", 1),
    ("importpfx", 1),
    ("logonuser", 2),
    ("logonusera", 2),
    ("logonuserw", 2),
    ("sp_addlogin", 1),
    ("sp_password", 0),
    ("mysqli_connect", 2),
    ("createprocesswithlogonw", 2),
];

/// Words between the name of a class and its arguments.
const BETWEEN: [&str; 5] = ["::new(", "]::new(", " -ArgumentList ", "(", " ("];

/// Adds the places of such arguments.
pub(super) fn find(text: &str, found: &mut Vec<Range<usize>>) {
    let mut at = 0;
    while let Some(offset) = text.get(at..).and_then(|rest| rest.find(|c: char| c.is_ascii_alphabetic())) {
        let start = at + offset;
        let rest = text.get(start..).unwrap_or_default();
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
        at = start + end;
        let name = rest.get(..end).unwrap_or_default();
        let behind = rest.get(end..).unwrap_or_default();
        if let Some((first, lead)) = call(name, behind) {
            literals(behind.get(lead..).unwrap_or_default(), at + lead, first, |place| found.push(place));
        } else if behind.starts_with('(') && is_telling(name) {
            // The first argument is looked at where the words of the text are.
            literals(behind.get(1..).unwrap_or_default(), at + 1, 1, |place| {
                if !is_harmless(name, text.get(place.clone()).unwrap_or_default()) {
                    found.push(place);
                }
            });
        }
    }
}

/// The first argument that may be a secret, and how far the arguments are away.
fn call(name: &str, behind: &str) -> Option<(usize, usize)> {
    const LONGEST_NAME: usize = 60;
    if name.len() > LONGEST_NAME {
        return None;
    }
    let is_import = name.eq_ignore_ascii_case("Import");
    let known = CALLS.iter().find(|(known, _)| name.eq_ignore_ascii_case(known));
    let first = known.map(|(_, first)| *first).or_else(|| is_import.then_some(1))?;
    let starts = |lead: &str| behind.get(..lead.len()).is_some_and(|start| start.eq_ignore_ascii_case(lead));
    let lead = BETWEEN.iter().find(|lead| starts(lead)).map(|lead| lead.len());
    let lead = lead.or_else(|| name.starts_with("sp_").then_some(1).filter(|_| behind.starts_with(' ')))?;
    let near = || behind.chars().take(200).collect::<String>().to_lowercase();
    (!is_import || [".pfx", ".p12", "bytes", "raw"].iter().any(|file| near().contains(file)))
        .then_some((first, lead))
}

/// A call that is given the secret itself, and not its name: `SetPassword("x")`.
pub(super) fn is_setter(name: &str) -> bool {
    const VERBS: [&str; 5] = ["set", "change", "reset", "update", "with"];
    VERBS.iter().any(|verb| name.get(..verb.len()).is_some_and(|start| start.eq_ignore_ascii_case(verb)))
}

/// An argument that is an address, or names a secret: `GetToken(id, "https://a")`, `GetSecret(vault, "ClientSecret")`.
fn is_harmless(call: &str, argument: &str) -> bool {
    let is_address = ["https://", "http://"].iter().any(|scheme| argument.starts_with(scheme));
    is_address || (!is_setter(call) && !argument.contains(is_border) && is_telling(argument))
}

/// Arguments in quotes, from one on.
fn literals(text: &str, start: usize, first: usize, mut found: impl FnMut(Range<usize>)) {
    let (mut number, mut depth) = (0, 0_usize);
    let mut letters = text.char_indices().take_while(|(at, _)| *at < LONGEST);
    while let Some((at, c)) = letters.next() {
        match c {
            ',' if depth == 0 => number += 1,
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => return,
            ')' | ']' | '}' => depth -= 1,
            '\n' | '\r' => return,
            '"' | '\'' => {
                let escaped = text.get(..at).is_some_and(|before| before.ends_with('\\'));
                let mut before = c;
                let end = letters.find(|(_, letter)| {
                    let is_end = *letter == c && (before == '\\') == escaped;
                    before = *letter;
                    is_end
                });
                let end = end.map_or(text.len().min(LONGEST), |(end, _)| end - usize::from(escaped));
                if number >= first && end > at + 1 && text.is_char_boundary(end) {
                    found(start + at + 1..start + end);
                }
            }
            _ => {}
        }
    }
}
