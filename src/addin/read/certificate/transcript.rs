//! What `openssl s_client -showcerts` and its like print around the certificates: where they were captured from, and
//! which version of TLS was spoken.

use crate::addin::evidence::{Spot, Value};

/// Whether the text is the output of such a command.
pub(super) fn is_one(text: &str) -> bool {
    let text = text.get(..super::PROBE.min(text.len())).unwrap_or(text);
    let asked = text.contains("s_client") && text.contains("-connect");
    let failed = text.contains("connect:errno=") || text.contains("Connecting to ");
    text.lines().any(is_connected)
        || (asked && failed)
        || (text.contains("Certificate chain") && text.contains("Server certificate"))
}

/// A capture starts on this line.
pub(super) fn starts(line: &str) -> bool {
    (line.contains("s_client") && line.contains("-connect")) || is_connected(line)
}

/// `CONNECTED(00000003)`: the number is that of the socket, with eight hexadecimal digits.
fn is_connected(line: &str) -> bool {
    let number = line.trim().strip_prefix("CONNECTED(").and_then(|rest| rest.strip_suffix(')'));
    number.is_some_and(|number| number.len() == 8 && number.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// ` 1 s:C = US, O = …`: the second certificate of the chain that the server sent.
pub(super) fn lists_certificate(line: &str) -> bool {
    let rest = line.trim_start().trim_start_matches(|c: char| c.is_ascii_digit());
    rest.starts_with(" s:") && line.trim_start().starts_with(|c: char| c.is_ascii_digit())
}

/// `host:port`, from the command line or from what curl says.
pub(super) fn endpoint(line: &str, at: &Spot) -> Option<Value> {
    let raw = of_command(line).or_else(|| of_curl(line))?;
    Some(Value::new(raw, at.clone()))
}

fn of_command(line: &str) -> Option<String> {
    if !line.contains("s_client") {
        return None;
    }
    let connect = argument(line, "-connect")?;
    let (host, port) = match connect.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && !port.is_empty() => {
            (host, port)
        }
        _ => (connect, "443"),
    };
    // A server is often reached by its address, and asked for by its name.
    let host = argument(line, "-servername").unwrap_or(host);
    (!host.is_empty()).then(|| format!("{host}:{port}"))
}

fn argument<'l>(line: &'l str, name: &str) -> Option<&'l str> {
    let mut words = line.split_whitespace();
    words.find(|word| *word == name)?;
    words.next().map(|word| word.trim_matches(['"', '\'']))
}

/// `* Connected to www.contoso.com (203.0.113.7) port 443`.
fn of_curl(line: &str) -> Option<String> {
    let (_, rest) = line.split_once("onnected to ")?;
    let mut words = rest.split_whitespace();
    let host = words.next()?;
    let port = words.skip_while(|word| *word != "port").nth(1)?;
    let port: u16 = port.trim_end_matches(|c: char| !c.is_ascii_digit()).parse().ok()?;
    Some(format!("{host}:{port}"))
}

/// The version of TLS that a line names: `Protocol  : TLSv1.2`, `New, TLSv1.3, Cipher is …`.
pub(super) fn protocol(line: &str, at: &Spot) -> Option<Value> {
    let line = line.trim_start();
    let rest = match line.strip_prefix("Protocol") {
        Some(rest) => rest.trim_start().strip_prefix(':')?,
        None => line.strip_prefix("New, ")?.split(", Cipher").next()?,
    };
    let version = rest.trim();
    let known = version.starts_with("TLSv1") || version.starts_with("SSLv");
    (known && version.len() <= 8).then(|| Value::new(version, at.clone()))
}
