//! Time lost by refused sites, packed: a gap fits 26 bits of milliseconds, since a longer one is no gap but a clock
//! that was set, and a site is refused a few times in one session.

use crate::model::profile::Charge;
use crate::scan::tally::flat_map::{Amount, SiteMap};

/// Time lost by site.
pub type Waits = SiteMap<Wait>;

/// Bits of the number of gaps; the longest of them has the rest.
const COUNT_BITS: u32 = 8;

/// A [`Charge`] in eight bytes.
#[derive(Clone, Copy, Default, Debug)]
pub struct Wait {
    millis: i32,
    longest_and_count: u32,
}

impl Amount for Wait {
    type Whole = Charge;

    fn whole(self) -> Charge {
        Charge {
            millis: i64::from(self.millis),
            count: u64::from(self.longest_and_count & ((1 << COUNT_BITS) - 1)),
            longest: i64::from(self.longest_and_count >> COUNT_BITS),
        }
    }

    fn packed(whole: Charge) -> Option<Self> {
        let count = u32::try_from(whole.count).ok().filter(|count| *count < 1 << COUNT_BITS)?;
        let longest =
            u32::try_from(whole.longest).ok().filter(|longest| *longest < 1 << (32 - COUNT_BITS))?;
        Some(Self {
            millis: i32::try_from(whole.millis).ok()?,
            longest_and_count: longest << COUNT_BITS | count,
        })
    }

    fn sum(one: Charge, other: Charge) -> Charge {
        let mut sum = one;
        sum.merge(other);
        sum
    }
}

/// How many sites several sessions' logs waited for, each counted once.
pub fn distinct<'w>(all: impl Iterator<Item = &'w Waits>) -> u64 {
    let settled: Vec<_> = all.map(SiteMap::settled).collect();
    let mut rests: Vec<_> =
        settled.iter().map(|waits| waits.ids()).filter(|sites| !sites.is_empty()).collect();
    let mut count = 0;
    loop {
        if let [only] = rests.as_slice() {
            return count + only.len() as u64;
        }
        let Some(next) = rests.iter().filter_map(|rest| rest.first()).min().copied() else { return count };
        count += 1;
        for rest in &mut rests {
            if let [first, after @ ..] = rest
                && *first == next
            {
                *rest = after;
            }
        }
        rests.retain(|rest| !rest.is_empty());
    }
}

#[cfg(test)]
mod tests {
    use super::{Wait, Waits, distinct};
    use crate::model::profile::Charge;
    use crate::model::site::SiteId;
    use crate::scan::tally::flat_map::Amount;

    fn site(number: u8) -> SiteId {
        SiteId::parse(format!("961cfd1e-5cf8-4e40-8756-0032a51711{number:02x}").as_bytes()).unwrap()
    }

    fn waits(numbers: &[u8]) -> Waits {
        let mut waits = Waits::default();
        for number in numbers {
            waits.add(site(*number), Charge::of(1_500));
        }
        waits
    }

    #[test]
    fn what_fits_is_packed_without_loss_and_what_does_not_is_not() {
        for whole in [
            Charge::of(0),
            Charge::of(-60_000),
            Charge { millis: 7_000, count: 255, longest: 16_000_000 },
            Charge { millis: i64::from(i32::MIN), count: 1, longest: 0 },
        ] {
            assert_eq!(Wait::packed(whole).map(Wait::whole), Some(whole));
        }
        for whole in [
            Charge { millis: 0, count: 256, longest: 0 },
            Charge { millis: 0, count: 1, longest: 1 << 24 },
            Charge { millis: 1 << 31, count: 1, longest: 0 },
        ] {
            assert!(Wait::packed(whole).is_none());
        }
    }

    #[test]
    fn a_site_that_two_logs_wait_for_counts_once() {
        assert_eq!(distinct([waits(&[1, 2, 3]), waits(&[]), waits(&[3, 4, 3])].iter()), 4);
        assert_eq!(distinct([waits(&[9])].iter()), 1);
        assert_eq!(distinct([].into_iter()), 0);
    }
}
