//! What `ConvertTo-Json` writes: an array of objects, a single object, or an array in an object named `value`.
//!
//! Objects are cut out by their braces and parsed one by one: a damaged one does not take the rest with it,
//! every one has its line, and a million of them never stand in memory together.

use std::borrow::Cow;

use serde_json::{Map, Number, Value};

use super::{Column, Header, Item, Row};
use crate::inventory::lines::LineCounter;

/// JSON starts with `{ "` or `[ {`. A bracketed log line and a `[Category]` start with neither.
pub(super) fn looks_like(text: &str) -> bool {
    let mut marks = text.bytes().filter(|byte| !byte.is_ascii_whitespace());
    matches!((marks.next(), marks.next()), (Some(b'{'), Some(b'"' | b'}')) | (Some(b'['), Some(b'{' | b']')))
}

/// The keys of the first object, and of the objects right inside it; found also where the object is cut off.
pub(super) fn header(text: &str) -> Header {
    let start = first_object(text);
    let Some(object) = text.get(start..) else { return Header::default() };
    let mut names = Vec::new();
    let mut parent = "";
    for key in Keys::of(object) {
        if key.depth == 1 {
            parent = key.name;
            names.push(parent.to_owned());
        } else if key.depth == 2 {
            names.push(format!("{parent}.{}", key.name));
        }
    }
    Header::new(LineCounter::new(text).line_at(start), names)
}

/// Every object.
pub(super) fn each(text: &str, sink: &mut dyn FnMut(Item<'_>)) {
    let mut lines = LineCounter::new(text);
    let mut at = first_object(text);
    while let Some(start) = next_object(text.as_bytes(), at) {
        let line = lines.line_at(start);
        let Some(end) = object_end(text.as_bytes(), start) else {
            sink(Item::Problem(line, "the export ends in the middle of this record".to_owned()));
            return;
        };
        match serde_json::from_str::<Map<String, Value>>(text.get(start..end).unwrap_or_default()) {
            Ok(object) => sink(Item::Row(Row { line, cells: cells(&object) })),
            Err(error) => {
                let at = line + (error.line() as u64).saturating_sub(1);
                let message = format!("this record is not JSON: {}", category(&error));
                sink(Item::Problem(at, message));
            }
        }
        at = end;
    }
}

fn category(error: &serde_json::Error) -> String {
    // The position that the message ends with counts from the start of the record.
    let message = error.to_string();
    message.split_once(" at line ").map_or(message.clone(), |(what, _)| what.to_owned())
}

/// Offset of the first record: inside `{"value":[`, as PowerShell wraps an array it was handed, or the first brace.
fn first_object(text: &str) -> usize {
    let wrapped = || {
        let inner = text.trim_start().strip_prefix('{')?.trim_start();
        let inner = inner.strip_prefix("\"value\"")?.trim_start().strip_prefix(':')?;
        inner.trim_start().strip_prefix('[')
    };
    let rest = wrapped().unwrap_or(text);
    text.len() - rest.len()
}

fn next_object(bytes: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let offset = rest.iter().position(|&byte| byte == b'{' || byte == b']')?;
    (rest.get(offset) == Some(&b'{')).then_some(from + offset)
}

/// The offset behind the brace that closes the object which begins here.
fn object_end(bytes: &[u8], start: usize) -> Option<usize> {
    let (mut depth, mut quoted, mut escaped) = (0usize, false, false);
    for (offset, &byte) in (start..).zip(bytes.get(start..)?) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' if !quoted => depth += 1,
            b'}' if !quoted => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(offset + 1);
                }
            }
            _ => {}
        }
    }
    None
}

fn cells(object: &Map<String, Value>) -> Vec<(Column, Cow<'static, str>)> {
    let mut cells = Vec::new();
    for (name, value) in object {
        if let Value::Object(inner) = value {
            for (inner_name, value) in inner {
                push(&mut cells, &format!("{name}.{inner_name}"), value);
            }
        } else {
            push(&mut cells, name, value);
        }
    }
    cells
}

fn push(cells: &mut Vec<(Column, Cow<'static, str>)>, name: &str, value: &Value) {
    if let (Some(column), Some(text)) = (Column::named(name), scalar(value)) {
        cells.push((column, Cow::Owned(text)));
    }
}

/// A value as text: a list of values one after the other; objects deeper down are of no use to anybody here.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number_text(number)),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Array(values) => {
            let texts: Vec<_> = values.iter().filter(|value| !value.is_array()).filter_map(scalar).collect();
            (!texts.is_empty()).then(|| texts.join(", "))
        }
        Value::Null | Value::Object(_) => None,
    }
}

/// A number as text that cannot be misread: a point is always decimal here, while `1.234` elsewhere may be 1234.
fn number_text(number: &Number) -> String {
    let text = number.to_string();
    match text.split_once('.') {
        Some((whole, "0")) => whole.to_owned(),
        Some((_, fraction)) if fraction.len() == 3 => format!("{text}0"),
        _ => text,
    }
}

/// A key of an object and how many braces it stands in.
struct Key<'a> {
    name: &'a str,
    depth: usize,
}

/// The keys of a text that begins with an object, up to the end of that object.
struct Keys<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Keys<'a> {
    fn of(text: &'a str) -> Self {
        Self { text, at: 0, depth: 0 }
    }

    /// The string whose opening quote stands here, and the offset behind its closing one.
    fn string(&self) -> Option<(&'a str, usize)> {
        let start = self.at + 1;
        let mut escaped = false;
        for (offset, &byte) in (start..).zip(self.text.as_bytes().get(start..)?) {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => return Some((self.text.get(start..offset)?, offset + 1)),
                _ => {}
            }
        }
        None
    }
}

impl<'a> Iterator for Keys<'a> {
    type Item = Key<'a>;

    fn next(&mut self) -> Option<Key<'a>> {
        while let Some(&byte) = self.text.as_bytes().get(self.at) {
            match byte {
                b'"' => {
                    let (name, end) = self.string()?;
                    self.at = end;
                    if self.text.get(end..)?.trim_start().starts_with(':') {
                        return Some(Key { name, depth: self.depth });
                    }
                    continue;
                }
                b'{' => self.depth += 1,
                b'}' if self.depth <= 1 => return None,
                b'}' => self.depth -= 1,
                _ => {}
            }
            self.at += 1;
        }
        None
    }
}
