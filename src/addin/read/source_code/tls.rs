//! Which versions of TLS an assignment to `ServicePointManager.SecurityProtocol` asks for.

use super::lex::{Language, Lexed, is_word};

/// Longest assignment that is looked at, in bytes.
const LONGEST: usize = 600;

/// Names of versions, as they are told.
const NAMES: [&str; 8] = ["Ssl2", "Ssl3", "Tls", "Tls11", "Tls12", "Tls13", "SystemDefault", "Default"];

/// What an assignment behind the name asks for, as `= Tls12 | Tls11`, and where it ends. `None` where nothing is
/// assigned; no text where it only takes versions away, or names none.
pub(super) fn assignment(lexed: &Lexed<'_>, end: usize) -> Option<(Option<String>, usize)> {
    let after = lexed.after(end, LONGEST);
    let blanks = after.len() - after.trim_start().len();
    let behind = after.get(blanks..)?;
    let operator = ["|=", "&=", "+=", "="].into_iter().find(|operator| behind.starts_with(operator))?;
    let value = behind.get(operator.len()..).filter(|value| !value.starts_with(['=', '>']))?;
    let length = length(lexed.language, value);
    let start = end + blanks + operator.len();
    // PowerShell takes the names as text, too; no more of a text than such names is ever told.
    let written = lexed.text.get(start..start + length).unwrap_or_default();
    let versions = versions(written);
    let takes_away = operator == "&=" || ["~", "-bnot", "-band"].iter().any(|sign| written.contains(sign));
    let modern = versions.iter().any(|version| is_modern(version));
    let told = !versions.is_empty() && (modern || !takes_away);
    Some((told.then(|| format!("{operator} {}", versions.join(" | "))), start + length))
}

/// How long the value is: to the end of the statement.
fn length(language: Language, value: &str) -> usize {
    let by_line = matches!(language, Language::Basic | Language::PowerShell | Language::Shell);
    let mut from = 0;
    for (at, c) in value.char_indices() {
        match c {
            ';' | '{' | '}' => return at,
            '\n' if by_line && !goes_on(value.get(from..at).unwrap_or_default()) => return at,
            '\n' => from = at + 1,
            _ => {}
        }
    }
    value.len()
}

/// Whether a statement is continued on the line below.
fn goes_on(line: &str) -> bool {
    let line = line.trim_end().to_ascii_lowercase();
    line.is_empty()
        || line.ends_with(['|', '_', '`', ',', '(', '='])
        || [" or", "-bor"].iter().any(|word| line.ends_with(word))
}

/// The versions that a value names, by name or by number, each once.
fn versions(value: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let words = value.split(|c: char| !c.is_ascii() || !is_word(c as u8)).filter(|word| !word.is_empty());
    for word in words {
        // `_Tls12` is what constants of one's own are called, `HC00` is a number of Visual Basic.
        let plain = word.trim_start_matches('_');
        let named = NAMES.iter().find(|name| name.eq_ignore_ascii_case(plain)).map(|name| (*name).to_owned());
        let version = named.or_else(|| number(plain).map(|number| number.to_string()));
        if let Some(version) = version.filter(|version| !found.contains(version)) {
            found.push(version);
        }
    }
    found
}

/// A number that stands for versions, decimal or hexadecimal.
fn number(word: &str) -> Option<u32> {
    let lower = word.to_ascii_lowercase();
    let hexadecimal = lower.strip_prefix("0x").or_else(|| lower.strip_prefix('h'));
    let number = match hexadecimal {
        Some(digits) => u32::from_str_radix(digits, 16).ok()?,
        None => lower.parse().ok()?,
    };
    (number & ALL == number && number != 0).then_some(number)
}

/// The bits of `SecurityProtocolType`: SSL 2 and 3, TLS 1.0 to 1.3, each for client and server.
const ALL: u32 = 0x0c | 0x30 | 0xc0 | 0x300 | MODERN;
/// Those of TLS 1.2 and 1.3.
const MODERN: u32 = 0xc00 | 0x3000;

/// TLS 1.2, a later one, or what Windows chooses; as a check sees it in a fact.
fn is_modern(version: &str) -> bool {
    matches!(version, "Tls12" | "Tls13" | "SystemDefault")
        || version.parse::<u32>().is_ok_and(|number| number & MODERN != 0)
}

#[cfg(test)]
mod tests {
    use super::{Language, Lexed, assignment};

    fn told(language: Language, text: &str) -> Option<String> {
        let lexed = Lexed::new(language, text);
        let end = text.find("SecurityProtocol").expect("the name") + "SecurityProtocol".len();
        assignment(&lexed, end).and_then(|(told, _)| told)
    }

    #[test]
    fn the_whole_assignment_is_told() {
        let cs = |value: &str| told(Language::CSharp, &format!("S.SecurityProtocol {value}; Tls13"));
        for (value, expected) in [
            ("= SecurityProtocolType.Tls12 |\n SecurityProtocolType.Tls", "= Tls12 | Tls"),
            ("|= SecurityProtocolType.Tls12", "|= Tls12"),
            ("= (SecurityProtocolType)3072", "= 3072"),
            ("= (SecurityProtocolType)0xC00", "= 3072"),
            ("= (SecurityProtocolType)(0xc0 | 0x300 | 0xc00)", "= 192 | 768 | 3072"),
            ("= _Tls12", "= Tls12"),
            ("= SecurityProtocolType.Tls", "= Tls"),
        ] {
            assert_eq!(cs(value).as_deref(), Some(expected), "{value}");
        }
        for value in ["&= ~SecurityProtocolType.Ssl3", "== SecurityProtocolType.Tls", "= chosen", ""] {
            assert_eq!(cs(value), None, "{value}");
        }
    }

    #[test]
    fn other_languages_are_read() {
        let ps = "[Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12 -bor `\n [Net.SecurityProtocolType]::Tls11\n$x = 'Tls13'";
        assert_eq!(told(Language::PowerShell, ps).as_deref(), Some("= Tls12 | Tls11"));
        let text = "[Net.ServicePointManager]::SecurityProtocol = 'tls12, tls11'\n";
        assert_eq!(told(Language::PowerShell, text).as_deref(), Some("= Tls12 | Tls11"));
        let vb = "ServicePointManager.SecurityProtocol = CType(&HC00, SecurityProtocolType)\nTls13";
        assert_eq!(told(Language::Basic, vb).as_deref(), Some("= 3072"));
    }
}
