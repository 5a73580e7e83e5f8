//! HTTP archives (`.har`), as browsers and Fiddler export them: JSON, read entry by entry.

use std::fmt;

use base64::Engine as _;
use serde::Deserialize;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::{MOST_BODY, Message, Sink, Traffic, http};

/// Most entries of one archive.
const MOST_ENTRIES: u64 = 200_000;

/// It begins as an archive does: an object with `log`.
pub(in crate::addin::token) fn fits(head: &str) -> bool {
    let mut end = head.len().min(4096);
    while !head.is_char_boundary(end) {
        end -= 1;
    }
    let start = head.get(..end).unwrap_or_default();
    let bare: String = start.chars().filter(|c| !c.is_whitespace()).take(12).collect();
    bare.starts_with("{\"log\":{")
}

/// Hands out every exchange. Returns how many there were.
pub(in crate::addin::token) fn read(path: &str, text: &str, sink: &mut dyn Sink) -> u64 {
    let mut reading = Reading { sink, path, count: 0 };
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let outcome = Root(&mut reading).deserialize(&mut deserializer);
    let count = reading.count;
    if let Err(error) = outcome {
        // The text of the error could quote the archive; its place does not.
        let place = format!("line {}, column {}", error.line(), error.column());
        sink.broken_off(
            path,
            format!("cannot read the HTTP archive beyond exchange {count}: broken JSON at {place}"),
        );
    }
    count
}

struct Reading<'a> {
    sink: &'a mut dyn Sink,
    path: &'a str,
    count: u64,
}

impl Reading<'_> {
    fn entry(&mut self, entry: Entry) {
        self.count += 1;
        if self.count > MOST_ENTRIES {
            if self.count == MOST_ENTRIES + 1 {
                self.sink.problem(self.path, format!("only the first {MOST_ENTRIES} exchanges were read"));
            }
            return;
        }
        self.sink.traffic(&entry.traffic(self.count));
    }
}

/// `{"log": …}`.
struct Root<'r, 'a>(&'r mut Reading<'a>);
/// `{"entries": …}`.
struct Log<'r, 'a>(&'r mut Reading<'a>);
/// `[…]`.
struct Entries<'r, 'a>(&'r mut Reading<'a>);

impl<'de> DeserializeSeed<'de> for Root<'_, '_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Root<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if key == "log" {
                map.next_value_seed(Log(&mut *self.0))?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Log<'_, '_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Log<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if key == "entries" {
                map.next_value_seed(Entries(&mut *self.0))?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Entries<'_, '_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Entries<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(entry) = list.next_element::<Entry>()? {
            self.0.entry(entry);
        }
        Ok(())
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Entry {
    request: Request,
    response: Response,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Request {
    method: String,
    url: String,
    headers: Vec<Header>,
    #[serde(rename = "postData")]
    body: Option<Body>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Response {
    status: serde_json::Value,
    headers: Vec<Header>,
    content: Option<Body>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Header {
    name: Option<String>,
    value: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Body {
    text: Option<String>,
    encoding: Option<String>,
    params: Option<Vec<Header>>,
}

impl Entry {
    fn traffic(self, number: u64) -> Traffic {
        let status = self.response.status.as_u64().and_then(|status| u16::try_from(status).ok()).unwrap_or(0);
        Traffic {
            number,
            method: self.request.method,
            url: self.request.url,
            request: message(self.request.headers, self.request.body),
            response: message(self.response.headers, self.response.content),
            status,
        }
    }
}

fn message(headers: Vec<Header>, body: Option<Body>) -> Message {
    let pair = |header: Header| (header.name.unwrap_or_default(), header.value.unwrap_or_default());
    let headers = headers.into_iter().map(pair).collect();
    let (body, trouble) = body.map_or((String::new(), None), Body::read);
    Message { headers, body, trouble }
}

impl Body {
    fn read(self) -> (String, Option<&'static str>) {
        let text = match self.text {
            Some(text) if !text.is_empty() => text,
            _ => return (self.params.as_deref().map(form).unwrap_or_default(), None),
        };
        if self.encoding.is_some_and(|encoding| encoding.eq_ignore_ascii_case("base64")) {
            return match base64::prelude::BASE64_STANDARD.decode(text.trim()) {
                Ok(bytes) => http::text(&bytes),
                Err(_) => (String::new(), Some("a body is said to be base64, and is not")),
            };
        }
        if text.len() > MOST_BODY {
            return http::text(text.as_bytes());
        }
        (text, None)
    }
}

/// Fields of a form, put together again as it was sent.
fn form(fields: &[Header]) -> String {
    let mut out = url::form_urlencoded::Serializer::new(String::new());
    for field in fields.iter().take(1000) {
        out.append_pair(
            field.name.as_deref().unwrap_or_default(),
            field.value.as_deref().unwrap_or_default(),
        );
    }
    out.finish()
}
