//! JSON as people read it, two blanks a level. The same as `serde_json` writes, in half the time: a report of a large
//! farm has millions of short lines, and each begins with one write instead of one for every level. Characters that
//! cannot be seen are escaped, since a report may end on a terminal.

use std::io::{self, BufWriter, Write};
use std::ops::Range;

use rayon::prelude::*;
use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

use super::decimal;
use super::each::Each;
use super::fields::Fields;
use super::parts::{Made, PART, Part, Parts};
use crate::text::quote;

/// What stands between two values, as far as most reports are nested.
const BETWEEN: &[u8; 66] = b",\n                                                                ";

/// Bytes written at a time.
const BUFFER: usize = 1 << 16;

/// Writes a value and a line end.
///
/// # Errors
/// Those of the writer, and of a value that has no form in JSON.
pub fn write(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(BUFFER, out);
    value.serialize(&mut Serializer::with_formatter(&mut out, Indented::default()))?;
    out.write_all(b"\n")?;
    out.flush()
}

/// A value on one line, with a line end.
///
/// # Errors
/// Those of a value that has no form in JSON.
pub fn line(value: &impl Serialize) -> serde_json::Result<String> {
    let mut out = Vec::new();
    value.serialize(&mut Serializer::with_formatter(&mut out, OneLine))?;
    out.push(b'\n');
    String::from_utf8(out).map_err(serde::ser::Error::custom)
}

/// Writes an object, field by field, and a line end.
///
/// # Errors
/// Those of the writer, and of a value that has no form in JSON.
pub fn object(out: &mut dyn Write, tell: impl FnOnce(&mut Object<'_>) -> io::Result<()>) -> io::Result<()> {
    let out = BufWriter::with_capacity(BUFFER, out);
    let mut object = Object { out, form: Indented::default() };
    object.form.open(&mut object.out, b"{")?;
    tell(&mut object)?;
    object.form.close(&mut object.out, b"}")?;
    object.out.write_all(b"\n")?;
    object.out.flush()
}

/// An object that is being written. Long lists are made on all threads, a part of them at a time.
pub struct Object<'w> {
    out: BufWriter<&'w mut dyn Write>,
    form: Indented,
}

impl Object<'_> {
    fn key(&mut self, name: &str) -> io::Result<()> {
        self.form.line(&mut self.out, !self.form.filled)?;
        self.form.filled = true;
        serde_json::to_writer(&mut self.out, name)?;
        self.out.write_all(b": ")
    }
}

impl Fields for Object<'_> {
    type Error = io::Error;

    fn field<V: Serialize + ?Sized>(&mut self, name: &'static str, value: &V) -> io::Result<()> {
        self.key(name)?;
        let form = self.form.below();
        Ok(value.serialize(&mut Serializer::with_formatter(&mut self.out, form))?)
    }

    fn list<V: Serialize>(
        &mut self,
        name: &'static str,
        items: usize,
        is_large: impl Fn(usize) -> bool,
        item: impl Fn(usize) -> Option<V> + Sync,
    ) -> io::Result<()> {
        if items <= PART {
            return self.field(name, &Each((0..items).filter_map(&item)));
        }
        self.key(name)?;
        let mut form = self.form.below();
        form.open(&mut self.out, b"[")?;
        let mut filled = false;
        let make = |some: &[Part], made: &mut Vec<Vec<u8>>| -> io::Result<()> {
            made.resize_with(some.len(), Vec::new);
            let texts = some.par_iter().zip(made.par_iter_mut());
            texts.try_for_each(|(part, text)| {
                text.clear();
                match part {
                    Part::Items(range) => tell(text, range.clone(), &form, &item),
                    Part::Large(_) => Ok(()),
                }
            })
        };
        let mut put = |some: &[Part], made: &[Vec<u8>]| -> io::Result<()> {
            for (part, text) in some.iter().zip(made) {
                if let Part::Large(index) = part
                    && let Some(value) = item(*index)
                {
                    form.line(&mut self.out, !filled)?;
                    value.serialize(&mut Serializer::with_formatter(&mut self.out, form.below()))?;
                    filled = true;
                }
                // Every item of a text has a comma before it, but for the first of the list.
                if !text.is_empty() {
                    self.out.write_all(text.get(usize::from(!filled)..).unwrap_or_default())?;
                    filled = true;
                }
            }
            Ok(())
        };
        // A few parts at a time: the report is never in memory whole. While some are made, those before are written.
        let mut parts = Parts::new(items, is_large);
        let (mut made, mut spare) = (Made::default(), Made::default());
        loop {
            spare.parts = parts.by_ref().take(2 * rayon::current_num_threads()).collect();
            let Made { parts: some, texts } = &mut spare;
            let mut done = Ok(());
            rayon::in_place_scope(|scope| {
                scope.spawn(|_| done = make(some, texts));
                put(&made.parts, &made.texts)
            })?;
            done?;
            if spare.parts.is_empty() {
                break;
            }
            parts.length = spare.fitting().unwrap_or(parts.length);
            std::mem::swap(&mut made, &mut spare);
        }
        form.filled = filled;
        form.close(&mut self.out, b"]")
    }
}

/// Adds the text of some items, each behind a comma and a line end.
fn tell<V: Serialize>(
    text: &mut Vec<u8>,
    range: Range<usize>,
    form: &Indented,
    item: impl Fn(usize) -> Option<V>,
) -> io::Result<()> {
    for value in range.filter_map(item) {
        form.line(text, false)?;
        value.serialize(&mut Serializer::with_formatter(&mut *text, form.below()))?;
    }
    Ok(())
}

/// Writes a piece of a string that needs no escapes as far as JSON goes.
fn write_fragment<W: ?Sized + Write>(out: &mut W, fragment: &str) -> io::Result<()> {
    // Nearly all text is printable ASCII; what stands below a blank was escaped before.
    if fragment.is_ascii() && memchr::memchr(0x7F, fragment.as_bytes()).is_none() {
        return out.write_all(fragment.as_bytes());
    }
    out.write_all(quote::json(fragment).as_bytes())
}

struct OneLine;

impl Formatter for OneLine {
    fn write_f64<W: ?Sized + Write>(&mut self, out: &mut W, value: f64) -> io::Result<()> {
        decimal::write(out, value)
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        write_fragment(out, fragment)
    }
}

#[derive(Default)]
struct Indented {
    level: usize,
    /// The list or object that is being written has something in it.
    filled: bool,
}

impl Indented {
    /// For what stands below.
    fn below(&self) -> Self {
        Self { level: self.level, filled: false }
    }

    /// A new line, behind a comma unless it is the first.
    fn line<W: ?Sized + Write>(&self, out: &mut W, is_first: bool) -> io::Result<()> {
        let from = usize::from(is_first);
        match BETWEEN.get(from..2 + 2 * self.level) {
            Some(between) => out.write_all(between),
            None => {
                out.write_all(BETWEEN.get(from..2).unwrap_or_default())?;
                (0..self.level).try_for_each(|_| out.write_all(b"  "))
            }
        }
    }

    fn open<W: ?Sized + Write>(&mut self, out: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.level += 1;
        self.filled = false;
        out.write_all(bracket)
    }

    fn close<W: ?Sized + Write>(&mut self, out: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.level -= 1;
        if self.filled {
            self.line(out, true)?;
        }
        self.filled = true;
        out.write_all(bracket)
    }
}

impl Formatter for Indented {
    fn write_f64<W: ?Sized + Write>(&mut self, out: &mut W, value: f64) -> io::Result<()> {
        decimal::write(out, value)
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        write_fragment(out, fragment)
    }

    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.open(out, b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.close(out, b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.line(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, _out: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.open(out, b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.close(out, b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.line(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b": ")
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, _out: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Fields, PART, line, object, write};
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn written(value: &Value) -> String {
        let mut out = Vec::new();
        write(&mut out, value).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            "[ -~äßあ]{0,6}[\"\\\\\n\u{1}]?".prop_map(Value::from),
        ];
        leaf.prop_recursive(6, 60, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::vec(("[a-z\"]{0,4}", inner), 0..5)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn it_writes_what_serde_json_writes(value in value()) {
            prop_assert_eq!(written(&value), serde_json::to_string_pretty(&value).unwrap() + "\n");
        }

        #[test]
        fn what_cannot_be_seen_is_escaped_and_not_lost(text in any::<String>(), hidden in "[\u{7f}-\u{9f}\u{200b}-\u{202e}\u{feff}\u{e0001}]{1,3}") {
            let value = json!({ format!("{hidden}{text}"): [format!("{text}{hidden}")] });
            for text in [written(&value), line(&value).unwrap()] {
                let mut shown = text.lines().flat_map(str::chars);
                prop_assert!(shown.all(|c| crate::text::quote::terminal(c.encode_utf8(&mut [0; 4])).len() == c.len_utf8()));
                prop_assert_eq!(&serde_json::from_str::<Value>(&text).unwrap(), &value);
            }
        }
    }

    #[test]
    fn a_list_is_the_same_in_one_part_or_many() {
        for items in [0, 1, PART - 1, PART, PART + 1, 3000] {
            // Some places are empty; in a few lists all are.
            for (every, large) in [(1, 0), (3, 0), (5000, 0), (1, 1), (1, 700), (3, 2), (5000, 1)] {
                let item = |index: usize| (index % every == every - 1).then(|| json!([index, {"a": index}]));
                let mut written = Vec::new();
                object(&mut written, |fields| {
                    fields.field("before", &json!({"a": [1]}))?;
                    fields.list("list", items, |index| index % 700 < large, item)?;
                    fields.field("after", "\u{1}")
                })
                .unwrap();
                let list: Vec<Value> = (0..items).filter_map(item).collect();
                let whole = json!({"before": {"a": [1]}, "list": list, "after": "\u{1}"});
                let expected = serde_json::to_string_pretty(&whole).unwrap() + "\n";
                assert_eq!(String::from_utf8(written).unwrap(), expected);
            }
        }
    }

    #[test]
    fn no_nesting_is_too_deep() {
        let deep = (0..100).fold(json!([]), |inner, _| json!([inner, {}]));
        assert_eq!(written(&deep), serde_json::to_string_pretty(&deep).unwrap() + "\n");
    }
}
