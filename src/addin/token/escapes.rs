//! References of HTML and escapes of JSON in captured text: error pages write secrets and the names before them so.

use std::borrow::Cow;

use super::mask::is_sign;

/// An escaped text may be escaped again, in JSON in a page, say.
const MOST_LAYERS: usize = 3;

/// The text as a reader of the page sees it. Escaped quotes of JSON stay, since they do not end a value.
pub(super) fn decoded(text: &str) -> Cow<'_, str> {
    let mut out = Cow::Borrowed(text);
    for _ in 0..MOST_LAYERS {
        let Some(plain) = layer(&out) else { break };
        out = Cow::Owned(plain);
    }
    out
}

/// `None` where nothing is escaped.
fn layer(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    let mut changed = false;
    while let Some(start) = rest.find(['&', '\\']) {
        let (before, from) = rest.split_at(start);
        out.push_str(before);
        let (told, c) = reference(from).or_else(|| escape(from)).unwrap_or((1, None));
        changed |= c.is_some();
        match c {
            Some(c) => out.push(c),
            None => out.push_str(from.get(..told).unwrap_or_default()),
        }
        rest = from.get(told..).unwrap_or_default();
    }
    out.push_str(rest);
    changed.then_some(out)
}

/// `&quot;`, `&#61;`, `&#x3d;`: its length, and what it stands for.
fn reference(from: &str) -> Option<(usize, Option<char>)> {
    let body = from.strip_prefix('&')?;
    if let Some(number) = body.strip_prefix('#') {
        let (number, radix) = match number.strip_prefix(['x', 'X']) {
            Some(number) => (number, 16),
            None => (number, 10),
        };
        let end = number.find(|c: char| !c.is_digit(radix)).unwrap_or(number.len());
        let code = u32::from_str_radix(number.get(..end)?, radix).ok()?;
        let (c, after) = (char::from_u32(code)?, number.get(end..)?);
        let closed = after.strip_prefix(';');
        // Browsers resolve a reference that is not closed as well. A password may look like one by chance, and would
        // end where it stands for a blank or a quote.
        let meant = closed.is_some() || c.is_alphanumeric() || is_sign(c);
        return meant.then(|| (from.len() - closed.unwrap_or(after).len(), Some(c)));
    }
    const NAMES: [(&str, char); 12] = [
        ("quot;", '"'),
        ("lt;", '<'),
        ("gt;", '>'),
        ("apos;", '\''),
        ("amp;", '&'),
        ("equals;", '='),
        ("colon;", ':'),
        ("nbsp;", ' '),
        ("commat;", '@'),
        ("ntilde;", 'ñ'),
        ("lowbar;", '_'),
        ("sol;", '/'),
    ];
    NAMES.iter().find(|(name, _)| body.starts_with(name)).map(|(name, c)| (name.len() + 1, Some(*c)))
}

/// `\u0077`; every other escape is passed over whole.
fn escape(from: &str) -> Option<(usize, Option<char>)> {
    let body = from.strip_prefix('\\')?;
    if let Some(code) = body.strip_prefix('u').and_then(|code| code.get(..4)) {
        return Some((6, Some(char::from_u32(u32::from_str_radix(code, 16).ok()?)?)));
    }
    body.starts_with('\\').then_some((2, None))
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn references_and_escapes_are_resolved() {
        for (text, plain) in [
            ("p&#97;ssword&#x3d;x", "password=x"),
            ("&amp;quot;a&amp;quot;", "\"a\""),
            (r"pass\u0077ord", "password"),
            (r#"a \"b\" & c"#, r#"a \"b\" & c"#),
            (r"C:\\users", r"C:\\users"),
            ("x&#;&y\\", "x&#;&y\\"),
            ("p&#97ssword&#61x&#9y&#9;z&#34", "password=x&#9y\tz&#34"),
        ] {
            assert_eq!(decoded(text), plain);
        }
    }
}
