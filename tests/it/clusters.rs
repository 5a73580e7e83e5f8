//! How errors that no rule explains are grouped: the mask of the program, measured against a parse tree as log
//! parsers of the literature build it. `docs/unexplained-errors.md` quotes the figures.

use std::collections::{BTreeMap, BTreeSet};

use spdoctor::scan::cluster::template;

/// Messages as SharePoint writes them, with what differs from one occurrence to the next in braces.
const MESSAGES: [&str; 36] = [
    "Cannot open site '{url}' (Id={guid}) after {number} tries.",
    "The web at {url} could not be renewed.",
    "Failed to provision the list '{name}' at site '{url}'.",
    "Failed to provision the feature '{name}' at site '{url}'.",
    "The gizmo of list '{name}' at '{url}' could not be renewed.",
    "The gizmo of list '{name}' at '{url}' could not be removed.",
    "Object {guid} was not found in table [{name}].",
    "Object {guid} was not found in cache.",
    "Action {version} of Microsoft.Office.Server.Gizmo took {number} ms.",
    "Could not load file or assembly '{name}, Version={version}, Culture=neutral' or one of its dependencies.",
    "Could not find a part of the path '{path}'.",
    "Access to the path '{path}' is denied.",
    "Access to the registry key '{name}' is denied.",
    "Access is denied.",
    "Value cannot be null. Parameter name: {word}",
    "Timer job {guid} on server {server} did not end within {number} minutes.",
    "Service instance {guid} on server {server} is in state {word}.",
    "The service {word} on server {server} cannot be started: error {hex}.",
    "The service {word} on server {server} cannot be stopped: error {hex}.",
    "Upgrade sequence {word} has no action for schema version {version}.",
    "Column {number} of row {number} in list {guid} is too long.",
    "Item {number} of list {guid} in web {url} cannot be read.",
    "Solution package [{name}] is not signed.",
    "User {account} cannot be found.",
    "User {account} has no permission on {url}.",
    "Exception from HRESULT: {hex}",
    "Unexpected error {hex} in {path} at line {number}.",
    "Content type id {hex} of web {url} has no parent.",
    "Web application {url} has {number} zones, expected {number}.",
    "Index {number} of partition {number} on {server}:{number} is corrupt.",
    "Crawl of {url} ended with {number} errors and {number} warnings.",
    "Certificate {hex} of {server} expires on {date}.",
    "Job lock of {word} is held by {server} since {date} {time}.",
    "The trial period for this product has expired",
    "Object reference not set to an instance of an object.",
    "Database [{name}] has {number} rows without parent in table {word}.",
];

/// Numbers that look random and are the same each time.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn of<'t>(&mut self, all: &[&'t str]) -> &'t str {
        let index = usize::try_from(self.next()).expect("small") % all.len();
        all.get(index).expect("an index of it")
    }
}

fn value(kind: &str, numbers: &mut Numbers) -> String {
    const WORDS: [&str; 6] = ["Orders", "Travel", "Minutes", "Invoices", "Plans", "Drafts"];
    let n = numbers.next();
    match kind {
        "number" => (n % 5000).to_string(),
        "hex" => format!("0x{:08X}", 0x8000_0000 | n),
        "version" => format!("{}.0.{}.{}", 14 + n % 3, n % 9000, n % 7),
        "guid" => format!("{:08x}-4a0e-4f35-9b1c-{:012x}", n & 0xFFFF_FFFF, numbers.next()),
        "url" => {
            format!(
                "http://{}.contoso.example/sites/{}{}",
                numbers.of(&["portal", "my"]),
                numbers.of(&WORDS),
                n % 90
            )
        }
        "path" => format!("C:\\Data\\{}\\file{}.config", numbers.of(&WORDS), n % 90),
        "name" => [numbers.of(&WORDS).to_owned(), format!("{} of {}", numbers.of(&WORDS), n % 30)]
            [usize::from(n.is_multiple_of(2))]
        .clone(),
        "word" => format!("{}{}", numbers.of(&WORDS), numbers.of(&["Service", "Sequence", "Table"])),
        "server" => format!("SPS{:02}", n % 12),
        "account" => format!("CONTOSO\\{}{}", numbers.of(&["sp.farm", "sp.apps", "adele"]), n % 20),
        "date" => format!("{}/{}/2026", 1 + n % 12, 1 + n % 28),
        _ => format!("{:02}:{:02}:{:02}", n % 24, n % 60, n % 59),
    }
}

/// Occurrences of all messages, mixed, each with the number of its message.
fn corpus(seed: u64) -> Vec<(usize, String)> {
    let mut numbers = Numbers(seed);
    let mut corpus = Vec::new();
    for _ in 0..40 {
        for (index, message) in MESSAGES.iter().enumerate() {
            let mut text = String::new();
            let mut rest = *message;
            while let Some((before, after)) = rest.split_once('{') {
                let (kind, behind) = after.split_once('}').expect("a closing brace");
                text.push_str(before);
                text.push_str(&value(kind, &mut numbers));
                rest = behind;
            }
            corpus.push((numbers.next(), index, text + rest));
        }
    }
    corpus.sort();
    corpus.into_iter().map(|(_, index, text)| (index, text)).collect()
}

/// A tree by length and first words, and in its leaves templates that are alike enough (Drain, with its usual
/// depth of two words and threshold of one half). Words with a digit are values from the start.
#[derive(Default)]
struct Tree(BTreeMap<(usize, Vec<String>), Vec<Vec<String>>>);

impl Tree {
    /// The group of a message: its leaf and the place of its template there.
    fn add(&mut self, text: &str) -> (usize, Vec<String>, usize) {
        let wild =
            |word: &str| if word.contains(|c: char| c.is_ascii_digit()) { "*" } else { word }.to_owned();
        let words: Vec<String> = text.split_whitespace().map(wild).collect();
        let key = (words.len(), words.iter().take(2).cloned().collect::<Vec<_>>());
        let leaf = self.0.entry(key.clone()).or_default();
        let alike =
            |known: &Vec<String>| known.iter().zip(&words).filter(|(a, b)| a == b).count() * 2 >= words.len();
        let place = leaf.iter().position(alike).unwrap_or_else(|| {
            leaf.push(words.clone());
            leaf.len() - 1
        });
        let known = leaf.get_mut(place).expect("it is there");
        for (mine, word) in known.iter_mut().zip(&words) {
            if mine != word {
                "*".clone_into(mine);
            }
        }
        (key.0, key.1, place)
    }
}

/// How well messages are grouped.
struct Quality {
    /// Groups made.
    groups: usize,
    /// Messages, in per mille, in a group that holds all of their kind and nothing else.
    right: usize,
    /// Messages, in per mille, in a group with those of another kind: problems that hide one another.
    mixed: usize,
}

fn quality<G: Ord>(grouped: &[(usize, G)]) -> Quality {
    let mut kinds_of: BTreeMap<&G, BTreeSet<usize>> = BTreeMap::new();
    let mut groups_of: BTreeMap<usize, BTreeSet<&G>> = BTreeMap::new();
    for (kind, group) in grouped {
        kinds_of.entry(group).or_default().insert(*kind);
        groups_of.entry(*kind).or_default().insert(group);
    }
    let pure = |group: &G| kinds_of.get(group).is_some_and(|kinds| kinds.len() == 1);
    let whole = |kind: &usize| groups_of.get(kind).is_some_and(|groups| groups.len() == 1);
    let per_mille = |count: usize| count * 1000 / grouped.len().max(1);
    Quality {
        groups: kinds_of.len(),
        right: per_mille(grouped.iter().filter(|(kind, group)| pure(group) && whole(kind)).count()),
        mixed: per_mille(grouped.iter().filter(|(_, group)| !pure(group)).count()),
    }
}

#[test]
fn the_mask_groups_better_than_a_tree_and_mixes_nothing() {
    let corpus = corpus(7);
    let masked: Vec<(usize, String)> = corpus.iter().map(|(kind, text)| (*kind, template(text))).collect();
    let mut tree = Tree::default();
    let grown: Vec<_> = corpus.iter().map(|(kind, text)| (*kind, tree.add(text))).collect();
    let (mask, tree) = (quality(&masked), quality(&grown));
    let line = |name: &str, found: &Quality| {
        format!(
            "{name}: {} groups, {} per mille right, {} per mille mixed",
            found.groups, found.right, found.mixed
        )
    };
    let figures = format!(
        "{} messages of {} kinds\n{}\n{}",
        corpus.len(),
        MESSAGES.len(),
        line("mask", &mask),
        line("tree", &tree)
    );
    assert!(mask.mixed == 0 && mask.right > tree.right, "{figures}");
    insta::assert_snapshot!("clusters", figures);
}
