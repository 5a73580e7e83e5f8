//! Words that go on behind "the password is" in messages of programs: what follows them is no password.

/// Words after which a sentence says something about a secret, not which it is.
const ORDINARY: &str = "\
    absent bad blank blocked compromised corrupt corrupted damaged deleted denied different disabled \
    duplicate duplicated empty exceeded expired expiring failing gone ignored illegal inaccurate \
    incomplete incorrect inconsistent invalid leaked locked longer lost malformed mandatory mismatched \
    missing mistyped null old outdated refused rejected removed required restricted revoked short \
    shorter stale stolen too truncated unacceptable unavailable undefined unencrypted unexpected unknown \
    unsupported unprotected untrusted unusable weak wrong accepted acceptable active allowed available \
    complex correct encrypted enabled fine given good hashed known long new ok okay optional present \
    protected ready right safe same secure strong supported trusted unchanged up valid about added \
    assigned cached changed checked configured copied created defined delivered due encoded entered \
    expected found generated hidden issued kept logged masked needed passed prompted provided read \
    received registered renewed replaced reset rotated sent shown shared signed specified stored \
    supplied typed updated used validated verified written a an any as at because by case from for in \
    more no none of on one only or that the under what where with within without your managed going \
    intended rolled last scheduled base64 neither visible acquired \
    obtained retrieved resolved loaded parsed decrypted deserialized refreshed run";

/// The same in German, French and Spanish.
const ORDINARY_ELSEWHERE: &str = "\
    abgelaufen falsch fehlt gesperrt gültig inkorrekt korrekt leer notwendig richtig unbekannt ungültig \
    unzulässig erforderlich verkehrt zu correcte erroné expirée expiré faux incorrecte invalide manquant \
    nul obligatoire requis trop vide caducada caducado incorrecta incorrecto inválida inválido necesaria \
    obligatoria requerida vacía vacío demasiado";

/// Words that say nothing by themselves: what comes behind them decides.
const TRANSPARENT: &str = "\
    actually again also already always be been being currently just likely nicht never not now pas \
    probably really simply still to very either yet";

/// What changed a secret: with `to` behind it, the new one follows.
const CHANGED: &str = "\
    set reset changed updated equal identical renewed replaced switched rotated defined encoded";

/// Words between the name of a secret and what it is.
const VERBS: &str = "\
    is was are were be equals reads ist war lautet est es son";

/// Most characters of words that are looked at.
const LONGEST: usize = 80;

/// A word like `is`.
pub(super) fn is_verb(word: &str) -> bool {
    is_among(VERBS, word)
}

/// `changed` in `changed to`.
pub(super) fn is_change(word: &str) -> bool {
    is_among(CHANGED, word)
}

/// A word that says nothing by itself.
pub(super) fn is_transparent(word: &str) -> bool {
    is_among(TRANSPARENT, word)
}

/// A text begins as messages go on behind `the password is`: with a known word, or several with a hyphen or a slash
/// between them.
pub(super) fn is_ordinary(text: &str) -> bool {
    let near = near(text);
    let word = near.split_whitespace().next().unwrap_or_default();
    if word.len() == near.len() && near.len() < text.len() {
        return false;
    }
    if is_measure(near) {
        return true;
    }
    let ends = |c: char| c.is_ascii_punctuation() || matches!(c, '\u{2018}'..='\u{201f}' | '\u{2026}');
    let word = word.trim_end_matches(ends).to_lowercase();
    let lists = [ORDINARY, ORDINARY_ELSEWHERE, TRANSPARENT, CHANGED];
    word.split(['/', '-']).all(|part| part.is_empty() || lists.iter().any(|words| is_among(words, part)))
}

/// A sentence goes on behind the name of an option: `-Passphrase was not given`.
pub(super) fn is_behind_option(text: &str) -> bool {
    const GOES_ON: &str = "is was are were cannot could must has to does did";
    let mut words = near(text).split_whitespace();
    words.next().is_some_and(|word| is_among(GOES_ON, word))
        && words.next().is_some_and(|word| word.starts_with(char::is_lowercase))
}

/// As much of a text as its first words take. Longer ones are in no list.
fn near(text: &str) -> &str {
    let end = text.char_indices().nth(LONGEST).map_or(text.len(), |(at, _)| at);
    text.get(..end).unwrap_or_default()
}

/// `44 characters`.
fn is_measure(text: &str) -> bool {
    const MEASURES: &str = "characters bytes letters digits bits days hours minutes zeichen";
    let mut words = text.split_whitespace();
    words.next().is_some_and(|number| number.len() < 5 && number.bytes().all(|byte| byte.is_ascii_digit()))
        && words.next().is_some_and(|word| is_among(MEASURES, word.trim_end_matches(['.', ','])))
}

fn is_among(words: &str, word: &str) -> bool {
    words.split_ascii_whitespace().any(|known| known.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::is_ordinary;

    #[test]
    fn sentences_go_on_and_secrets_do_not() {
        for text in
            ["wrong", "not valid.", "required, and", "invalid/expired", "too short", "ungültig", "set"]
        {
            assert!(is_ordinary(text), "{text}");
        }
        for text in ["hunter2", "wrong-hunter2", "wrong2", "Ordinary"] {
            assert!(!is_ordinary(text), "{text}");
        }
    }
}
