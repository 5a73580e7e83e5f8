//! Checks of realm and run-time configuration (family G).

mod code;
mod realm;
mod switches;

use super::Check;

/// The checks of this family.
pub const CHECKS: &[Check] = &[
    Check { code: "OG01", decide: realm::malformed },
    Check { code: "OG02", decide: realm::empty },
    Check { code: "OG03", decide: realm::differs },
    Check { code: "OG04", decide: realm::hard_coded },
    Check { code: "OG05", decide: switches::host_name },
    Check { code: "OG06", decide: switches::legacy_keys },
    Check { code: "OG07", decide: code::validation_off },
    Check { code: "OG08", decide: switches::debug_proxy },
    Check { code: "OG09", decide: switches::debug },
    Check { code: "OG10", decide: switches::transform },
    Check { code: "OG11", decide: switches::malformed },
    Check { code: "OG12", decide: code::target_principal },
    Check { code: "OG13", decide: code::binary_direct },
    Check { code: "OG14", decide: code::null_realm },
];
