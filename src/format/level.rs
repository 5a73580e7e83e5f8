//! The words for levels in every log.

use crate::model::kind::Level;

/// Words of all logs in one table: no two logs use one word for different levels.
///
/// Upgrade logs write DEBUG, INFO, WARNING, ERROR; PSCDiagnostics INF, WRN, ERR; ULS the rest. ULS logs
/// upgrade failures at Medium and High, which is why a rule, not a level, decides how bad something is.
const WORDS: [(&str, Level); 24] = [
    ("DEBUG", Level::Debug),
    ("INFO", Level::Info),
    ("WARNING", Level::Warning),
    ("ERROR", Level::Error),
    ("INF", Level::Info),
    ("WRN", Level::Warning),
    ("ERR", Level::Error),
    ("Verbose", Level::Debug),
    ("VerboseEx", Level::Debug),
    ("Medium", Level::Info),
    ("High", Level::Info),
    ("Monitorable", Level::Info),
    ("Information", Level::Info),
    ("Unexpected", Level::Error),
    ("Critical", Level::Error),
    ("Exception", Level::Error),
    ("Assert", Level::Error),
    ("None", Level::Info),
    ("Unassigned", Level::Info),
    // Localised words that documents show; no real log with them is known.
    ("ERREUR", Level::Error),
    ("AVERTISSEMENT", Level::Warning),
    ("FEHLER", Level::Error),
    ("WARNUNG", Level::Warning),
    ("AVISO", Level::Warning),
];

/// The level a word stands for, in any case of letters; `None` for a word no log uses.
pub fn known(word: &[u8]) -> Option<Level> {
    // The four words of upgrade logs make up nearly all records: settle them by their bytes.
    match word {
        b"DEBUG" | b"Verbose" => return Some(Level::Debug),
        b"INFO" | b"INF" | b"Medium" | b"High" => return Some(Level::Info),
        b"WARNING" => return Some(Level::Warning),
        b"ERROR" => return Some(Level::Error),
        _ => {}
    }
    WORDS.iter().find(|(name, _)| name.as_bytes().eq_ignore_ascii_case(word)).map(|&(_, level)| level)
}

/// The level a word stands for; unknown words count as information and are never dropped.
pub fn of(word: &[u8]) -> Level {
    known(word).unwrap_or(Level::Info)
}
