//! Short date and long time as Windows cultures write them into the brackets of 2007 and 2010 logs.

use clap::ValueEnum;

use crate::bytes;
use crate::calendar::Parts;

/// A culture, by what is particular about its dates.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, ValueEnum)]
pub(crate) enum Culture {
    #[value(name = "en-US")]
    EnUs,
    /// A no-break space before the day half, as some ICU versions print it.
    #[value(name = "en-US-nbsp")]
    EnUsNbsp,
    /// A narrow no-break space before the day half, as newer ICU versions print it.
    #[value(name = "en-US-narrow")]
    EnUsNarrow,
    #[value(name = "en-GB")]
    EnGb,
    #[value(name = "en-AU")]
    EnAu,
    #[value(name = "en-NZ")]
    EnNz,
    #[value(name = "es-MX")]
    EsMx,
    #[value(name = "de-DE")]
    DeDe,
    #[value(name = "cs-CZ")]
    CsCz,
    #[value(name = "nl-NL")]
    NlNl,
    #[value(name = "sv-SE")]
    SvSe,
    #[value(name = "ja-JP")]
    JaJp,
    #[value(name = "zh-TW")]
    ZhTw,
    #[value(name = "it-IT")]
    ItIt,
    #[value(name = "fi-FI")]
    FiFi,
}

/// What a date begins with; a year at its end follows the two others.
#[derive(Clone, Copy)]
enum Order {
    Month,
    Day,
    Year,
}

/// Where the half of the day stands and how it is called.
#[derive(Clone, Copy)]
enum Halves {
    /// A 24-hour clock.
    None,
    /// After the time, behind this gap: morning, afternoon.
    After(&'static str, &'static str, &'static str),
    /// Before the time: morning, afternoon.
    Before(&'static str, &'static str),
}

/// What a culture does to a date.
struct Pattern {
    order: Order,
    between: char,
    /// Digits of day and month at least: day, month.
    widths: (usize, usize),
    hour_width: usize,
    between_time: char,
    halves: Halves,
}

impl Culture {
    /// Appends a moment as this culture writes it, to the second.
    pub(crate) fn write(self, parts: Parts, out: &mut Vec<u8>) {
        let pattern = self.pattern();
        pattern.date(parts, out);
        out.push(b' ');
        pattern.time(parts, out);
    }

    /// The name in folders and options.
    pub(crate) fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    fn pattern(self) -> Pattern {
        use Order::{Day, Month, Year};
        let row = |order, between, widths, hour_width, between_time, halves| Pattern {
            order,
            between,
            widths,
            hour_width,
            between_time,
            halves,
        };
        let english = |gap| Halves::After(gap, "AM", "PM");
        match self {
            Self::EnUs => row(Month, '/', (1, 1), 1, ':', english(" ")),
            Self::EnUsNbsp => row(Month, '/', (1, 1), 1, ':', english("\u{a0}")),
            Self::EnUsNarrow => row(Month, '/', (1, 1), 1, ':', english("\u{202f}")),
            Self::EnGb => row(Day, '/', (2, 2), 2, ':', Halves::None),
            Self::EnAu => row(Day, '/', (1, 2), 1, ':', english(" ")),
            Self::EnNz => row(Day, '/', (1, 2), 1, ':', Halves::After(" ", "a.m.", "p.m.")),
            Self::EsMx => row(Day, '/', (2, 2), 2, ':', Halves::After(" ", "a.\u{a0}m.", "p.\u{a0}m.")),
            Self::DeDe => row(Day, '.', (2, 2), 2, ':', Halves::None),
            Self::CsCz => row(Day, '.', (1, 1), 1, ':', Halves::None),
            Self::NlNl => row(Day, '-', (2, 2), 2, ':', Halves::None),
            Self::SvSe => row(Year, '-', (2, 2), 2, ':', Halves::None),
            Self::JaJp => row(Year, '/', (2, 2), 1, ':', Halves::None),
            Self::ZhTw => row(Year, '/', (1, 1), 2, ':', Halves::Before("上午", "下午")),
            Self::ItIt => row(Day, '/', (2, 2), 2, '.', Halves::None),
            Self::FiFi => row(Day, '.', (1, 1), 1, '.', Halves::None),
        }
    }
}

impl Pattern {
    fn date(&self, parts: Parts, out: &mut Vec<u8>) {
        let (day_width, month_width) = self.widths;
        let (day, month, year) = ((parts.day, day_width), (parts.month, month_width), (parts.year, 4));
        let ordered = match self.order {
            Order::Month => [month, day, year],
            Order::Day => [day, month, year],
            Order::Year => [year, month, day],
        };
        numbers(ordered, self.between, out);
    }

    fn time(&self, parts: Parts, out: &mut Vec<u8>) {
        let (hour, morning) = ((parts.hour + 11) % 12 + 1, parts.hour < 12);
        let clock = |hour| [(hour, self.hour_width), (parts.minute, 2), (parts.second, 2)];
        match self.halves {
            Halves::None => numbers(clock(parts.hour), self.between_time, out),
            Halves::After(gap, am, pm) => {
                numbers(clock(hour), self.between_time, out);
                bytes::text(out, gap);
                bytes::text(out, if morning { am } else { pm });
            }
            Halves::Before(am, pm) => {
                bytes::text(out, if morning { am } else { pm });
                out.push(b' ');
                numbers(clock(hour), self.between_time, out);
            }
        }
    }
}

fn numbers(numbers: [(u64, usize); 3], between: char, out: &mut Vec<u8>) {
    for (position, (number, width)) in numbers.into_iter().enumerate() {
        if position > 0 {
            let mut separator = [0; 4];
            bytes::text(out, between.encode_utf8(&mut separator));
        }
        bytes::decimal(out, number, width);
    }
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::Culture;
    use crate::calendar::Moment;

    #[test]
    fn every_culture_writes_its_own_date() {
        let moment = Moment::new([2026, 3, 4], [22, 5, 9], 0);
        let written: Vec<String> = Culture::value_variants()
            .iter()
            .map(|culture| {
                let mut out = Vec::new();
                culture.write(moment.parts(), &mut out);
                format!("{} {}", culture.name(), String::from_utf8(out).unwrap())
            })
            .collect();
        assert_eq!(
            written,
            [
                "en-US 3/4/2026 10:05:09 PM",
                "en-US-nbsp 3/4/2026 10:05:09\u{a0}PM",
                "en-US-narrow 3/4/2026 10:05:09\u{202f}PM",
                "en-GB 04/03/2026 22:05:09",
                "en-AU 4/03/2026 10:05:09 PM",
                "en-NZ 4/03/2026 10:05:09 p.m.",
                "es-MX 04/03/2026 10:05:09 p.\u{a0}m.",
                "de-DE 04.03.2026 22:05:09",
                "cs-CZ 4.3.2026 22:05:09",
                "nl-NL 04-03-2026 22:05:09",
                "sv-SE 2026-03-04 22:05:09",
                "ja-JP 2026/03/04 22:05:09",
                "zh-TW 2026/3/4 下午 10:05:09",
                "it-IT 04/03/2026 22.05.09",
                "fi-FI 4.3.2026 22.05.09",
            ]
        );
    }

    #[test]
    fn midnight_and_noon_are_twelve_on_a_twelve_hour_clock() {
        for (hour, expected) in [(0, "3/4/2026 12:00:00 AM"), (12, "3/4/2026 12:00:00 PM")] {
            let mut out = Vec::new();
            Culture::EnUs.write(Moment::new([2026, 3, 4], [hour, 0, 0], 0).parts(), &mut out);
            assert_eq!(out, expected.as_bytes());
        }
    }
}
