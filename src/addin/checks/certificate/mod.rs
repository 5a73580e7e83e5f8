//! Checks of the certificate of the remote web application (family D).

mod chain;
mod dates;
mod key;
mod names;
mod served;
mod sound;
mod versions;

use super::Check;

pub(super) use chain::{ROOTS, untrusted};
pub(super) use dates::validity;
pub(super) use key::{is_weak_signature, weakness};
pub(super) use served::{day, name, value};

/// The checks of this family.
pub const CHECKS: &[Check] = &[
    Check { code: "OD01", decide: names::only_common_name },
    Check { code: "OD02", decide: names::host_not_covered },
    Check { code: "OD03", decide: names::wildcard },
    Check { code: "OD04", decide: names::address },
    Check { code: "OD05", decide: names::unicode },
    Check { code: "OD06", decide: dates::expired },
    Check { code: "OD07", decide: chain::self_signed },
    Check { code: "OD08", decide: chain::incomplete },
    Check { code: "OD09", decide: chain::not_trusted_by_farm },
    Check { code: "OD10", decide: key::usage },
    Check { code: "OD11", decide: key::authority_as_leaf },
    Check { code: "OD12", decide: key::weak_key },
    Check { code: "OD13", decide: key::weak_signature },
    Check { code: "OD14", decide: dates::too_long },
    Check { code: "OD15", decide: names::internal_name },
    Check { code: "OD16", decide: sound::oddities },
    Check { code: "OD17", decide: sound::captured_elsewhere },
    Check { code: "OD18", decide: sound::also_signs },
    Check { code: "OD19", decide: dates::deadlines },
    Check { code: "OD20", decide: versions::old_tls },
];
