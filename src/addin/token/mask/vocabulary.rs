//! Words of sentences about secrets, in several languages, and in which senses they are used.

use std::collections::HashMap;
use std::sync::LazyLock;

/// What is said of a secret, not which it is.
pub(super) const ORDINARY: u16 = 1;
/// Says nothing by itself.
pub(super) const TRANSPARENT: u16 = 2;
/// Changes a secret.
pub(super) const CHANGED: u16 = 4;
/// Stands between the name of a secret and what it is.
pub(super) const VERBS: u16 = 8;
/// The same, and in other senses.
pub(super) const LOOSE_VERBS: u16 = 16;
/// Stands between a name and a sign.
pub(super) const USED: u16 = 32;
/// Stands between a value and its name.
pub(super) const FILLERS: u16 = 64;
/// Goes on with a sentence.
pub(super) const GOES_ON: u16 = 128;

/// Stands between a change and its end.
pub(super) const LEADS: u16 = 256;

/// Longest word of the lists, in bytes.
const LONGEST: usize = 40;

static SENSES: LazyLock<HashMap<&'static str, u16>> = LazyLock::new(|| {
    let lists = [
        (ORDINARY, ORDINARY_WORDS),
        (ORDINARY, ORDINARY_ELSEWHERE_WORDS),
        (TRANSPARENT, TRANSPARENT_WORDS),
        (CHANGED, CHANGED_WORDS),
        (VERBS, VERBS_WORDS),
        (LOOSE_VERBS, LOOSE_VERBS_WORDS),
        (USED, USED_WORDS),
        (FILLERS, FILLERS_WORDS),
        (GOES_ON, GOES_ON_WORDS),
        (LEADS, "to from auf von na на naar till til à vers into"),
    ];
    let mut senses = HashMap::new();
    for (sense, words) in lists {
        for word in words.split_ascii_whitespace() {
            *senses.entry(word).or_default() |= sense;
        }
    }
    senses
});

/// A word is used in one of the senses.
pub(super) fn has(word: &str, senses: u16) -> bool {
    if word.len() > LONGEST {
        return false;
    }
    let known = SENSES.get(word).or_else(|| SENSES.get(word.to_lowercase().as_str()));
    known.is_some_and(|known| known & senses != 0)
}

/// Words after which a sentence says something about a secret, not which it is.
const ORDINARY_WORDS: &str = "\
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
    obtained retrieved resolved loaded parsed decrypted deserialized refreshed run listed set unset managed described mentioned redacted omitted filtered secret protected expire expires synchronised synchronized";

/// The same in German, French and Spanish.
const ORDINARY_ELSEWHERE_WORDS: &str = "\
    abgelaufen falsch fehlt gesperrt gültig inkorrekt korrekt leer notwendig richtig unbekannt ungültig \
    unzulässig erforderlich verkehrt zu correcte erroné expirée expiré faux incorrecte invalide manquant \
    nul obligatoire requis trop vide caducada caducado incorrecta incorrecto inválida inválido necesaria \
    obligatoria requerida vacía vacío demasiado onjuist ongeldig verlopen felaktigt felaktig ogiltigt utgånget \
    forkert ugyldig udløbet väärä virheellinen vanhentunut nieprawidłowe błędne wygasło nesprávné neplatné vypršelo hibás \
    érvénytelen lejárt incorreta incorreto inválida expirada expirou errata scaduta scaduto geçersiz yanlış неверный \
    недействителен истёк истек geändert zurückgesetzt gesetzt anders";

/// Words that say nothing by themselves: what comes behind them decides.
const TRANSPARENT_WORDS: &str = "\
    actually again also already always be been being currently just likely nicht never not now pas \
    probably really simply still to very either yet";

/// What changed a secret: with `to` behind it, the new one follows.
const CHANGED_WORDS: &str = "\
    set reset changed updated equal identical renewed replaced switched rotated defined encoded \
    geändert gesetzt zurückgesetzt changé modifié cambiada cambiado zmienione změněno изменён изменен gewijzigd ändrats \
    ændret endret vaihdettu";

/// Words between the name of a secret and what it is.
const VERBS_WORDS: &str = "\
    is was are were be equals reads ist war lautet est es son";

/// The same in more words, and of calls. Much else is said with them: only what looks like a password, or stands in
/// quotes, follows them.
const LOOSE_VERBS_WORDS: &str = "\
    gab returned returns gave gives yields yielded contains contained holds held had has got becomes became remains stays \
    starts begins sind waren wird wurde wurden werden lauten lautete hieß heißt heisst bleibt enthält ergab lieferte \
    était etait sera devient sont contient era fue será sera eran é foi è sono jest brzmi było zostało je jsou bylo \
    zní on oli är var er blev luidt wordt werd zijn este είναι это был была есть был olan bir adalah là eq -eq -ceq -ieq \
    -ne != like -like matches \
    été stata změněno změněn zmieniono cambió cambiada cambiata изменён изменен";

/// A word like `used` in `password used: x`.
const USED_WORDS: &str = "\
    used entered given supplied tried typed provided sent submitted received chosen specified passed verwendet \
    verwendetes eingegeben eingegebenes benutzt utilisé saisi usada utilizada usado utilizado attempted now currently \
    below above here as follows such";

/// Words between a value and the name that is said of it.
const FILLERS_WORDS: &str = "\
    a an the my your our their its his her this that not no longer valid invalid wrong right correct incorrect current \
    old new same actual real bad weak good proper first second for as is was are of our app add-in farm sql account \
    service client pfx certificate user administrator admin to parameter argument property field setting named called \
    geheimer geheime geheimes gültiger ungültiger ein eine einen kein keine gültiges gültige gültigen ungültiges ungültige falsches falsche falschen richtiges \
    richtige das die der den dem als für mein meine ihr ihre neue neues alte altes nicht le la les un une pas comme pour \
    de du mauvais bon ancien nouveau el los una como para su mi nueva correcta incorrecta válida inválida o não uma \
    que il lo per come non è ist war est es era";

/// Words with which a sentence goes on.
const GOES_ON_WORDS: &str = "\
    is was are were be been has have had does do did can could cannot will would may might must should shall and or \
    but so then than into through over before after if which that who how again password command commands option \
    options failed fails instead first here there";
