//! What `{StandardTokens}` stands for in the query of an address, and how it gets in there without saying anything twice.

/// The token.
pub(super) const TOKEN: &str = "{StandardTokens}";

/// What the values of the token begin and end with.
pub(super) const FIRST: &str = "SPHostUrl";
pub(super) const LAST: &str = "SPProductNumber";

/// What an add-in looks for in the query: `TokenHelper` makes no context without all of them.
const NEEDED: [&str; 4] = [FIRST, "SPLanguage", "SPClientTag", LAST];

/// What the token adds only where the add-in has an app web.
const APP_WEB: &str = "SPAppWebUrl";

/// How an `&` is written around the address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Ampersand {
    /// As itself.
    Plain,
    /// As a reference; a bare one is taken for a slip.
    Xml,
}

impl Ampersand {
    fn written(self) -> &'static str {
        match self {
            Self::Plain => "&",
            Self::Xml => "&amp;",
        }
    }

    /// What goes to the server, and the fragment with its mark, which stays in the browser.
    fn halves(self, address: &str) -> (&str, &str) {
        // A reference like `&#38;` begins with the same sign.
        let is_mark = |at: &usize| {
            self == Self::Plain || !address.get(..*at).is_some_and(|before| before.ends_with('&'))
        };
        let mark = address.match_indices('#').map(|(at, _)| at).find(is_mark);
        address.split_at(mark.unwrap_or(address.len()))
    }

    /// How long the ampersand is that a text begins with; `None` where it begins with none.
    fn length(self, text: &str) -> Option<usize> {
        let behind = text.strip_prefix('&')?;
        if self == Self::Plain {
            return Some(1);
        }
        let forms = ["&amp;", "&#38;", "&#x26;"];
        if let Some(form) = forms.iter().find(|form| text.starts_with(**form)) {
            return Some(form.len());
        }
        let others = ["#", "quot;", "apos;", "lt;", "gt;"];
        (!others.iter().any(|other| behind.starts_with(other))).then_some(1)
    }
}

/// The names that an address does not pass to the add-in, neither by the token nor one by one.
pub(super) fn missing(address: &str, ampersand: Ampersand) -> Vec<&'static str> {
    let (before, _) = ampersand.halves(address);
    let query = before.split_once('?').map_or("", |(_, query)| query);
    let passed = parameters(query, ampersand);
    // Of the values that take the place of the token the first has to begin a parameter, and the last to end one.
    let begun = passed.iter().any(|parameter| parameter.starts_with(TOKEN));
    let ended = passed.iter().any(|parameter| parameter.ends_with(TOKEN));
    let within = passed.iter().any(|parameter| parameter.contains(TOKEN));
    let stood_for = |name: &str| match name {
        FIRST => begun,
        LAST => ended,
        _ => within,
    };
    // A value with the token stuck to it is none that anything can read.
    let sound = |parameter: &&str, name: &str| is_named(parameter, name) && !parameter.contains(TOKEN);
    let lacks = |name: &&str| !stood_for(name) && !passed.iter().any(|parameter| sound(parameter, name));
    NEEDED.into_iter().filter(lacks).collect()
}

/// The names that an address passes more than once: by the token and one by one, or one by one twice. What the token
/// adds only for an app web counts where it is written twice.
pub(super) fn doubled(address: &str, ampersand: Ampersand) -> Vec<&'static str> {
    let (before, _) = ampersand.halves(address);
    let query = before.split_once('?').map_or("", |(_, query)| query);
    let passed = parameters(query, ampersand);
    let tokens = passed.iter().filter(|parameter| **parameter == TOKEN).count();
    let times = |name: &str| {
        let named = passed.iter().filter(|parameter| is_named(parameter, name)).count();
        named + if name == APP_WEB { 0 } else { tokens }
    };
    NEEDED.into_iter().chain([APP_WEB]).filter(|name| times(name) > 1).collect()
}

/// The names that arrive with `amp;` in front, because the ampersand before them is escaped twice.
pub(super) fn escaped_twice(address: &str, ampersand: Ampersand) -> Vec<&'static str> {
    let (before, _) = ampersand.halves(address);
    let query = before.split_once('?').map_or("", |(_, query)| query);
    let passed = parameters(query, ampersand);
    let spoilt = |name: &&str| {
        let behind =
            |parameter: &&str| parameter.strip_prefix(ESCAPED).is_some_and(|rest| is_named(rest, name));
        passed.iter().any(behind)
    };
    NEEDED.into_iter().chain([APP_WEB]).filter(spoilt).collect()
}

/// The address with the token as it is spelt where it stands in another case or is misspelt; `None` where it is not.
pub(super) fn respelt(address: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = address;
    while let Some((before, inside)) = rest.split_once('{') {
        out.push_str(before);
        let word = inside.split_once('}').map_or("", |(word, _)| word);
        if is_meant(word) {
            out.push_str(TOKEN);
            rest = inside.get(word.len() + 1..).unwrap_or_default();
        } else {
            out.push('{');
            rest = inside;
        }
    }
    out.push_str(rest);
    (out != address).then_some(out)
}

/// No other token is as near.
fn is_meant(word: &str) -> bool {
    const SLIPS: usize = 2;
    let plain: String = word.chars().filter(|c| !c.is_whitespace()).collect();
    let name = TOKEN.trim_matches(['{', '}']).to_lowercase();
    plain.len() < 2 * name.len() && strsim::levenshtein(&plain.to_lowercase(), &name) <= SLIPS
}

/// The token stands in the query, but together with something else in one parameter.
pub(super) fn is_embedded(address: &str, ampersand: Ampersand) -> bool {
    let (before, _) = ampersand.halves(address);
    let query = before.split_once('?').map_or("", |(_, query)| query);
    parameters(query, ampersand).iter().any(|parameter| parameter.contains(TOKEN) && *parameter != TOKEN)
}

/// The address with the token at the end of its query, in place of what it stands for, and nowhere else.
pub(super) fn added(address: &str, ampersand: Ampersand) -> String {
    let spelt = respelt(address);
    let (before, fragment) = ampersand.halves(spelt.as_deref().unwrap_or(address));
    let fragment = without_token(fragment, ampersand);
    let (page, query) = before.split_once('?').unwrap_or((before, ""));
    let page = page.replace(TOKEN, "");
    let covered = |parameter: &&str| {
        parameter.is_empty()
            || *parameter == TOKEN
            || NEEDED.iter().chain([&APP_WEB]).any(|name| is_named(plain(parameter), name))
    };
    let mut all: Vec<String> = parameters(query, ampersand).into_iter().map(freed).collect();
    all.retain(|parameter| !covered(&parameter.as_str()));
    all.push(TOKEN.to_owned());
    format!("{page}?{}{fragment}", all.join(ampersand.written()))
}

/// An ampersand that was escaped once too often begins what comes behind it with these letters.
const ESCAPED: &str = "amp;";

fn plain(parameter: &str) -> &str {
    parameter.strip_prefix(ESCAPED).unwrap_or(parameter)
}

/// A parameter without the token and what was meant to part the two; nothing where only a name is left.
fn freed(parameter: &str) -> String {
    if !parameter.contains(TOKEN) {
        return parameter.to_owned();
    }
    let without = parameter.replace(TOKEN, "");
    let rest =
        plain(&without).trim_matches(|c: char| c.is_whitespace() || matches!(c, '?' | ';' | '&' | ','));
    if rest.ends_with('=') { String::new() } else { rest.to_owned() }
}

/// A fragment without the token; nothing where nothing else stood in it.
fn without_token(fragment: &str, ampersand: Ampersand) -> String {
    let joints = ["?", ampersand.written(), "&", ""];
    let without =
        joints.iter().fold(fragment.to_owned(), |text, joint| text.replace(&format!("{joint}{TOKEN}"), ""));
    if without == "#" { String::new() } else { without }
}

fn parameters(query: &str, ampersand: Ampersand) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = query;
    let mut from = 0;
    while let Some(at) = rest.get(from..).and_then(|text| text.find('&')).map(|at| from + at) {
        match rest.get(at..).and_then(|text| ampersand.length(text)) {
            Some(length) => {
                found.push(rest.get(..at).unwrap_or_default());
                rest = rest.get(at + length..).unwrap_or_default();
                from = 0;
            }
            None => from = at + 1,
        }
    }
    found.push(rest);
    found
}

fn is_named(parameter: &str, name: &str) -> bool {
    let written = parameter.split('=').next().unwrap_or_default();
    written.trim().eq_ignore_ascii_case(name)
        || written.contains('%') && decoded(written).trim_ascii().eq_ignore_ascii_case(name.as_bytes())
}

/// A name as the server reads it: `SPHost%55rl`.
fn decoded(name: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(name.len());
    let mut rest = name.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let code = behind.get(..2).filter(|_| *first == b'%').and_then(|code| std::str::from_utf8(code).ok());
        let byte = code.and_then(|code| u8::from_str_radix(code, 16).ok());
        out.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { behind.get(2..).unwrap_or_default() } else { behind };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Ampersand, added, doubled, escaped_twice, is_embedded, missing, respelt};

    #[test]
    fn names_are_read_as_the_server_reads_them() {
        let plain = Ampersand::Plain;
        assert_eq!(missing("https://h/?SPHostUrl={HostUrl};{StandardTokens}", plain), ["SPHostUrl"]);
        assert_eq!(
            added("https://h/?SPHostUrl={HostUrl};{StandardTokens}", plain),
            "https://h/?{StandardTokens}"
        );
        let encoded = "https://h/?{StandardTokens}&SPHost%55rl={HostUrl}";
        assert_eq!(doubled(encoded, plain), ["SPHostUrl"]);
        assert_eq!(added(encoded, plain), "https://h/?{StandardTokens}");
        for address in [
            "https://h/?{StandardTokens}&x%55rl=1",
            "https://h/?{StandardTokens}&%=1",
            "https://h/?{StandardTokens}&%+5=%",
        ] {
            assert!(doubled(address, plain).is_empty() && missing(address, plain).is_empty(), "{address}");
        }
        let twice = "https://h/?{StandardTokens}&amp;SPHostUrl={HostUrl}&amp;x=1";
        assert_eq!(escaped_twice(twice, plain), ["SPHostUrl"]);
        assert_eq!(added(twice, plain), "https://h/?amp;x=1&{StandardTokens}");
        assert!(escaped_twice("https://h/?{StandardTokens}&amp;x=1", plain).is_empty());
        assert!(escaped_twice("https://h/?{StandardTokens}&amp;SPHostUrl=1", Ampersand::Xml).is_empty());
    }

    #[test]
    fn the_token_takes_the_place_of_what_it_stands_for() {
        let plain = |address| added(address, Ampersand::Plain);
        assert_eq!(plain("https://h/a"), "https://h/a?{StandardTokens}");
        assert_eq!(plain("https://h/a?"), "https://h/a?{StandardTokens}");
        assert_eq!(plain("https://h/a?x=1&"), "https://h/a?x=1&{StandardTokens}");
        assert_eq!(
            plain("https://h/a?SPHostUrl={HostUrl}&x=1&splanguage={Language}&SPAppWebUrl={AppWebUrl}"),
            "https://h/a?x=1&{StandardTokens}"
        );
        assert_eq!(plain("https://h/{StandardTokens}"), "https://h/?{StandardTokens}");
        assert_eq!(plain("https://h/a?MyHost={HostUrl}"), "https://h/a?MyHost={HostUrl}&{StandardTokens}");
    }

    #[test]
    fn the_token_is_a_parameter_of_its_own() {
        for (address, lost) in [
            ("https://h/?x={StandardTokens}", "SPHostUrl"),
            ("https://h/?a=b?{StandardTokens}", "SPHostUrl"),
            ("https://h/?a=b{StandardTokens}", "SPHostUrl"),
            ("https://h/?a=b&amp;{StandardTokens}", "SPHostUrl"),
            ("https://h/?a=b;{StandardTokens}", "SPHostUrl"),
            ("https://h/?{StandardTokens}x=1", "SPProductNumber"),
        ] {
            assert_eq!(missing(address, Ampersand::Plain), [lost], "{address}");
            assert!(is_embedded(address, Ampersand::Plain), "{address}");
        }
        let plain = |address| added(address, Ampersand::Plain);
        assert_eq!(plain("https://h/?x={StandardTokens}"), "https://h/?{StandardTokens}");
        for joint in ["?", "", "&amp;", ";"] {
            let address = format!("https://h/?a=b{joint}{{StandardTokens}}");
            assert_eq!(added(&address, Ampersand::Plain), "https://h/?a=b&{StandardTokens}", "{joint}");
        }
        assert_eq!(
            added("https://h/?a=b&amp;amp;{StandardTokens}", Ampersand::Xml),
            "https://h/?a=b&amp;{StandardTokens}"
        );
        assert!(missing("https://h/?a=b&{StandardTokens}&c", Ampersand::Plain).is_empty());
    }

    #[test]
    fn what_is_passed_twice_is_named() {
        let plain = |address| doubled(address, Ampersand::Plain);
        assert_eq!(plain("https://h/?{StandardTokens}&SPHostUrl={HostUrl}"), ["SPHostUrl"]);
        assert_eq!(
            plain("https://h/?sphosturl=a&x=1&SPLanguage=b&{StandardTokens}"),
            ["SPHostUrl", "SPLanguage"]
        );
        assert_eq!(plain("https://h/?{StandardTokens}&{StandardTokens}").len(), 4);
        assert_eq!(plain("https://h/?SPAppWebUrl=a&SPAppWebUrl=b"), ["SPAppWebUrl"]);
        for address in [
            "https://h/?{StandardTokens}&x={HostUrl}",
            "https://h/?{StandardTokens}&SPAppWebUrl={AppWebUrl}",
            "https://h/?{StandardTokens}#SPHostUrl={HostUrl}",
            "https://h/?SPHostUrl={HostUrl}&SPLanguage={Language}",
        ] {
            assert!(plain(address).is_empty(), "{address}");
        }
    }

    #[test]
    fn a_misspelt_token_is_put_right_and_others_stay() {
        for written in [
            "{standardtokens}",
            "{StandardToken}",
            "{Standard Tokens}",
            "{STANDARDTOKENS}",
            "{StandartTokens}",
        ] {
            let address = format!("https://h/?{written}");
            assert_eq!(respelt(&address).as_deref(), Some("https://h/?{StandardTokens}"));
            assert_eq!(
                added(&format!("{address}&{{StandardTokens}}"), Ampersand::Plain),
                "https://h/?{StandardTokens}"
            );
        }
        for address in [
            "https://h/?{StandardTokens}",
            "https://h/?{HostUrl}&{ProductNumber}",
            "https://h/?{",
            "https://h/?{}",
        ] {
            assert_eq!(respelt(address), None);
        }
    }

    #[test]
    fn behind_the_fragment_mark_the_token_is_of_no_use() {
        let plain = |address| added(address, Ampersand::Plain);
        assert_eq!(missing("https://h/#{StandardTokens}", Ampersand::Plain).len(), 4);
        assert_eq!(plain("https://h/#{StandardTokens}"), "https://h/?{StandardTokens}");
        assert_eq!(plain("https://h/#/orders?{StandardTokens}"), "https://h/?{StandardTokens}#/orders");
        assert_eq!(plain("https://h/?x=1#a=1&{StandardTokens}"), "https://h/?x=1&{StandardTokens}#a=1");
    }

    #[test]
    fn references_are_kept_in_xml() {
        let xml = |address| added(address, Ampersand::Xml);
        assert_eq!(
            xml("https://h/?SPHostUrl={HostUrl}&amp;SPLanguage={Language}"),
            "https://h/?{StandardTokens}"
        );
        assert_eq!(xml("https://h/?a=1&#38;SPHostUrl=x&b=2"), "https://h/?a=1&amp;b=2&amp;{StandardTokens}");
        assert_eq!(
            xml("https://h/?a=&quot;1&quot;&amp;b"),
            "https://h/?a=&quot;1&quot;&amp;b&amp;{StandardTokens}"
        );
    }

    #[test]
    fn single_values_are_passed_in_the_query() {
        let plain = |address| missing(address, Ampersand::Plain).len();
        assert_eq!(plain("https://h/?{StandardTokens}"), 0);
        assert_eq!(plain("https://h/?sphosturl=a&SPLanguage=b&SPClientTag=c&SPProductNumber=d"), 0);
        assert_eq!(plain("https://h/?XSPHostUrl=a"), 4);
    }
}
