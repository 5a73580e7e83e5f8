//! Secrets among the arguments of programs that are known for them, at places that no name tells: `net use \\a\b x`,
//! `curl --cert a.pem:x`, `7z -px`, `echo x | runas`.

use std::ops::Range;

use super::names::is_telling;
use super::prose::{goes_on, is_ordinary};
use super::shape::is_mixed;

/// Most arguments behind a program that are looked at.
const MOST_ARGUMENTS: usize = 40;
/// Most bytes of an argument in quotes.
const LONGEST: usize = 300;

/// A program, and which of its options hold secrets. Names of one letter are compared as they are written.
struct Program {
    names: &'static str,
    /// Behind a blank, a colon or a sign.
    options: &'static str,
    /// Right behind the letters of the option.
    attached: &'static str,
    /// `name:secret` behind them.
    accounts: &'static str,
}

const fn program(
    names: &'static str,
    options: &'static str,
    attached: &'static str,
    accounts: &'static str,
) -> Program {
    Program { names, options, attached, accounts }
}

const PROGRAMS: [Program; 14] = [
    program(
        "curl",
        "pass proxy-pass tlspassword proxy-tlspassword oauth2-bearer",
        "",
        "u user U proxy-user E cert proxy-cert",
    ),
    program("pvk2pfx cert2spc pvkimprt", "pi po", "", ""),
    program("openssl", "k pass password passin passout passwd", "", ""),
    program("7z 7za 7zr 7zz rar unrar winrar", "", "p hp", ""),
    program("sshpass mysql mysqldump mysqladmin mariadb", "p", "p", ""),
    program("smbclient rpcclient smbmap", "", "", "U user"),
    program("ldapsearch ldapmodify ldapadd ldapdelete ldapwhoami ldappasswd", "w s", "w", ""),
    program("netdom", "pd po pu passwordd passwordo", "", ""),
    program("psexec psexec64 paexec winrs evil-winrm xfreerdp wfreerdp rdesktop mstsc", "p", "", ""),
    program("plink pscp psftp putty", "pw", "", ""),
    program("zip unzip zipcloak", "P", "P", ""),
    program("redis-cli", "a", "", ""),
    program("makecert signtool certutil certreq importpfx winhttpcertcfg pkgmgr", "p", "", ""),
    program("sqlcmd osql isql bcp dtexec dtutil sqlplus impdp", "P", "P", ""),
];

/// Programs that read a secret from what is piped into them.
const READERS: &str =
    "runas sudo su passwd kinit chpasswd plink cryptsetup smbpasswd login psexec net docker podman helm";
/// Programs that put a value behind its name.
const SETTERS: &str = "setx set-variable sv set-itemproperty set-item new-itemproperty sp si git dotnet npm adsutil.vbs heroku conda";

/// An argument: its place without quotes.
type Argument<'t> = (&'t str, Range<usize>);

/// Adds the places of secrets in commands.
pub(super) fn find(text: &str, found: &mut Vec<Range<usize>>) {
    let mut start = 0;
    for line in text.split_inclusive(['\n', '\r']) {
        let words = arguments(line, start);
        for (number, (word, _)) in words.iter().enumerate() {
            let Some(name) = program_name(word) else { continue };
            if name == "convertto-securestring" {
                let before = |back: usize| number.checked_sub(back).and_then(|at| words.get(at));
                let piped = before(1).is_some_and(|(word, _)| *word == "|");
                found.extend(
                    before(2)
                        .filter(|(word, _)| piped && !word.starts_with('$'))
                        .map(|(_, range)| range.clone()),
                );
                continue;
            }
            let end = words.len().min(number + 1 + MOST_ARGUMENTS);
            let rest = words.get(number + 1..end).unwrap_or_default();
            let stop = rest.iter().position(|(word, _)| matches!(*word, "|" | "||" | "&&" | "&" | ";"));
            let (behind, more) = rest.split_at(stop.unwrap_or(rest.len()));
            of_options(&name, behind, found);
            of_places(&name, behind, found);
            if name == "echo" && stop.is_some() {
                piped(behind, more, found);
            }
        }
        start += line.len();
    }
}

/// The words of a line. Quotes go around one where it begins, or behind a sign in it.
fn arguments(line: &str, start: usize) -> Vec<Argument<'_>> {
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(offset) = line.get(at..).and_then(|rest| rest.find(|c: char| !c.is_whitespace())) {
        let begin = at + offset;
        let rest = line.get(begin..).unwrap_or_default();
        let inner = quoted(rest);
        let (from, length, past) = inner.unwrap_or_else(|| {
            let end = rest.find(|c: char| c.is_whitespace() || c == '|').unwrap_or(rest.len()).max(1);
            (0, end, end)
        });
        let word = rest.get(from..from + length).unwrap_or_default();
        words.push((word, start + begin + from..start + begin + from + length));
        at = begin + past.max(1);
        while !line.is_char_boundary(at) {
            at += 1;
        }
    }
    words
}

/// Where the text of a word in quotes begins, how long it is, and where the word ends.
fn quoted(rest: &str) -> Option<(usize, usize, usize)> {
    let opened = rest.len() - rest.trim_start_matches('(').len();
    let escaped = rest.get(opened..)?.starts_with('\\');
    let lead = opened + usize::from(escaped);
    let quote = rest.get(lead..)?.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let begin = lead + 1;
    let near = rest.as_bytes().iter().skip(begin).take(LONGEST);
    let length = near.into_iter().position(|byte| *byte == quote as u8)?;
    let text = rest.get(begin..begin + length)?;
    let text = if escaped { text.strip_suffix('\\').unwrap_or(text) } else { text };
    Some((begin, text.len(), begin + length + 1))
}

/// The name of a program, without its path and ending.
fn program_name(word: &str) -> Option<String> {
    const LONGEST: usize = 200;
    let name = word.rsplit(['\\', '/', '"', '\'', '(', '`', '>']).next().unwrap_or_default();
    let plain =
        name.len() > 1 && word.len() < LONGEST && name.starts_with(|c: char| c.is_ascii_alphanumeric());
    plain.then(|| {
        let lower = name.trim_end_matches([':', ',']).to_ascii_lowercase();
        lower.strip_suffix(".exe").map_or(lower.clone(), str::to_owned)
    })
}

fn of_options(name: &str, behind: &[Argument<'_>], found: &mut Vec<Range<usize>>) {
    for program in PROGRAMS.iter().filter(|program| is_among(program.names, name)) {
        for (number, (word, range)) in behind.iter().enumerate() {
            let Some(option) = word.strip_prefix("--").or_else(|| word.strip_prefix(['-', '/', '\u{2013}']))
            else {
                continue;
            };
            let start = range.start + word.len() - option.len();
            let (key, value) =
                option.split_once(['=', ':']).map_or((option, None), |(key, value)| (key, Some(value)));
            let value = value
                .map(|value| (value, start + key.len() + 1..range.end))
                .or_else(|| behind.get(number + 1).cloned())
                .filter(|(value, _)| !value.is_empty());
            // `-sSu name:secret`.
            let cluster = !word.starts_with("--") && key.len() < 6 && name == "curl" && key.ends_with('u');
            let attached = program
                .attached
                .split_ascii_whitespace()
                .rev()
                .find_map(|letters| option.strip_prefix(letters));
            if let Some((value, range)) =
                value.filter(|_| has(program.options, key) || has(program.accounts, key) || cluster)
            {
                let is_secret = has(program.options, key);
                found.extend(if is_secret { secret(value, &range) } else { account(value, &range) });
            } else if let Some(value) = attached {
                let begin = range.end - value.len();
                found.extend(Some(begin..range.end).filter(|_| !value.is_empty() && !value.starts_with('-')));
            }
        }
    }
}

/// `pass:x` of openssl; `env:NAME` tells only where it is.
fn secret(value: &str, range: &Range<usize>) -> Option<Range<usize>> {
    let elsewhere =
        ["env:", "file:", "fd:", "stdin", "-", "/", "$", "%", "*"].iter().any(|lead| value.starts_with(lead));
    let length = value.strip_prefix("pass:").map_or(0, |_| "pass:".len());
    (!elsewhere && !is_ordinary(value)).then_some(range.start + length..range.end)
}

/// `name:secret`, `file.pem:secret`, `name%secret`.
fn account(value: &str, range: &Range<usize>) -> Option<Range<usize>> {
    let is_path = |at: usize| value.get(at + 1..).is_some_and(|rest| rest.starts_with(['\\', '/']));
    let at = value.match_indices([':', '%']).map(|(at, _)| at).find(|at| !is_path(*at))?;
    let begin = range.start + at + 1;
    (begin < range.end).then_some(begin..range.end)
}

/// Secrets that only their place tells.
fn of_places(name: &str, behind: &[Argument<'_>], found: &mut Vec<Range<usize>>) {
    let word = |number: usize| behind.get(number).map_or("", |(word, _)| *word);
    let at = |known: &str| behind.iter().position(|(word, _)| word.eq_ignore_ascii_case(known));
    let bare = || behind.iter().filter(|(word, _)| !is_option(word));
    let is_share = |word: &str| word.starts_with("\\\\") || word.starts_with("//");
    let behind_share = || bare().skip_while(|(word, _)| !is_share(word)).nth(1);
    let place = |number: Option<usize>| number.and_then(|number| behind.get(number));
    let value = match name {
        "net" | "net1" if word(0).eq_ignore_ascii_case("use") => behind_share(),
        "net" | "net1" if word(0).eq_ignore_ascii_case("user") => new_account(behind),
        "smbclient" => behind_share(),
        "rasdial" | "rasphone" => bare().nth(2),
        "csvde" | "ldifde" => place(at("-b").map(|at| at + 3)),
        "htpasswd" => bare()
            .next_back()
            .filter(|_| behind.iter().any(|(word, _)| is_option(word) && word.contains('b'))),
        "nssm" | "sc" => place(at("objectname").map(|at| at + 2)),
        "reg" => {
            let named = at("/v").is_some_and(|at| is_telling(word(at + 1)));
            place(at("/d").filter(|_| named).map(|at| at + 1))
        }
        "az" | "gh" | "aws" => {
            let sets = at("secret").is_some_and(|at| word(at + 1) == "set");
            place(
                at("--value").or_else(|| at("--body")).or_else(|| at("-b")).filter(|_| sets).map(|at| at + 1),
            )
        }
        _ if is_among(READERS, name) => place(at("<<<").map(|at| at + 1)),
        _ if is_among(SETTERS, name) => set(behind),
        _ => None,
    };
    found.extend(argument(value));
}

fn is_option(word: &str) -> bool {
    word.starts_with(['-', '/']) && !word.starts_with("//")
}

/// `net user name x`, at the end of a command or with options behind it.
fn new_account<'a, 't>(behind: &'a [Argument<'t>]) -> Option<&'a Argument<'t>> {
    let sure = behind.iter().any(|(word, _)| {
        ["/add", "/domain", "/active"].iter().any(|option| word.to_ascii_lowercase().starts_with(option))
    });
    let mut bare = behind.iter().filter(|(word, _)| !is_option(word)).skip(2);
    let value = bare.next()?;
    let is_last = sure || bare.next().is_none();
    Some(value).filter(|(word, _)| is_last || is_mixed(word))
}

/// `setx CLIENT_SECRET x`, `Set-Item -Path env:ClientSecret -Value x`.
fn set<'a, 't>(behind: &'a [Argument<'t>]) -> Option<&'a Argument<'t>> {
    let named =
        |(word, _): &&Argument<'_>| is_telling(word.rsplit([':', '.', '/', '\\']).next().unwrap_or_default());
    let mut behind = behind.iter().skip_while(|word| !named(word)).skip(1);
    let next = behind.next()?;
    if is_option(next.0) { behind.next() } else { Some(next) }
}

fn argument(found: Option<&Argument<'_>>) -> Option<Range<usize>> {
    let (word, range) = found?;
    // What closes the text that the command is quoted in.
    let word = word.trim_end_matches(['\\', '"', '\'', '}', ']']);
    is_argument(word).then_some(range.start..range.start + word.len())
}

/// No sentence goes on here, and nothing stands for a value that is asked for.
fn is_argument(word: &str) -> bool {
    let placed = word.starts_with(['<', '%', '$', '*', '-', '/', '|', '>', '(']) || word.contains('\\');
    !word.is_empty() && !placed && !is_ordinary(word) && !goes_on(word)
}

/// `echo x | runas …`, `echo name:x | chpasswd`.
fn piped(behind: &[Argument<'_>], more: &[Argument<'_>], found: &mut Vec<Range<usize>>) {
    let reader = more.get(1).and_then(|(word, _)| program_name(word)).unwrap_or_default();
    if is_among(READERS, &reader)
        && let (Some((_, first)), Some((_, last))) = (behind.first(), behind.last())
    {
        found.push(first.start..last.end);
    }
}

fn has(options: &str, key: &str) -> bool {
    options
        .split_ascii_whitespace()
        .any(|option| if option.len() == 1 { option == key } else { option.eq_ignore_ascii_case(key) })
}

fn is_among(words: &str, word: &str) -> bool {
    words.split_ascii_whitespace().any(|known| known == word)
}
