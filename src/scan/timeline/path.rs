//! Paths of charges: the content database at work, the component, the site collection. Every tick of a clock is
//! charged to one, and thousands of ticks to the same few: so a part is a number, and each name is kept once.

use std::hash::{Hash, Hasher};

use foldhash::fast::RandomState;
use indexmap::{Equivalent, IndexSet};

use crate::text::charset::text_of_line;
use crate::text::secrets::hidden_in_name;

/// A part of a path, as it is read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Part<'n> {
    /// Known.
    Text(&'n str),
    /// Known to be nothing.
    Nothing,
    /// What this slot held before the stretch.
    Slot(u8),
    /// The content database that is named next: its upgrade begins before a record names it.
    Next,
}

/// A part, as a number. Those from `NAMES` on stand for names, which the leg has in its table.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Code(u32);

impl Code {
    pub(super) const NOTHING: Self = Self(0);
    pub(super) const NEXT: Self = Self(1);
    const SLOTS: u32 = 2;
    const NAMES: u32 = Self::SLOTS + 256;

    /// The place of the name that it stands for among all names of the leg, counted from one; zero if it has none.
    pub fn place(self) -> usize {
        self.as_name().map_or(0, |name| name + 1)
    }

    pub(super) fn slot(slot: u8) -> Self {
        Self(Self::SLOTS + u32::from(slot))
    }

    /// The slot, if it stands for what one held before the stretch.
    pub(super) fn as_slot(self) -> Option<u8> {
        self.0.checked_sub(Self::SLOTS).and_then(|slot| u8::try_from(slot).ok())
    }

    fn name(index: usize) -> Self {
        Self(u32::try_from(index).unwrap_or(u32::MAX).saturating_add(Self::NAMES))
    }

    fn as_name(self) -> Option<usize> {
        self.0.checked_sub(Self::NAMES).and_then(|name| usize::try_from(name).ok())
    }
}

/// The names of a leg.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    known: IndexSet<Box<str>, RandomState>,
    /// Instead of that, once no name is to be added: one after another, and where each ends. There may be thousands
    /// of legs.
    packed: (Box<str>, Box<[u32]>),
}

impl Names {
    /// The number of a part.
    pub(super) fn code(&mut self, part: Part<'_>) -> Code {
        match part {
            Part::Nothing => Code::NOTHING,
            Part::Next => Code::NEXT,
            Part::Slot(slot) => Code::slot(slot),
            Part::Text(name) => {
                let names = self.open();
                Code::name(names.get_index_of(name).unwrap_or_else(|| {
                    // Here, and not where a line says it: a name that is known costs nothing.
                    names.insert_full(hidden_in_name(name).into()).0
                }))
            }
        }
    }

    /// The number of the part that these bytes of a line say.
    pub(super) fn code_of_line(&mut self, bytes: &[u8]) -> Code {
        match self.open().get_index_of(&AsText(bytes)) {
            Some(index) => Code::name(index),
            None => self.code(Part::Text(&text_of_line(bytes))),
        }
    }

    /// What a number stands for.
    pub(super) fn part(&self, code: Code) -> Part<'_> {
        match (code.as_name(), code.as_slot()) {
            (Some(name), _) => self.get(name).map_or(Part::Nothing, Part::Text),
            (None, Some(slot)) => Part::Slot(slot),
            (None, None) if code == Code::NEXT => Part::Next,
            (None, None) => Part::Nothing,
        }
    }

    /// Takes in the names of another leg. What comes back turns a number of that leg into one of this.
    pub(super) fn take_in(&mut self, other: Self) -> impl Fn(Code) -> Code + use<> {
        let as_before = self.get(0).is_none();
        let mut codes = Vec::new();
        if as_before {
            *self = other;
        } else if other.packed.1.is_empty() {
            let names = self.open();
            codes.extend(other.known.into_iter().map(|name| Code::name(names.insert_full(name).0)));
        } else {
            codes.extend((0..).map_while(|index| other.get(index)).map(|name| self.code(Part::Text(name))));
        }
        move |code| match code.as_name() {
            Some(name) if !as_before => codes.get(name).copied().unwrap_or_default(),
            _ => code,
        }
    }

    /// No name is to be added: gives up the index of them.
    pub(super) fn pack(&mut self) {
        if !self.packed.1.is_empty() {
            return;
        }
        let bytes = self.known.iter().map(|name| name.len()).sum();
        let (mut all, mut ends) = (String::with_capacity(bytes), Vec::with_capacity(self.known.len()));
        for name in &self.known {
            all.push_str(name);
            ends.push(u32::try_from(all.len()).unwrap_or(u32::MAX));
        }
        *self = Self { known: IndexSet::default(), packed: (all.into(), ends.into()) };
    }

    fn get(&self, index: usize) -> Option<&str> {
        let (all, ends) = &self.packed;
        if ends.is_empty() {
            return self.known.get_index(index).map(|name| &**name);
        }
        let start = index.checked_sub(1).map_or(Some(0), |before| ends.get(before).copied())?;
        all.get(start as usize..*ends.get(index)? as usize)
    }

    /// The names, to be added to.
    fn open(&mut self) -> &mut IndexSet<Box<str>, RandomState> {
        if !self.packed.1.is_empty() {
            self.known = (0..).map_while(|index| self.get(index)).map(Box::from).collect();
            self.packed = Default::default();
        }
        &mut self.known
    }
}

/// Bytes of a line where they are looked up as the text they are, without being checked for UTF-8 first: a name that
/// is known is UTF-8.
struct AsText<'b>(&'b [u8]);

impl Hash for AsText<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // As a `str` does.
        state.write(self.0);
        state.write_u8(0xff);
    }
}

impl Equivalent<Box<str>> for AsText<'_> {
    fn equivalent(&self, name: &Box<str>) -> bool {
        self.0 == name.as_bytes()
    }
}

/// The most parts that a path has.
const LONGEST: usize = 4;

/// Parts from the outermost on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub(super) struct Path {
    parts: [Code; LONGEST],
    length: u8,
}

impl Hash for Path {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // Every gap asks for one: two numbers are hashed instead of six.
        let [a, b, c, d] = self.parts.map(|Code(code)| u64::from(code));
        state.write_u64(a << 32 | b);
        state.write_u64(c << 32 | d);
    }
}

impl Path {
    /// These parts, of which there are four at most.
    pub(super) fn new(parts: &[Code]) -> Self {
        let mut path = Self::default();
        for part in parts {
            path.push(*part);
        }
        path
    }

    pub(super) fn push(&mut self, part: Code) {
        if let Some(place) = self.parts.get_mut(usize::from(self.length)) {
            *place = part;
            self.length += 1;
        }
    }

    pub(super) fn parts(&self) -> &[Code] {
        self.parts.get(..usize::from(self.length)).unwrap_or_default()
    }

    pub(super) fn first(&self) -> Option<Code> {
        self.parts().first().copied()
    }

    /// The same path with another first part.
    pub(super) fn under(mut self, part: Code) -> Self {
        if let Some(first) = self.parts.first_mut().filter(|_| self.length > 0) {
            *first = part;
        }
        self
    }

    /// The same path with every part replaced.
    pub(super) fn map(self, replace: impl Fn(Code) -> Code) -> Self {
        let mut path = Self::default();
        for part in self.parts() {
            path.push(replace(*part));
        }
        path
    }
}

#[cfg(test)]
mod tests {
    use super::{Code, Names, Part, Path, text_of_line};

    #[test]
    fn a_number_stands_for_its_part() {
        let mut names = Names::default();
        for part in
            [Part::Text("a"), Part::Nothing, Part::Slot(0), Part::Slot(39), Part::Next, Part::Text("b")]
        {
            let code = names.code(part);
            assert_eq!(names.part(code), part);
            assert_eq!(names.code(part), code);
            names.pack();
            assert_eq!(names.part(code), part);
        }
    }

    #[test]
    fn bytes_of_a_line_have_the_number_of_their_text() {
        let mut names = Names::default();
        for bytes in [&b"WSS_Content"[..], "Größe".as_bytes(), b"Gr\xf6\xdfe", b""] {
            let code = names.code_of_line(bytes);
            assert_eq!(names.code(Part::Text(&text_of_line(bytes))), code);
            assert_eq!(names.code_of_line(bytes), code);
        }
    }

    #[test]
    fn names_of_another_leg_get_the_numbers_of_this_one() {
        let (mut left, mut right) = (Names::default(), Names::default());
        let (a, _) = (left.code(Part::Text("a")), left.code(Part::Text("b")));
        let (b, c, a_there) =
            (right.code(Part::Text("b")), right.code(Part::Text("c")), right.code(Part::Text("a")));
        let translate = left.take_in(right);
        assert_eq!(translate(a_there), a);
        assert_eq!(left.part(translate(b)), Part::Text("b"));
        assert_eq!(left.part(translate(c)), Part::Text("c"));
        assert_eq!(translate(Code::slot(3)), Code::slot(3));
        let path = Path::new(&[Code::NEXT, b]).map(translate).under(a);
        assert_eq!(path.parts(), [a, left.code(Part::Text("b"))]);
    }
}
