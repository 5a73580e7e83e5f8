//! What is at work: a slot each for the content database, the site collection, the component, and for the calls
//! of psconfig.

use super::path::{Code, Names};

/// The content database at work.
pub const DATABASE: u8 = 0;
/// The site collection at work.
pub const SITE: u8 = 1;
/// The component of an upgrade log that wrote last.
pub const COMPONENT: u8 = 2;
/// The psconfig task at work.
pub const TASK: u8 = 3;
/// The psconfig function at call depth 0; the next slots are the deeper ones.
pub const FUNCTION: u8 = 4;
/// Slots in all.
pub const SLOTS: usize = 40;

/// Slots that may be said: content database, site, component.
const SAID: usize = 3;

/// What each slot holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct AtWork {
    slots: Vec<Code>,
    /// What the first slots hold since they were said last: nearly every record says another site or component,
    /// and few are asked for.
    said: [Said; SAID],
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Said {
    holds: bool,
    text: Vec<u8>,
}

impl Said {
    fn code(&self, names: &mut Names) -> Option<Code> {
        self.holds.then(|| names.code_of_line(&self.text))
    }
}

impl AtWork {
    /// Nothing, or what was at work before the stretch.
    pub(super) fn new(continues: bool) -> Self {
        let slots = (0..u8::try_from(SLOTS).unwrap_or(u8::MAX))
            .map(|slot| if continues { Code::slot(slot) } else { Code::NOTHING })
            .collect();
        Self { slots, said: Default::default() }
    }

    /// Says what one of the first slots holds from here on.
    pub(super) fn say(&mut self, slot: u8, text: &[u8]) {
        if let Some(said) = self.said.get_mut(usize::from(slot)) {
            said.holds = true;
            said.text.clear();
            said.text.extend_from_slice(text);
        }
    }

    /// Sets what a slot holds from here on.
    pub(super) fn set(&mut self, slot: u8, code: Code) {
        if let Some(said) = self.said.get_mut(usize::from(slot)) {
            said.holds = false;
        }
        if let Some(held) = self.slots.get_mut(usize::from(slot)) {
            *held = code;
        }
    }

    /// The calls below this one are over.
    pub(super) fn end_calls_below(&mut self, slot: u8) {
        self.slots.iter_mut().skip(usize::from(slot) + 1).for_each(|deeper| *deeper = Code::NOTHING);
    }

    /// What a slot holds. Only here does what was said last become a name.
    pub(super) fn slot(&self, slot: u8, names: &mut Names) -> Code {
        let said = self.said.get(usize::from(slot)).and_then(|said| said.code(names));
        said.unwrap_or_else(|| self.held(slot))
    }

    /// What a slot holds, unless something was said since.
    pub(super) fn held(&self, slot: u8) -> Code {
        self.slots.get(usize::from(slot)).copied().unwrap_or_default()
    }

    /// Puts what was said into its slots.
    pub(super) fn settle(&mut self, names: &mut Names) {
        for (said, slot) in self.said.iter_mut().zip(&mut self.slots) {
            if let Some(code) = said.code(names) {
                *slot = code;
            }
            *said = Said::default();
        }
    }

    /// The same, with what every slot holds replaced.
    pub(super) fn map(mut self, replace: impl Fn(Code) -> Code) -> Self {
        self.slots.iter_mut().for_each(|code| *code = replace(*code));
        self
    }

    /// What the slots hold, in order.
    pub(super) fn codes(&self) -> &[Code] {
        &self.slots
    }

    /// Nothing will be at work any more.
    pub(super) fn pack(&mut self) {
        let held = self.slots.iter().rposition(|part| *part != Code::NOTHING).map_or(0, |last| last + 1);
        self.slots.truncate(held);
        self.slots.shrink_to_fit();
    }
}
