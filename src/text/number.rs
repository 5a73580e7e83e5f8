//! Numbers as a person reads them.

/// `412,118`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 site`, `2 sites`.
pub fn counted(number: u64, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{} {noun}s", grouped(number)) }
}

#[cfg(test)]
mod tests {
    use super::{counted, grouped};

    #[test]
    fn thousands_are_parted() {
        assert_eq!([grouped(412_118), grouped(7)], ["412,118", "7"]);
        assert_eq!([counted(1, "site"), counted(4_000, "site")], ["1 site", "4,000 sites"]);
    }
}
