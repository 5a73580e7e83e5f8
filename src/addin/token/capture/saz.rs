//! Fiddler archives (`.saz`): a zip with `raw/12_c.txt` (request), `raw/12_s.txt` (response) and `raw/12_m.xml`.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

use super::{Sink, Traffic, http};

/// Most sessions of one archive.
const MOST_SESSIONS: usize = 100_000;
/// Most bytes of one message.
const MOST_MESSAGE: u64 = 64 << 20;
/// Most bytes that an archive may expand to.
const MOST_EXPANDED: u64 = 1 << 30;

type Zip<'a> = zip::ZipArchive<Cursor<&'a [u8]>>;

/// It is a zip. Whether it is one of Fiddler's shows its directory.
pub(in crate::addin::token) fn fits(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// Hands out every exchange. Returns how many there were.
pub(in crate::addin::token) fn read(path: &str, bytes: &[u8], sink: &mut dyn Sink) -> u64 {
    let Ok(mut zip) = Zip::new(Cursor::new(bytes)) else {
        sink.broken_off(path, "cannot read the archive: it is no whole zip file".to_owned());
        return 0;
    };
    let mut sessions = sessions(&zip);
    if sessions.is_empty() {
        sink.problem(path, "the zip file holds no sessions of Fiddler (raw/1_c.txt …)".to_owned());
    }
    if sessions.len() > MOST_SESSIONS {
        sink.problem(path, format!("only the first {MOST_SESSIONS} sessions were read"));
    }
    let mut left = MOST_EXPANDED;
    let mut count = 0usize;
    while let Some((number, session)) = sessions.pop_first() {
        if count >= MOST_SESSIONS {
            break;
        }
        count += 1;
        let request = member(&mut zip, path, session.request, &mut left, sink);
        let response = member(&mut zip, path, session.response, &mut left, sink);
        sink.traffic(&traffic(number, &request, &response));
        if left == 0 {
            sink.problem(
                path,
                format!("the archive expands to more than 1 GiB; it was read up to session {number}"),
            );
            break;
        }
    }
    count as u64
}

/// Places of the members of a session in the zip.
#[derive(Clone, Copy, Debug, Default)]
struct Session {
    request: Option<usize>,
    response: Option<usize>,
}

fn sessions(zip: &Zip<'_>) -> BTreeMap<u64, Session> {
    let mut found: BTreeMap<u64, Session> = BTreeMap::new();
    for (index, name) in zip.file_names().enumerate().take(4 * MOST_SESSIONS) {
        let Ok(name) = name else { continue };
        let lower = name.replace('\\', "/").to_ascii_lowercase();
        let Some(file) = lower.strip_prefix("raw/").and_then(|file| file.strip_suffix(".txt")) else {
            continue;
        };
        let Some((number, side)) = file.rsplit_once('_') else { continue };
        let Ok(number) = number.parse::<u64>() else { continue };
        let session = found.entry(number).or_default();
        match side {
            "c" => session.request = Some(index),
            "s" => session.response = Some(index),
            _ => {}
        }
    }
    found
}

/// The bytes of a member; empty, with a problem told, where they cannot be had.
fn member(
    zip: &mut Zip<'_>,
    path: &str,
    index: Option<usize>,
    left: &mut u64,
    sink: &mut dyn Sink,
) -> Vec<u8> {
    let Some(index) = index else { return Vec::new() };
    let file = match zip.by_index(index) {
        Ok(file) => file,
        Err(error) => {
            let reason = match error {
                zip::result::ZipError::UnsupportedArchive(_) | zip::result::ZipError::InvalidPassword => {
                    "it is protected by a password, or packed in a way that is not read here"
                }
                _ => "it is damaged",
            };
            sink.problem(
                &format!("{path}!/{index}"),
                format!("cannot read a member of the archive: {reason}"),
            );
            return Vec::new();
        }
    };
    let bound = MOST_MESSAGE.min(*left);
    let mut bytes = Vec::new();
    let result = file.take(bound).read_to_end(&mut bytes);
    *left = left.saturating_sub(bytes.len() as u64);
    if result.is_err() {
        sink.problem(
            &format!("{path}!/{index}"),
            "a member of the archive is damaged, and was read up to there".to_owned(),
        );
    } else if bytes.len() as u64 == MOST_MESSAGE {
        sink.problem(
            &format!("{path}!/{index}"),
            "a member of the archive was read only up to 64 MiB".to_owned(),
        );
    }
    bytes
}

fn traffic(number: u64, request: &[u8], response: &[u8]) -> Traffic {
    let (first, request) = http::message(request);
    let (status_line, response) = http::message(response);
    let mut words = first.split_whitespace();
    let method = words.next().unwrap_or_default().to_owned();
    let target = words.next().unwrap_or_default();
    let url = if target.contains("://") || target.is_empty() {
        target.to_owned()
    } else {
        format!("https://{}{target}", request.header("Host").unwrap_or_default())
    };
    let status = status_line.split_whitespace().nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    Traffic { number, method, url, request, response, status }
}
