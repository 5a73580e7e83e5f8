//! Certificate validation that is switched off, in the shapes in which it is switched off.

use std::sync::LazyLock;

use regex::Regex;

use super::lex::Lexed;
use crate::addin::evidence::source_code::{SourceFact, SourceFactKind};
use crate::addin::evidence::{Spot, Value};

/// So many callbacks of one file are looked at: each may have to be searched for in all of it.
const MOST_CALLBACKS: usize = 50;

/// Names that are enough by themselves, and what has to follow them in code.
static SWITCHES: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?ix) \b ( TrustAllCertificates | TrustAllCerts ) \s* \( \s* \)
        | \b ( DangerousAcceptAnyServerCertificateValidator ) \b
        | \b ( rejectUnauthorized | strictSSL ) \s* [:=] \s* (?: false | 0 ) \b
        | \b ( CURLOPT_SSL_VERIFYPEER ) \s* , \s* (?: false | 0 ) \b
        | ( -SkipCertificateCheck ) \b (?: \s* : \s* \$false )?
        | \b ( InsecureSkipVerify ) \s* [:=] \s* true \b
        | \b ssl \s* \. \s* ( _create_unverified_context | CERT_NONE ) \b
        | \b ( VERIFY_NONE ) \b
        | \b ( NoopHostnameVerifier | TrustAllStrategy ) \s* \. \s* INSTANCE \b
        | \b ( checkServerTrusted ) \s* \( [^()]{0,200} \) \s* (?: throws \s+ [\w.,\s]{1,100} )? \{ \s* \}
        | \b CertificatePolicy \s* = \s* (?: new | New-Object ) \s+ ( TrustAll\w* )",
    )
});

/// A callback that decides about certificates, up to what it is set to.
static CALLBACKS: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)\b(ServerCertificateValidationCallback|ServerCertificateCustomValidationCallback|RemoteCertificateValidationCallback|ServerCertificateValidation)\b",
    )
});

/// Code that is true whatever the certificate is.
static ALWAYS: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?isx) ^ [^;]{0,300}? (?:
            => \s* \(? \s* true \b \s* [;,)}]
          | => \s* true \s* $
          | => \s* \{ \s* return \s* \(? \s* true \b
          | \b delegate \s* (?: \( [^)]* \) )? \s* \{ \s* return \s+ true \b
          | \{ \s* (?: param \s* \( [^)]* \) \s* )? (?: return \s+ )? \$true \s* ;? \s* \}
          | \b Function \s* \( [^)]* \) \s* (?: As \s+ Boolean \s* )? (?: Return \s+ )? True \b
        )",
    )
});

static WORD: LazyLock<Regex> = LazyLock::new(|| regex(r"[A-Za-z_]\w+"));

/// `NODE_TLS_REJECT_UNAUTHORIZED`, as a name or between quotes, set to something.
static NODE: LazyLock<Regex> =
    LazyLock::new(|| regex(r#"NODE_TLS_REJECT_UNAUTHORIZED["'\]]*\s*=\s*["']?0\b"#));

/// curl that is told to accept anything; its switches of one letter may stand together. A backslash carries the command
/// over to the next line.
static CURL: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"\bcurl(?:\.exe)?\b(?:\\\r?\n|[^\n])*?\s(?:--insecure\b|-[fgijLNsSv#]*k[fgijLNsSvoXHd]*(?:\s|$))")
});

static WGET: LazyLock<Regex> =
    LazyLock::new(|| regex(r"\bwget(?:\.exe)?\s(?:\\\r?\n|[^\n])*?--no-check-certificate\b"));

/// An option of the HTTP clients of PHP, and the argument or attribute of Python's `requests`.
static VERIFY: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r#"["']verify["']\s*=>\s*(?:false|FALSE)\b|[(,.]\s*verify\s*=\s*False\b|["']verify["']\s*:\s*False\b"#,
    )
});

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is a constant, and a test uses it")
}

/// Every place where any certificate is accepted.
pub(super) fn facts(lexed: &Lexed<'_>, file: &Spot) -> Vec<SourceFact> {
    let mut found = Vec::new();
    for captures in SWITCHES.captures_iter(&lexed.code) {
        let whole = captures.get(0).map_or("", |all| all.as_str());
        let name = captures.iter().skip(1).flatten().next();
        // The declaration of a method is no use of it, unless it is the one that Java asks.
        let asked = whole.starts_with("checkServerTrusted");
        let used = !whole.to_ascii_lowercase().ends_with("$false")
            && name.is_some_and(|name| asked || !is_declared(lexed, name.start()));
        found.extend(name.filter(|_| used).map(|name| fact(lexed, file, name.start(), name.as_str())));
    }
    for name in CALLBACKS.find_iter(&lexed.code).take(MOST_CALLBACKS) {
        if accepts_anything(lexed, lexed.after(name.end(), 800)) {
            found.push(fact(lexed, file, name.start(), &format!("{} that is always true", name.as_str())));
        }
    }
    for (pattern, text) in [
        (&NODE, "NODE_TLS_REJECT_UNAUTHORIZED = 0"),
        (&CURL, "curl --insecure"),
        (&WGET, "wget --no-check-certificate"),
        (&VERIFY, "verify = false"),
    ] {
        let in_comment = |at: usize| lexed.comments.iter().any(|comment| comment.contains(&at));
        let places = pattern.find_iter(lexed.text);
        let in_code =
            places.filter(|place| !in_comment(place.start()) && !in_comment(place.end().saturating_sub(1)));
        found.extend(in_code.map(|place| fact(lexed, file, place.start(), text)));
    }
    // `x.ServerCertificateValidationCallback = new RemoteCertificateValidationCallback(…)` is one place.
    found.dedup_by(|b, a| a.value.at.line == b.value.at.line);
    found
}

fn fact(lexed: &Lexed<'_>, file: &Spot, at: usize, text: &str) -> SourceFact {
    let value = Value::new(text, lexed.spot(file, at));
    SourceFact { kind: SourceFactKind::CertificateValidationOff, value }
}

fn is_declared(lexed: &Lexed<'_>, start: usize) -> bool {
    let before = lexed.before(start, 40).trim_end();
    ["void", "Sub", "function", "bool"].iter().any(|word| before.ends_with(word))
}

/// What a callback is set to, `= …`, `+= …`, `(…)`, accepts any certificate: by itself, or by the method it names.
fn accepts_anything(lexed: &Lexed<'_>, after: &str) -> bool {
    let trimmed = after.trim_start();
    let set = trimmed
        .strip_prefix("+=")
        .or_else(|| trimmed.strip_prefix('=').filter(|rest| !rest.starts_with(['=', '>'])));
    let set = set.or_else(|| trimmed.strip_prefix('(')).or_else(|| trimmed.strip_prefix(','));
    let Some(set) = set else { return false };
    if ALWAYS.is_match(set) {
        return true;
    }
    let end = set.find([';', '\n']).unwrap_or(set.len());
    let names = WORD.find_iter(set.get(..end).unwrap_or_default()).take(8);
    names
        .filter(|name| !KNOWN.contains(&name.as_str()))
        .any(|name| is_always_true(&lexed.code, name.as_str()))
}

/// Words that name no method of the file.
const KNOWN: [&str; 6] =
    ["new", "AddressOf", "RemoteCertificateValidationCallback", "Delegate", "Combine", "ServicePointManager"];

/// The file has a method of this name that does nothing but return true.
fn is_always_true(code: &str, name: &str) -> bool {
    let name = regex::escape(name);
    let shapes = format!(
        r"(?is)\b{name}\s*\([^)]*\)\s*(?:\{{\s*return\s*\(?\s*true\s*\)?\s*;\s*\}}|=>\s*true\s*;)|\bFunction\s+{name}\s*\([^)]*\)\s*(?:As\s+Boolean\s*)?Return\s+True\s"
    );
    Regex::new(&shapes).is_ok_and(|shape| shape.is_match(code))
}

#[cfg(test)]
mod tests {
    use crate::addin::evidence::source_code::SourceFactKind as Kind;
    use crate::addin::read::{ReadOptions, read};

    fn accepts_anything(name: &str, text: &str) -> bool {
        let evidence = read(name, text.as_bytes(), &ReadOptions::default()).unwrap_or_default();
        evidence.sources.iter().any(|source| source.of(Kind::CertificateValidationOff).next().is_some())
    }

    #[test]
    fn switches_of_other_languages_are_known() {
        for (name, text) in [
            ("a.py", "requests.get(url, verify=False)"),
            ("a.py", "session.verify = False"),
            ("a.py", "kwargs = {'verify': False}"),
            ("a.py", "ssl._create_default_https_context = ssl._create_unverified_context"),
            ("a.py", "context.verify_mode = ssl.CERT_NONE"),
            ("a.go", "t := &tls.Config{InsecureSkipVerify: true}"),
            ("a.php", "<?php $c = new Client(['verify' => false]);"),
            ("A.java", "b.setSSLHostnameVerifier(NoopHostnameVerifier.INSTANCE);"),
            (
                "A.java",
                "public void checkServerTrusted(X509Certificate[] c, String a) throws CertificateException { /* all */ }",
            ),
            ("a.rb", "http.verify_mode = OpenSSL::SSL::VERIFY_NONE"),
            ("a.sh", "curl -sk https://a.test"),
            ("a.sh", "curl --insecure https://a.test"),
            ("a.sh", "curl https://a.test \\\n  -k"),
            ("a.sh", "wget -q --no-check-certificate https://a.test"),
        ] {
            assert!(accepts_anything(name, text), "{text}");
        }
        for (name, text) in [
            ("a.py", "requests.get(url, verify=True)"),
            ("a.py", "# requests.get(url, verify=False)"),
            ("a.py", "requests.get(url, verify='ca.pem') # ssl._create_unverified_context"),
            ("a.go", "t := &tls.Config{InsecureSkipVerify: false}"),
            ("a.php", "<?php $c = new Client(['verify' => $bundle]);"),
            (
                "A.java",
                "public void checkServerTrusted(X509Certificate[] c, String a) { parent.checkServerTrusted(c, a); }",
            ),
            ("a.sh", "curl -s --user-agent client https://a.test"),
            ("a.sh", "# wget --no-check-certificate https://a.test"),
        ] {
            assert!(!accepts_anything(name, text), "{text}");
        }
    }
}
