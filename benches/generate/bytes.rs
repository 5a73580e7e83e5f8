//! Numbers and text onto a byte buffer, without the formatting machinery: bulk files are gigabytes.

/// Appends text.
pub(crate) fn text(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
}

/// Appends a decimal number with at least `width` digits.
pub(crate) fn decimal(out: &mut Vec<u8>, number: u64, width: usize) {
    digits(out, number, width, 10);
}

/// Appends `0x` and at least four upper-case hexadecimal digits, as logs print process and thread ids.
pub(crate) fn hexadecimal(out: &mut Vec<u8>, number: u32) {
    text(out, "0x");
    digits(out, u64::from(number), 4, 16);
}

/// Appends blanks until the buffer is `width` bytes longer than it was at `start`.
pub(crate) fn pad(out: &mut Vec<u8>, start: usize, width: usize) {
    out.resize(out.len().max(start + width), b' ');
}

fn digits(out: &mut Vec<u8>, number: u64, width: usize, base: u64) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut reversed = [b'0'; 20];
    let mut used = 0;
    let mut rest = number;
    while rest > 0 || used == 0 {
        reversed[used] = DIGITS[usize::try_from(rest % base).expect("a digit of a base up to 16")];
        rest /= base;
        used += 1;
    }
    out.extend(reversed[..used.max(width)].iter().rev());
}

#[cfg(test)]
mod tests {
    use super::{decimal, hexadecimal};

    #[test]
    fn numbers_are_padded_with_zeros_to_the_width() {
        let mut out = Vec::new();
        for (number, width) in [(0, 1), (7, 2), (2026, 4), (123, 2)] {
            decimal(&mut out, number, width);
            out.push(b' ');
        }
        hexadecimal(&mut out, 0xa8);
        assert_eq!(out, b"0 07 2026 123 0x00A8");
    }
}
