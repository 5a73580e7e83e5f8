//! A line of a log, and how much of it is looked at.

/// Bytes of a line that are looked at. What SharePoint writes is far shorter; a longer line is cut from its
/// start, so that the cut does not depend on where a window of bytes ends.
pub const LINE_BOUND: usize = 64 * 1024;

/// A line, and where it stands.
#[derive(Clone, Copy)]
pub(in crate::scan) struct Line<'w> {
    pub(in crate::scan) region: &'w [u8],
    /// All of it, up to its end.
    pub(in crate::scan) whole: &'w [u8],
    /// As much as is looked at.
    pub(in crate::scan) read: &'w [u8],
    /// Where it begins in the source.
    pub(in crate::scan) at: u64,
}

/// Where a slice of a window starts in it.
pub(in crate::scan) fn position_in(window: &[u8], slice: &[u8]) -> usize {
    (slice.as_ptr() as usize).saturating_sub(window.as_ptr() as usize)
}

/// A line cut at the bound, without the carriage returns it then ends with. Doing so twice changes nothing: a
/// line may pass through here on its way out of a window, and once more when it is folded into a record.
pub(in crate::scan) fn bounded(line: &[u8]) -> &[u8] {
    let mut line = line.get(..LINE_BOUND).unwrap_or(line);
    while let [before @ .., b'\r'] = line {
        line = before;
    }
    line
}

/// A line without the zeroes before it.
pub(in crate::scan) fn behind_zeroes(line: &[u8]) -> &[u8] {
    let zeroes = line.iter().take_while(|byte| **byte == 0).count();
    line.get(zeroes..).unwrap_or_default()
}

/// The line has more than is looked at, a carriage return at its end not counted.
pub(in crate::scan) fn is_cut(whole: &[u8]) -> bool {
    whole.len() > LINE_BOUND + 1 || (whole.len() > LINE_BOUND && whole.last() != Some(&b'\r'))
}
