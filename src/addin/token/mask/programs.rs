//! Arguments of programs that are secrets where the program is known, and ports behind the same options.

use super::start_of_end;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// Most words between the program and its option.
const MOST_BETWEEN: usize = 12;
/// Most characters between the two.
const MOST_CHARACTERS: usize = 400;

/// Programs with a password behind `/p` or `/pass`.
const WITH_SLASH: [&str; 9] =
    ["signtool", "cmdkey", "ktpass", "schtasks", "certutil", "netdom", "wmic", "rasdial", "djoin"];

/// `-p` of programs that take a port, a protocol or a path behind it.
pub(super) fn is_port(core: &str, name: &str, from: &str) -> bool {
    const OF_ANYTHING: [&str; 6] = ["mkdir", "netstat", "cp", "ping", "tracert", "nmap"];
    const OF_NUMBERS: [&str; 6] = ["docker", "podman", "ssh", "sftp", "scp", "nerdctl"];
    if name != "p" {
        return false;
    }
    let argument = from.split_whitespace().next().unwrap_or_default();
    let is_number = argument.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.'));
    runs(core, &OF_ANYTHING) || (is_number && runs(core, &OF_NUMBERS))
}

/// `/p x` of a program that is known for it; `/p` is the path of a request as well.
pub(super) fn takes_password(core: &str, name: &str) -> bool {
    let names = ["p", "pass", "pw", "rp"];
    names.iter().any(|known| name.eq_ignore_ascii_case(known)) && runs(core, &WITH_SLASH)
}

/// Where the secret begins in an option with its argument in one: `curl -uname:x`, `sqlcmd -Px`.
pub(super) fn attached(out: &str, word: &str) -> Option<usize> {
    const SQL: [&str; 4] = ["sqlcmd", "osql", "isql", "bcp"];
    const MORE: [&str; 4] = ["psexec", "mysql", "mysqldump", "mysqladmin"];
    let rest = word.get(2..).filter(|rest| !rest.is_empty())?;
    let is_known = match word.get(..2)? {
        "-P" => runs(out, &SQL),
        "-p" => runs(out, &MORE),
        "-u" => rest.contains(':') && !rest.contains("://") && runs(out, &["curl"]),
        _ => false,
    };
    is_known.then_some(2)
}

/// `setx CLIENT_SECRET x`: the program stands right in front of the name.
pub(super) fn sets(before: &str) -> bool {
    before.ends_with(char::is_whitespace)
        && before.split_whitespace().next_back().is_some_and(|word| is(word, &["setx"]))
}

/// How long the name and password in base64 are that a text begins with, behind the scheme `Basic`.
pub(super) fn basic(out: &str, from: &str) -> Option<usize> {
    const LONGEST: usize = 1000;
    let scheme = out.trim_end();
    if scheme.len() == out.len() || !is(scheme.get(scheme.len().checked_sub(5)?..)?, &["basic"]) {
        return None;
    }
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let length = from.bytes().take(LONGEST).take_while(|byte| is_base64(*byte)).count();
    let bytes = STANDARD_NO_PAD.decode(from.get(..length)?).ok()?;
    let is_pair = bytes.contains(&b':') && bytes.iter().all(|byte| *byte >= b' ');
    let filling = from.get(length..)?.bytes().take_while(|byte| *byte == b'=').count();
    is_pair.then_some(length + filling)
}

/// One of the programs stands in the line that ends here.
fn runs(line: &str, programs: &[&str]) -> bool {
    let start = start_of_end(line, MOST_CHARACTERS);
    let line = line.get(start..).unwrap_or_default();
    line.rsplit(char::is_whitespace).take(MOST_BETWEEN).any(|word| is(word, programs))
}

/// A word is one of the programs, perhaps with a path and an ending.
fn is(word: &str, programs: &[&str]) -> bool {
    let name = word.rsplit(['\\', '/', '"', '\'', '(', '`']).next().unwrap_or_default().to_lowercase();
    let name = name.strip_suffix(".exe").unwrap_or(&name);
    programs.contains(&name)
}
