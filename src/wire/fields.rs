//! The fields of a report, told one after another to whoever writes them.

use serde::Serialize;
use serde::ser::SerializeMap;

use super::each::Each;

/// Takes the fields of an object.
pub trait Fields {
    /// What may go wrong.
    type Error;

    /// Takes a field.
    ///
    /// # Errors
    /// Those of the writer.
    fn field<V: Serialize + ?Sized>(&mut self, name: &'static str, value: &V) -> Result<(), Self::Error>;

    /// Takes a field that is a list of at most so many items. Each is made when it is written, by its place; several
    /// may be made side by side, but for those that are large: their text is not to be held in memory.
    ///
    /// # Errors
    /// Those of the writer.
    fn list<V: Serialize>(
        &mut self,
        name: &'static str,
        items: usize,
        is_large: impl Fn(usize) -> bool,
        item: impl Fn(usize) -> Option<V> + Sync,
    ) -> Result<(), Self::Error>;
}

impl<M: SerializeMap> Fields for M {
    type Error = M::Error;

    fn field<V: Serialize + ?Sized>(&mut self, name: &'static str, value: &V) -> Result<(), Self::Error> {
        self.serialize_entry(name, value)
    }

    fn list<V: Serialize>(
        &mut self,
        name: &'static str,
        items: usize,
        _is_large: impl Fn(usize) -> bool,
        item: impl Fn(usize) -> Option<V> + Sync,
    ) -> Result<(), Self::Error> {
        self.serialize_entry(name, &Each((0..items).filter_map(&item)))
    }
}
