//! Which versions of TLS an assignment to `ServicePointManager.SecurityProtocol` asks for.

use super::lex::{Language, Lexed, is_word};

/// Longest assignment that is looked at, in bytes.
const LONGEST: usize = 600;

/// Names of versions, as they are told.
const NAMES: [&str; 8] = ["Ssl2", "Ssl3", "Tls", "Tls11", "Tls12", "Tls13", "SystemDefault", "Default"];

/// What stands behind the name of the property.
pub(super) enum Use {
    /// An assignment: what it asks for, as `= Tls12 | Tls11`, if it asks for anything, and where it ends.
    Assigned(Option<String>, usize),
    /// A comparison, which asks for nothing, and where it ends.
    Compared(usize),
}

/// What is done with the property behind its name. `None` where it is neither assigned nor compared; no text where
/// versions older than TLS 1.2 are taken away, or none is named.
pub(super) fn use_of(lexed: &Lexed<'_>, end: usize) -> Option<Use> {
    let after = lexed.after(end, LONGEST);
    let blanks = after.len() - after.trim_start().len();
    let behind = after.get(blanks..)?;
    if let Some(sign) = COMPARISONS.into_iter().find(|sign| begins_with(behind, sign)) {
        let value = behind.get(sign.len()..)?;
        return Some(Use::Compared(end + blanks + sign.len() + compared(lexed.language, value)));
    }
    let operator = ["|=", "&=", "+=", "="].into_iter().find(|operator| behind.starts_with(operator))?;
    let value = behind.get(operator.len()..).filter(|value| !value.starts_with('>'))?;
    let length = length(lexed.language, value);
    let start = end + blanks + operator.len();
    // PowerShell takes the names as text, too; no more of a text than such names is ever told.
    let (kept, taken) = without_taken(&lexed.without_comments(start..start + length));
    let (kept, taken) = (versions(&kept), versions(&taken));
    let stops = kept.is_empty() && taken.iter().any(|version| is_modern(version));
    let told = match (kept.is_empty(), stops) {
        (false, _) => Some(format!("{operator} {}", kept.join(" | "))),
        (true, true) => Some(format!("{operator} ~{}", taken.join(" | "))),
        (true, false) => None,
    };
    Some(Use::Assigned(told, start + length))
}

/// Signs of comparisons, the longest first.
const COMPARISONS: [&str; 7] = ["===", "!==", "==", "!=", "<>", "-eq", "-ne"];

fn begins_with(text: &str, sign: &str) -> bool {
    text.get(..sign.len()).is_some_and(|start| start.eq_ignore_ascii_case(sign))
}

/// How long the other side of a comparison is: to the parenthesis that the comparison stands in, or to the sign
/// that joins it with something else.
fn compared(language: Language, value: &str) -> usize {
    let value = value.get(..length(language, value)).unwrap_or_default();
    let mut depth = 0_usize;
    for (at, c) in value.char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => return at,
            ')' => depth -= 1,
            '&' | '|' | '?' | ':' if depth == 0 && value.get(at..).is_some_and(joins) => return at,
            _ => {}
        }
    }
    value.len()
}

fn joins(text: &str) -> bool {
    text.starts_with("&&") || text.starts_with("||") || text.starts_with("? ")
}

/// A value without the operands that it takes away (`~x`, `-bnot x`), and these.
fn without_taken(value: &str) -> (String, String) {
    let (mut kept, mut taken) = (String::new(), String::new());
    let mut rest = value;
    while let Some((before, behind)) = next_taken(rest) {
        kept.push_str(before);
        let (operand, after) = behind.split_at(operand(behind));
        taken.push_str(operand);
        taken.push(' ');
        rest = after;
    }
    kept.push_str(rest);
    (kept, taken)
}

/// What stands before the next sign that takes away, and behind it.
fn next_taken(text: &str) -> Option<(&str, &str)> {
    let lower = text.to_ascii_lowercase();
    let signs = ["~", "-bnot", " and not "].into_iter();
    let (at, sign) = signs.filter_map(|sign| Some((lower.find(sign)?, sign))).min()?;
    Some((text.get(..at)?, text.get(at + sign.len()..)?))
}

/// How long an operand is: a name with its dots, or what stands in parentheses, a cast before it included.
fn operand(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut cast = false;
    let mut begun = false;
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => {
                let Some(less) = depth.checked_sub(1) else { return at };
                depth = less;
                cast = depth == 0;
                begun |= cast;
                continue;
            }
            _ if depth > 0 => {}
            ' ' | '\t' if !begun => {}
            '.' | ':' => begun = true,
            _ if c.is_alphanumeric() || c == '_' || (c == '&' && cast) => begun = true,
            _ => return at,
        }
        cast = false;
    }
    text.len()
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
    use super::{Language, Lexed, Use, use_of};

    fn told(language: Language, text: &str) -> Option<String> {
        let lexed = Lexed::new(language, text);
        let end = text.find("SecurityProtocol").expect("the name") + "SecurityProtocol".len();
        match use_of(&lexed, end) {
            Some(Use::Assigned(told, _)) => told,
            _ => None,
        }
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
            ("&= ~SecurityProtocolType.Tls12", "&= ~Tls12"),
            (
                "= S.SecurityProtocol & ~(SecurityProtocolType.Tls12 | SecurityProtocolType.Tls)",
                "= ~Tls12 | Tls",
            ),
            ("= (S.P | SecurityProtocolType.Tls12) & ~SecurityProtocolType.Ssl3", "= Tls12"),
        ] {
            assert_eq!(cs(value).as_deref(), Some(expected), "{value}");
        }
        for value in ["&= ~SecurityProtocolType.Ssl3", "== SecurityProtocolType.Tls", "= chosen", ""] {
            assert_eq!(cs(value), None, "{value}");
        }
    }

    #[test]
    fn what_stands_in_comments_is_not_asked_for() {
        for value in [
            "= SecurityProtocolType.Tls /* | SecurityProtocolType.Tls12 */",
            "= /* SecurityProtocolType.Tls12 */ SecurityProtocolType.Tls",
            "= SecurityProtocolType.Tls // | SecurityProtocolType.Tls12\n",
        ] {
            let text = format!("S.SecurityProtocol {value};");
            assert_eq!(told(Language::CSharp, &text).as_deref(), Some("= Tls"), "{value}");
        }
        let ps = "[S]::SecurityProtocol = 'Tls' <# , 'Tls12' #>\n";
        assert_eq!(told(Language::PowerShell, ps).as_deref(), Some("= Tls"));
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
