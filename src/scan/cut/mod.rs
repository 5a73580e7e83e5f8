//! Bytes become pieces: a segment of a source, its windows, its lines.

mod cutter;
pub mod line;
mod line_ends;
mod owned_piece;
pub mod segment;
