//! What stands where the value of a secret would, and is none: nothing, a state, a sentence, an address.

use super::end_of_start;
use super::is_quote;

use super::names::{Extent, extent};
use super::prose::is_ordinary;
use super::shape::{chunk, is_mixed};

/// What programs write for no value.
const NOTHING: [&str; 6] = ["null", "none", "nil", "undefined", "$null", "empty"];

/// What is said of a value instead of it.
const STATES: &str = "\
    required missing expired invalid incorrect denied refused rejected optional wrong unknown unavailable blank unset \
    erforderlich fehlt ungültig falsch abgelaufen leer requis obligatoire manquant requerida obligatoria";

/// Words with which sentences begin behind a colon.
const BEGINNINGS: &str = "\
    the a an this that these there it could cannot can't unable invalid no not password passwords token tokens secret \
    user your you failed error access";

/// Words of which sentences about a failure have one.
const FAILURES: &str = "\
    not required must cannot can't could doesn't invalid failed expired missing empty incorrect denied unable";

/// Most words of a sentence that are looked at.
const MOST_WORDS: usize = 16;
/// Most characters of it.
const MOST_CHARACTERS: usize = 300;

/// A class, a file or a method that has the word for a secret in its name.
pub(super) fn is_class(name: &str) -> bool {
    const ENDS: [&str; 15] = [
        "exception",
        "cache",
        "helper",
        "notfound",
        "xml",
        "service",
        "handler",
        "provider",
        "fault",
        "manager",
        "factory",
        "validator",
        "resolver",
        "module",
        "sendrequest",
    ];
    const FILES: [&str; 14] = [
        "cs", "vb", "config", "aspx", "ashx", "asmx", "svc", "dll", "exe", "json", "xml", "ps1", "js", "txt",
    ];
    const VERBS: [&str; 11] =
        ["Get", "Read", "Write", "Validate", "Issue", "Create", "Request", "Send", "Try", "Load", "Parse"];
    const CMDLETS: [&str; 5] = ["set-sp", "get-sp", "new-sp", "add-sp", "update-sp"];
    let lower = name.to_lowercase();
    let (_, last) = name.rsplit_once('.').unwrap_or_default();
    let is_method = VERBS
        .iter()
        .any(|verb| last.strip_prefix(verb).is_some_and(|rest| rest.starts_with(char::is_uppercase)));
    ENDS.iter().any(|end| lower.ends_with(end))
        || FILES.iter().any(|file| last.eq_ignore_ascii_case(file))
        || CMDLETS.iter().any(|verb| lower.starts_with(verb))
        || is_method
}

/// No value follows the name at the end of `out`: nothing, a state, or how a sentence goes on.
pub(super) fn is_no_value(out: &str, name: &str, from: &str) -> bool {
    if out.ends_with(is_quote) {
        return false;
    }
    let is_word = matches!(extent(name), Extent::Word);
    let word = bare(from);
    let is_last = || is_word || is_end(from.get(word.len()..).unwrap_or_default());
    if is_nothing(word) && is_last() {
        return true;
    }
    let sentence = out.ends_with(char::is_whitespace) && out.trim_end().ends_with([':', '：']);
    if !sentence {
        return false;
    }
    if is_parser(out, name) || is_kind(name, from) || is_id(name, from) {
        return true;
    }
    let goes_on = match extent(name) {
        Extent::Word => is_letters(word) && is_ordinary(from),
        Extent::Line => is_letters(word) && is_ordinary(word),
        Extent::Field => is_among(STATES, word) && is_last(),
    };
    goes_on
        || is_advice(from)
        || is_address(from)
        || is_statement(is_word, from)
        || (is_word && is_code(from))
}

/// A word that programs write for no value.
pub(super) fn is_nothing(word: &str) -> bool {
    NOTHING.iter().any(|nothing| word.eq_ignore_ascii_case(nothing))
}

/// A sentence about a failure.
pub(super) fn is_sentence(text: &str) -> bool {
    is_statement(false, text)
}

/// The first word without what separates it.
fn bare(from: &str) -> &str {
    let ends = |c: char| c.is_whitespace() || is_quote(c) || ",;&<>(){}[]|\\.".contains(c);
    from.get(..from.find(ends).unwrap_or(from.len())).unwrap_or_default()
}

fn is_letters(word: &str) -> bool {
    !word.is_empty() && word.chars().all(char::is_alphabetic)
}

/// A field is at its end.
fn is_end(rest: &str) -> bool {
    let rest = rest.strip_prefix('.').unwrap_or(rest).trim_start_matches([' ', '\t']);
    rest.is_empty() || rest.starts_with([',', ';', '&', '<', '"', ')', '}', ']', '|', '\n', '\r'])
}

/// `Unexpected token: StartObject` is what parsers say of any text.
fn is_parser(out: &str, name: &str) -> bool {
    let before = || out.trim_end().trim_end_matches(':').strip_suffix(name).map(str::trim_end);
    name.eq_ignore_ascii_case("token") && before().is_some_and(|before| before.ends_with("nexpected"))
}

/// What readers of XML and JSON call what they have come to, and words that only stand for a value.
fn is_kind(name: &str, from: &str) -> bool {
    const KINDS: &str = "\
        startelement endelement startobject endobject startarray endarray startdocument enddocument endoffile endofstream \
        propertyname attribute attributevalue comment whitespace significantwhitespace processinginstruction cdata text \
        element xmldeclaration documenttype endentity entityreference starttag endtag identifier punctuation eof";
    let word = bare(from);
    if name.eq_ignore_ascii_case("token") || name.eq_ignore_ascii_case("tokentype") {
        return is_among(KINDS, word);
    }
    let pairs = name.eq_ignore_ascii_case("key") && word.eq_ignore_ascii_case("value");
    pairs
        && (is_end(from.get(word.len()..).unwrap_or_default())
            || from.get(word.len()..).is_some_and(|rest| rest.trim_start().starts_with("pair")))
}

/// `SecurityToken: id=_5fa2`: which token, not the token.
fn is_id(name: &str, from: &str) -> bool {
    const LONGEST: usize = 60;
    let value = from.get(..3).filter(|lead| lead.eq_ignore_ascii_case("id=")).and_then(|_| from.get(3..));
    let value = value.map(|value| value.trim_start_matches(['"', '\'', '_'])).map(bare);
    let plain = |value: &str| {
        value.len() <= LONGEST
            && value.bytes().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b'-' | b'#'))
            || value.starts_with("uuid-")
    };
    name.to_lowercase().ends_with("securitytoken") && value.is_some_and(plain)
}

/// A thumbprint of a certificate, and said to be one.
pub(super) fn is_thumbprint(out: &str, word: &str) -> bool {
    const NEAR: usize = 60;
    let is_hash = || word.len() == 40 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let near = || out.chars().rev().take(NEAR).collect::<String>().to_lowercase();
    // Read backwards.
    is_hash() && near().contains("tnirpbmuht")
}

/// An address without an account in it.
fn is_address(from: &str) -> bool {
    let is_http = ["http://", "https://"].iter().any(|scheme| from.starts_with(scheme));
    is_http && !from.split_whitespace().next().is_some_and(|word| word.contains('@'))
}

/// `must be changed every 90 days`, `see the event log`: no word looks like a password.
fn is_advice(from: &str) -> bool {
    const BEGINS: &str = "must should see please may cannot muss sollte siehe bitte";
    let end = end_of_start(from, MOST_CHARACTERS);
    let line = from.get(..end).unwrap_or_default().split(['\n', '\r', '<', '"']).next().unwrap_or_default();
    let mut words = line.split_whitespace();
    let begins = words.next().is_some_and(|first| is_among(BEGINS, first));
    begins && line.split_whitespace().count() > 2 && words.all(|word| !is_mixed(chunk(word)))
}

/// The number of an error: `-2147024891`.
fn is_code(from: &str) -> bool {
    bare(from).strip_prefix('-').is_some_and(|digits| {
        digits.len() >= 6 && digits.len() <= 10 && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// A sentence. A pass phrase may read like one, if not like one about a failure.
fn is_statement(is_word: bool, from: &str) -> bool {
    let end = end_of_start(from, MOST_CHARACTERS);
    let line = from.get(..end).unwrap_or_default().split(['\n', '\r']).next().unwrap_or_default();
    let mut words = line.split(' ').map(|word| word.trim_end_matches(['.', ',', ':']));
    let begins = words.next().is_some_and(|first| is_among(BEGINNINGS, first));
    let mut rest = words.take(MOST_WORDS).peekable();
    begins && rest.peek().is_some() && (is_word || rest.any(|word| is_among(FAILURES, word)))
}

fn is_among(words: &str, word: &str) -> bool {
    let word = word.to_lowercase();
    words.split_ascii_whitespace().any(|known| known == word)
}
