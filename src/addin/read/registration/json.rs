//! JSON with the place of every value. A damaged text gives what stands before the damage.

use super::node::{Data, Node};

/// Deeper than any export of a registration nests.
const DEEPEST: usize = 64;
/// More values than any tenant has.
const MOST_VALUES: usize = 2_000_000;

/// What a text holds, and why it could not be read to its end.
pub(super) struct Parsed {
    /// The values, one after the other: several exports may have been appended to one file.
    pub(super) values: Vec<Node>,
    /// Line, column and reason; lower case, and it never quotes the text.
    pub(super) problem: Option<(u64, u64, &'static str)>,
}

/// Reads a text.
pub(super) fn parse(text: &str) -> Parsed {
    let mut parser = Parser { text, at: 0, place: Place::default(), values: 0, problem: None };
    let mut values = Vec::new();
    loop {
        parser.blanks();
        if parser.peek() == Some(b',') {
            parser.at += 1;
            continue;
        }
        if parser.peek().is_none() {
            break;
        }
        values.extend(parser.value(0));
        if parser.problem.is_some() {
            break;
        }
    }
    Parsed { values, problem: parser.problem }
}

/// The text with blanks in place of its comments, which .NET allows in settings; line ends stay.
pub(super) fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['"', '/']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let (length, comment) = match from.get(..2) {
            Some("//") => (from.find(['\r', '\n']), true),
            Some("/*") => (from.find("*/").map(|end| end + 2), true),
            _ if from.starts_with('"') => (end_of_string(from), false),
            _ => (Some(1), false),
        };
        let (piece, after) = from.split_at(length.unwrap_or(from.len()));
        if comment {
            out.extend(piece.chars().map(|c| if matches!(c, '\r' | '\n') { c } else { ' ' }));
        } else {
            out.push_str(piece);
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Behind the closing quote of a string that the text begins with.
fn end_of_string(text: &str) -> Option<usize> {
    let mut escaped = true;
    text.bytes()
        .position(|byte| {
            let ends = byte == b'"' && !escaped;
            // The opening quote counts as escaped.
            escaped = byte == b'\\' && !escaped;
            ends
        })
        .map(|at| at + 1)
}

/// Where the counting of lines has come to; it only ever goes on.
struct Place {
    offset: usize,
    line: u64,
    column: u64,
}

impl Default for Place {
    fn default() -> Self {
        Self { offset: 0, line: 1, column: 1 }
    }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    place: Place,
    values: usize,
    problem: Option<(u64, u64, &'static str)>,
}

impl Parser<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Blanks, and byte order marks of files that were put together.
    fn blanks(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\r' | b'\n' | 0) => self.at += 1,
                Some(0xEF) if self.rest().starts_with('\u{feff}') => self.at += '\u{feff}'.len_utf8(),
                _ => return,
            }
        }
    }

    /// Line and column of where the reading is.
    fn here(&mut self) -> (u64, u64) {
        let passed = self.text.as_bytes().get(self.place.offset..self.at).unwrap_or_default();
        for byte in passed {
            if *byte == b'\n' {
                self.place.line += 1;
                self.place.column = 1;
            } else if byte & 0xC0 != 0x80 {
                self.place.column += 1;
            }
        }
        self.place.offset = self.at;
        (self.place.line, self.place.column)
    }

    fn fail(&mut self, reason: &'static str) {
        if self.problem.is_none() {
            let (line, column) = self.here();
            self.problem = Some((line, column, reason));
        }
    }

    fn value(&mut self, depth: usize) -> Option<Node> {
        self.blanks();
        self.values += 1;
        if self.values > MOST_VALUES {
            self.fail("more values than an export of registrations has");
            return None;
        }
        if depth > DEEPEST {
            self.fail("values nested too deep");
            return None;
        }
        let (line, column) = self.here();
        let data = match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.list(depth),
            Some(b'"') => Data::Text(self.string()?),
            Some(_) => self.word()?,
            None => {
                self.fail("the text ends where a value is expected");
                return None;
            }
        };
        Some(Node { line, column, data })
    }

    fn object(&mut self, depth: usize) -> Data {
        self.at += 1;
        let mut fields = Vec::new();
        while self.more(b'}', "the text ends inside an object") {
            if self.peek() != Some(b'"') {
                self.fail("a name in quotes is expected");
                break;
            }
            let Some(name) = self.string() else { break };
            self.blanks();
            if self.peek() != Some(b':') {
                self.fail("a colon is expected behind a name");
                break;
            }
            self.at += 1;
            match self.value(depth + 1) {
                Some(value) => fields.push((name, value)),
                None => break,
            }
            if !self.separated(b'}') {
                break;
            }
        }
        Data::Object(fields)
    }

    fn list(&mut self, depth: usize) -> Data {
        self.at += 1;
        let mut values = Vec::new();
        while self.more(b']', "the text ends inside a list") {
            match self.value(depth + 1) {
                Some(value) => values.push(value),
                None => break,
            }
            if !self.separated(b']') {
                break;
            }
        }
        Data::List(values)
    }

    /// Whether another member follows; passes the closing mark if none does.
    fn more(&mut self, close: u8, at_end: &'static str) -> bool {
        if self.problem.is_some() {
            return false;
        }
        self.blanks();
        match self.peek() {
            None => {
                self.fail(at_end);
                false
            }
            Some(byte) if byte == close => {
                self.at += 1;
                false
            }
            Some(_) => true,
        }
    }

    /// Passes the comma between members; a closing mark is left standing.
    fn separated(&mut self, close: u8) -> bool {
        if self.problem.is_some() {
            return false;
        }
        self.blanks();
        match self.peek() {
            Some(b',') => self.at += 1,
            Some(byte) if byte == close => {}
            None => {
                self.fail("the text ends in the middle");
                return false;
            }
            Some(_) => {
                self.fail("a comma is expected");
                return false;
            }
        }
        true
    }

    fn string(&mut self) -> Option<String> {
        let mut out = String::new();
        self.at += 1;
        loop {
            let rest = self.rest();
            let Some(end) = rest.find(['"', '\\']) else {
                self.fail("the text ends inside quotes");
                return None;
            };
            out.push_str(rest.get(..end).unwrap_or_default());
            let quote = rest.as_bytes().get(end) == Some(&b'"');
            self.at += end + 1;
            if quote {
                return Some(out);
            }
            self.escape(&mut out);
        }
    }

    fn escape(&mut self, out: &mut String) {
        let Some(letter) = self.rest().chars().next() else { return };
        self.at += letter.len_utf8();
        match letter {
            'n' => out.push('\n'),
            'r' => out.push('\r'),
            't' => out.push('\t'),
            'b' => out.push('\u{8}'),
            'f' => out.push('\u{c}'),
            'u' => out.push(self.unicode()),
            other => out.push(other),
        }
    }

    fn unicode(&mut self) -> char {
        let first = self.four_digits();
        let wide = match first {
            0xD800..=0xDBFF if self.rest().starts_with("\\u") => {
                self.at += 2;
                let second = self.four_digits();
                0x10000 + ((first - 0xD800) << 10) + second.wrapping_sub(0xDC00) % 0x400
            }
            other => other,
        };
        char::from_u32(wide).unwrap_or('\u{fffd}')
    }

    fn four_digits(&mut self) -> u32 {
        let digits = self.rest().get(..4).unwrap_or_default();
        match u32::from_str_radix(digits, 16) {
            Ok(number) => {
                self.at += 4;
                number
            }
            Err(_) => 0xFFFD,
        }
    }

    fn word(&mut self) -> Option<Data> {
        let rest = self.rest();
        let end = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')))
            .unwrap_or(rest.len());
        let word = rest.get(..end).unwrap_or_default();
        let data = match word {
            "null" => Data::Null,
            "true" => Data::Bool(true),
            "false" => Data::Bool(false),
            number if number.starts_with(|c: char| c.is_ascii_digit() || c == '-') => {
                Data::Number(number.to_owned())
            }
            _ => {
                self.fail("this is no value of JSON");
                return None;
            }
        };
        self.at += end;
        Some(data)
    }
}

#[cfg(test)]
mod tests {
    use super::{Node, parse};

    #[test]
    fn every_value_has_its_place() {
        let parsed = parse("\u{feff}{ \"a\": 1,\n  \"b\": [\"x\\u00e4\\n\", true, null, {\"c\": -2.5}] }");
        assert_eq!(parsed.problem, None);
        let root = parsed.values.first().expect("a value");
        let b = root.get("B").expect("names are compared without case");
        assert_eq!((b.line, b.column), (2, 8));
        let text = b.items().first().and_then(Node::text).expect("a text").into_owned();
        assert_eq!(text, "x\u{e4}\n");
    }

    #[test]
    fn a_text_cut_anywhere_keeps_what_stands_before_the_cut() {
        let text = r#"[{"appId":"1","list":["a","b"]},{"appId":"\ud83d\ude00"}]"#;
        for end in 0..text.len() {
            let parsed = parse(text.get(..end).expect("ASCII"));
            assert_eq!(parsed.problem.is_some(), end > 0, "{end}");
        }
        let cut = parse(text.get(..25).expect("ASCII"));
        let first = cut.values.first().and_then(|list| list.items().first()).expect("the first object");
        assert_eq!(first.get("appId").and_then(Node::text).as_deref(), Some("1"));
    }

    #[test]
    fn deep_and_endless_texts_end_in_a_problem() {
        assert!(parse(&"[".repeat(100_000)).problem.is_some());
        assert!(parse(&"{\"a\":".repeat(100_000)).problem.is_some());
        assert!(parse(&format!("[{}]", "0,".repeat(2_100_000))).problem.is_some());
    }

    #[test]
    fn several_exports_in_one_file_are_several_values() {
        let parsed = parse("{\"a\":1}\r\n\u{feff}{\"a\":2}");
        assert_eq!((parsed.values.len(), parsed.problem), (2, None));
    }
}
