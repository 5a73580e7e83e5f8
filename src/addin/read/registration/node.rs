//! A record of an export, however it was written down: JSON, a row of a table, a block of `Format-List`.

use std::borrow::Cow;

use crate::addin::evidence::{Spot, Value};

/// A value and its place.
pub(super) struct Node {
    /// Line, from 1.
    pub(super) line: u64,
    /// Column in characters from 1; 0 where a row stands on the line as a whole.
    pub(super) column: u64,
    /// The value.
    pub(super) data: Data,
}

/// What a value is. It may hold a secret for the moment of reading, so it is never shown: no `Debug`.
pub(super) enum Data {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    List(Vec<Node>),
    Object(Vec<(String, Node)>),
}

impl Node {
    /// A text of a table.
    pub(super) fn cell(line: u64, text: &str) -> Self {
        Self { line, column: 0, data: Data::Text(text.to_owned()) }
    }

    /// The fields of an object.
    pub(super) fn fields(&self) -> &[(String, Self)] {
        match &self.data {
            Data::Object(fields) => fields,
            _ => &[],
        }
    }

    /// The field with this name in any case, unless it is null; also where the Graph module puts what it does not
    /// know: `AdditionalProperties`.
    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        let own = |node: &'_ Self, name: &str| -> Option<usize> {
            node.fields().iter().position(|(key, value)| {
                key.trim().eq_ignore_ascii_case(name) && !matches!(value.data, Data::Null)
            })
        };
        if let Some(at) = own(self, name) {
            return self.fields().get(at).map(|(_, value)| value);
        }
        let at = own(self, "AdditionalProperties")?;
        let more = self.fields().get(at).map(|(_, value)| value)?;
        let at = own(more, name)?;
        more.fields().get(at).map(|(_, value)| value)
    }

    /// A field has this name, be it null or empty.
    pub(super) fn has(&self, name: &str) -> bool {
        self.fields().iter().any(|(key, _)| key.trim().eq_ignore_ascii_case(name)) || self.get(name).is_some()
    }

    /// One of these names is a field.
    pub(super) fn has_any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.has(name))
    }

    /// The members of a list; of an object that wraps one (`value`, `d.results`) those; else the value itself.
    pub(super) fn items(&self) -> &[Self] {
        match &self.data {
            Data::List(values) => values,
            Data::Null => &[],
            Data::Object(fields) => {
                let wrapped = |name: &str| {
                    fields.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
                };
                match (wrapped("value"), wrapped("results"), wrapped("d")) {
                    (Some(Self { data: Data::List(values), .. }), ..)
                    | (_, Some(Self { data: Data::List(values), .. }), _) => values,
                    (_, _, Some(inner)) if fields.len() == 1 => inner.items(),
                    _ => std::slice::from_ref(self),
                }
            }
            _ => std::slice::from_ref(self),
        }
    }

    /// The value as text. PowerShell wraps some: `{"value":"/Date(…)/","DateTime":"…"}`, addresses as objects.
    pub(super) fn text(&self) -> Option<Cow<'_, str>> {
        match &self.data {
            Data::Text(text) | Data::Number(text) => Some(Cow::Borrowed(text)),
            Data::Bool(truth) => Some(Cow::Borrowed(if *truth { "True" } else { "False" })),
            Data::Object(_) => ["OriginalString", "AbsoluteUri", "value", "Value", "DateTime"]
                .iter()
                .find_map(|name| self.get(name))
                .and_then(|inner| match &inner.data {
                    Data::Text(text) | Data::Number(text) => Some(Cow::Borrowed(text.as_str())),
                    _ => None,
                }),
            Data::Null | Data::List(_) => None,
        }
    }

    /// The place of the value in a file.
    pub(super) fn spot(&self, file: &Spot) -> Spot {
        file.at(self.line, self.column)
    }

    /// A field as a value; `None` if it is missing or empty.
    pub(super) fn value(&self, name: &str, file: &Spot) -> Option<Value> {
        let node = self.get(name)?;
        let text = node.text()?;
        (!text.trim().is_empty()).then(|| Value::new(text, node.spot(file)))
    }

    /// The first of these fields that says something.
    pub(super) fn first(&self, names: &[&str], file: &Spot) -> Option<Value> {
        names.iter().find_map(|name| self.value(name, file))
    }

    /// A field as a switch.
    pub(super) fn truth(&self, name: &str) -> Option<bool> {
        match &self.get(name)?.data {
            Data::Bool(truth) => Some(*truth),
            Data::Text(text) | Data::Number(text) => match text.trim().to_ascii_lowercase().as_str() {
                "true" | "1" | "yes" => Some(true),
                "false" | "0" | "no" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    /// A field as a list of texts; `None` if it is missing, or if a table only tells the type of the list.
    pub(super) fn texts(&self, name: &str, file: &Spot) -> Option<Vec<Value>> {
        let node = self.get(name)?;
        let mut values = Vec::new();
        for item in node.items() {
            let Some(text) = item.text() else { continue };
            if text.trim_start().starts_with("System.") && node.column == 0 {
                return None;
            }
            // A cell of a table holds the whole list, joined by whatever its maker liked.
            let parts: Vec<&str> = match node.column {
                0 => text.split([',', ';', '|', ' ', '\t', '\n', '\r']).collect(),
                _ => vec![&text],
            };
            let told = parts.into_iter().filter(|part| !part.trim().is_empty());
            values.extend(told.map(|part| Value::new(part, item.spot(file))));
        }
        Some(values)
    }
}
