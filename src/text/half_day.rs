//! AM and PM, in the words of the cultures that count hours to twelve.

/// A half of the day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Half {
    /// AM.
    Morning,
    /// PM.
    Afternoon,
}

/// Names of the halves of the day in the cultures with a 12-hour clock, longest first where one starts another.
pub(super) const HALVES: [(&str, Half); 20] = [
    ("AM", Half::Morning),
    ("PM", Half::Afternoon),
    ("am", Half::Morning),
    ("pm", Half::Afternoon),
    ("上午", Half::Morning),
    ("下午", Half::Afternoon),
    ("午前", Half::Morning),
    ("午後", Half::Afternoon),
    ("오전", Half::Morning),
    ("오후", Half::Afternoon),
    ("πμ", Half::Morning),
    ("μμ", Half::Afternoon),
    ("π.μ.", Half::Morning),
    ("μ.μ.", Half::Afternoon),
    ("SA", Half::Morning),
    ("CH", Half::Afternoon),
    ("ص", Half::Morning),
    ("م", Half::Afternoon),
    (".PD", Half::Morning),
    (".MD", Half::Afternoon),
];

/// An hour of a 12-hour clock on one of 24.
pub(super) fn on_24_hours(hour: u32, half: Option<Half>) -> u32 {
    match half {
        None => hour,
        Some(_) if hour > 12 => hour,
        Some(Half::Morning) => hour % 12,
        Some(Half::Afternoon) => hour % 12 + 12,
    }
}
