//! Names of parts: compared without case, percent escapes resolved, relative ones resolved against a folder.

/// Letters of a name that are looked at; zip allows 65,535.
const LONGEST: usize = 1024;

/// The form in which names of parts are compared.
pub(super) fn key(name: &str) -> String {
    let name = name.get(..LONGEST).unwrap_or(name).replace('\\', "/");
    decoded(&name).trim_start_matches('/').to_lowercase()
}

/// The name leads out of the folder it would be written to.
pub(super) fn escapes(name: &str) -> bool {
    let decoded = decoded(name);
    [name, &decoded].into_iter().any(|name| {
        let drive = name.as_bytes().get(1) == Some(&b':');
        name.starts_with(['/', '\\'])
            || drive
            || name.contains('\0')
            || name.split(['/', '\\']).any(|part| part == "..")
    })
}

/// The key of the part that a relationship of a part points at. `None` where it leads out of the package.
pub(super) fn target(source: &str, target: &str) -> Option<String> {
    let target = target.split(['#', '?']).next().unwrap_or_default().trim().replace('\\', "/");
    let folder = source.rsplit_once('/').map_or("", |(folder, _)| folder);
    let joined = if target.starts_with('/') { target } else { format!("{folder}/{target}") };
    let mut parts: Vec<&str> = Vec::new();
    let joined = decoded(&joined);
    for part in joined.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/").to_lowercase())
}

/// The key of the part that holds the relationships of a part.
pub(super) fn relationships_of(part: &str) -> String {
    match part.rsplit_once('/') {
        Some((folder, name)) => format!("{folder}/_rels/{name}.rels"),
        None => format!("_rels/{part}.rels"),
    }
}

fn decoded(name: &str) -> String {
    if !name.contains('%') {
        return name.to_owned();
    }
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let escaped = (first == b'%').then(|| tail.get(..2)).flatten().and_then(|digits| {
            let digits = std::str::from_utf8(digits).ok()?;
            u8::from_str_radix(digits, 16).ok()
        });
        match escaped {
            Some(byte) => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
