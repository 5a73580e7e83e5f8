//! Any bytes as an export, under any name the readers go by: reading never fails, and says the same twice; what
//! is given twice counts once, and the order of exports does not matter.
#![no_main]

use libfuzzer_sys::fuzz_target;
use spdoctor::inventory::{self, Inventory};

const NAMES: [&str; 8] = [
    "sites.csv",
    "databases.csv",
    "services.json",
    "enumallwebs.xml",
    "localupgradestatus.xml",
    "status.html",
    "Test-SPContentDatabase.txt",
    "health.txt",
];

fuzz_target!(|data: &[u8]| {
    let [name, bytes @ ..] = data else { return };
    let name = NAMES[usize::from(*name) % NAMES.len()];
    let facts = inventory::read(name, None, bytes);
    assert_eq!(facts, inventory::read(name, None, bytes));
    let once = Inventory::merge(vec![facts.clone()]);
    assert_eq!(Inventory::merge(vec![facts.clone(), facts.clone()]), once);
    let other = inventory::read("other.txt", None, bytes);
    assert_eq!(Inventory::merge(vec![facts.clone(), other.clone()]), Inventory::merge(vec![other, facts]));
});
