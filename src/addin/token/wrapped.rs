//! Tokens that were broken on their way: over the lines of a mail or a console, or by blanks inside.
//!
//! What stands behind a break belongs to the token until it is complete, which its own parts tell: header and payload
//! are whole objects, and a signature is as long as its algorithm makes it.

use super::jwt;
use super::members::Members;
use super::principal::is_guid;

/// Most pieces that are put together.
const MOST_PIECES: usize = 400;
/// Most bytes of a token that are looked at.
const MOST_BYTES: usize = 1 << 14;
/// Fewest characters of a first piece that is no accident.
const FIRST: usize = 8;
/// A longer piece is no word.
const LONGEST_WORD: usize = 20;

/// A token in pieces.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Wrapped {
    /// Bytes of the text from its beginning to its end, breaks included.
    pub(super) length: usize,
    /// The pieces without what stands between them.
    pub(super) text: String,
    /// All of its parts are there.
    pub(super) complete: bool,
}

/// The token that a text begins with, if it goes on behind a break. `is_word` knows words of sentences.
pub(super) fn begins(text: &str, is_word: impl Fn(&str) -> bool) -> Option<Wrapped> {
    let first = run(text);
    if !first.starts_with("eyJ") {
        return None;
    }
    let mut parts = Parts::new(first);
    if parts.is_complete() {
        return None;
    }
    let mut at = first.len();
    let mut kept: Option<Wrapped> = None;
    let (mut prose, mut one_more) = (false, true);
    for _ in 0..MOST_PIECES {
        let Some((gap, piece)) = next(text.get(at..).unwrap_or_default()) else { break };
        // Another token begins.
        if piece.starts_with("eyJ") && !parts.joined.trim_end_matches('=').ends_with('.') {
            break;
        }
        at += gap + piece.len();
        if !parts.push(piece) {
            break;
        }
        if parts.is_complete() {
            return Some(Wrapped { length: at, text: parts.joined, complete: true });
        }
        // Without an end in sight what looks like a piece of a token is taken for one.
        prose |= is_word(piece) || is_guid(piece);
        let odd = !looks_like_word(piece);
        if !prose && (odd || one_more) {
            one_more = odd;
            kept = Some(Wrapped { length: at, text: parts.joined.clone(), complete: false });
        }
    }
    kept.filter(|_| first.len() >= FIRST)
}

/// What there is of a token.
struct Parts {
    joined: String,
    dots: usize,
    /// Where the signature begins, and the algorithm that made it; known once header and payload are whole.
    signed: Option<(usize, String)>,
}

impl Parts {
    fn new(first: &str) -> Self {
        // A full stop that ends a sentence is no part of a token.
        let first = if first.matches('.').count() > 2 { first.trim_end_matches('.') } else { first };
        let mut parts = Self { joined: String::new(), dots: 0, signed: None };
        parts.push(first);
        parts
    }

    /// `false` where the piece is too much for any token.
    fn push(&mut self, piece: &str) -> bool {
        // A hard break of quoted-printable text ends in a sign of its own.
        self.joined.truncate(self.joined.trim_end_matches('=').len());
        self.joined.push_str(piece);
        let before = self.dots;
        self.dots += piece.matches('.').count();
        if before < 2 && self.dots >= 2 {
            self.signed = self.signed();
        }
        self.dots <= 4 && self.joined.len() <= MOST_BYTES
    }

    fn signed(&self) -> Option<(usize, String)> {
        let (header, rest) = self.joined.split_once('.')?;
        let (payload, _) = rest.split_once('.')?;
        let object = |part: &str| {
            let bytes = jwt::decode(part)?;
            Members::parse(std::str::from_utf8(&bytes).ok()?).ok()
        };
        let algorithm = object(header)?.text("alg")?;
        object(payload)?;
        Some((header.len() + payload.len() + 2, algorithm))
    }

    /// All three parts are there to their ends.
    fn is_complete(&self) -> bool {
        let Some((start, algorithm)) = self.signed.as_ref().filter(|_| self.dots == 2) else { return false };
        let length = self.joined.trim_end_matches('=').len().saturating_sub(*start);
        match algorithm.as_str() {
            "none" => length == 0,
            "HS256" => length == 43,
            "HS384" => length == 64,
            "HS512" | "ES256" => length == 86,
            "ES384" => length == 128,
            "ES512" => length == 176,
            // Keys of 2048, 3072 and 4096 bits.
            _ => matches!(length, 342 | 512 | 683),
        }
    }
}

/// The characters of a token that a text begins with.
fn run(text: &str) -> &str {
    let is_token = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '=');
    text.get(..text.find(|c| !is_token(c)).unwrap_or(text.len())).unwrap_or_default()
}

/// How long a break is, and the piece behind it.
fn next(text: &str) -> Option<(usize, &str)> {
    let gap = gap(text);
    let piece = run(text.get(gap..)?);
    let behind = text.get(gap + piece.len()..)?;
    // `name=value` and `Name:` are fields, and `word,` is one of a sentence.
    let is_field = piece.trim_end_matches('=').contains('=') || behind.starts_with([':', '(', ',']);
    (gap > 0 && !piece.is_empty() && !is_field).then_some((gap, piece))
}

/// How long the break is that a text begins with: blanks, ends of lines with marks of quoting behind them, and the
/// same as they are written in code, addresses and pages.
fn gap(text: &str) -> usize {
    const WRITTEN: [&str; 17] = [
        "&gt;", "&nbsp;", "&#10;", "&#13;", "&shy;", "\\r", "\\n", "\\t", "%0d", "%0a", "%0D", "%0A", "%20",
        "<br>", "<br/>", "<br />", "<wbr>",
    ];
    let mut at = 0;
    let mut line = false;
    while let Some(rest) = text.get(at..) {
        let Some(c) = rest.chars().next() else { break };
        if c.is_whitespace() || matches!(c, '\u{200b}' | '\u{ad}' | '\u{feff}') {
            line |= matches!(c, '\n' | '\r');
            at += c.len_utf8();
        } else if matches!(c, '>' | '|') && (line || (at > 0 && rest.get(1..2) == Some(" "))) {
            // Headers hold the lines of a mail in one.
            at += 1;
        } else if let Some(written) = WRITTEN.iter().find(|written| rest.starts_with(**written)) {
            line = true;
            at += written.len();
        } else {
            break;
        }
    }
    at
}

/// Lower-case letters, perhaps behind a capital, or a number: what sentences are made of.
fn looks_like_word(piece: &str) -> bool {
    let piece = piece.trim_end_matches('.');
    let behind = piece.get(1..).unwrap_or_default();
    let letters = behind.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    let number = piece.bytes().all(|byte| byte.is_ascii_digit());
    piece.len() <= LONGEST_WORD && (letters || number)
}

#[cfg(test)]
mod tests {
    use super::begins;

    const HEADER: &str = "eyJhbGciOiJIUzI1NiJ9";
    const PAYLOAD: &str = "eyJhdWQiOiJ4In0";
    const SIGNATURE: &str = "q1W2e3R4t5Y6u7I8o9P0a1S2d3F4g5H6j7K8l9Z0x1C";

    fn is_word(word: &str) -> bool {
        ["is", "not", "the"].contains(&word)
    }

    #[test]
    fn a_token_goes_on_behind_breaks_until_it_is_complete() {
        let (start, end) = SIGNATURE.split_at(40);
        for gap in [" ", " > ", "\r\n", "\n> > ", "=\r\n", "\\n", "<br />\n", "%0D%0A", "\u{ad}"] {
            let text = format!("{HEADER}.{PAYLOAD}.{start}{gap}{end} is the token");
            let found = begins(&text, is_word).expect("a token");
            assert_eq!(found.text, format!("{HEADER}.{PAYLOAD}.{SIGNATURE}"), "{gap:?}");
            assert!(found.complete && text.get(found.length..) == Some(" is the token"), "{gap:?}");
        }
    }

    #[test]
    fn of_a_token_without_an_end_the_pieces_are_taken_and_the_sentence_stays() {
        for (text, rest) in [
            ("eyJhbGciOi.J9 aB3d5 eF6g7 is not the one", " is not the one"),
            ("eyJhbGciOi.J9 is not the one", " is not the one"),
            ("eyJhbGciOi.J9 Trace ID: x", " ID: x"),
        ] {
            let length = begins(text, is_word).map_or("eyJhbGciOi.J9".len(), |found| found.length);
            assert_eq!(text.get(length..), Some(rest));
        }
    }

    #[test]
    fn a_whole_token_ends_where_it_ends() {
        let text = format!("{HEADER}.{PAYLOAD}.{SIGNATURE} aB3d5");
        assert_eq!(begins(&text, is_word), None);
        assert_eq!(begins("eyJ is not", is_word), None);
        assert_eq!(begins("no token", is_word), None);
    }
}
