//! A JSON object with its members in order, repeated ones kept: a claim that stands twice is a trick, or a mistake.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

/// The members of an object.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Members(pub(super) Vec<(String, Value)>);

impl Members {
    /// Reads an object. The error says where it ends to be one, and quotes nothing of it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|error| {
            let what = match error.classify() {
                serde_json::error::Category::Eof => "ends too early",
                _ => "is no JSON object that can be read",
            };
            format!("{what} (line {}, column {})", error.line(), error.column())
        })
    }

    /// The last member of this name, which is the one that .NET and most libraries take.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// As text: strings as they are, numbers and truth values as they are written.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.get(name).and_then(scalar)
    }

    /// Names that stand more than once, in the order of their second appearance.
    pub(super) fn repeated(&self) -> Vec<&str> {
        let mut found: Vec<&str> = Vec::new();
        let mut seen = std::collections::BTreeSet::new();
        for (name, _) in &self.0 {
            if !seen.insert(name.as_str()) && !found.contains(&name.as_str()) {
                found.push(name);
            }
        }
        found
    }
}

/// A value of one line; `None` for lists, objects and `null`.
pub(super) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}

#[cfg(test)]
mod tests {
    use super::Members;

    #[test]
    fn repeated_members_are_kept_and_the_last_one_counts() {
        let members = Members::parse(r#"{"aud":"a","b":1,"aud":"c"}"#).expect("an object");
        assert_eq!(members.repeated(), ["aud"]);
        assert_eq!(members.text("aud").as_deref(), Some("c"));
    }

    #[test]
    fn an_error_quotes_nothing() {
        for text in ["\"canary-canary\"", "{\"a\":canary-canary}", "[\"canary-canary\"]", "{\"a\":1e999}"] {
            let error = Members::parse(text).expect_err("no object");
            assert!(!error.contains("canary"), "{error}");
        }
    }

    #[test]
    fn deep_nesting_is_an_error_not_a_crash() {
        let bomb = format!("{{\"a\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(Members::parse(&bomb).is_err());
    }
}
