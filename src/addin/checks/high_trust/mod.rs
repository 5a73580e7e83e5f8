//! Checks of high trust (family H).

mod authentication;
mod issuers;
mod keys;
mod scripts;
mod settings;
mod signing;

use super::Check;

/// The checks of this family.
pub const CHECKS: &[Check] = &[
    Check { code: "OH01", decide: settings::half_configured },
    Check { code: "OH02", decide: settings::issuer_id_missing },
    Check { code: "OH03", decide: settings::issuer_id_malformed },
    Check { code: "OH04", decide: settings::issuer_id_of_documentation },
    Check { code: "OH05", decide: issuers::not_registered },
    Check { code: "OH06", decide: issuers::no_broker },
    Check { code: "OH07", decide: issuers::other_realm },
    Check { code: "OH08", decide: signing::unsound },
    Check { code: "OH09", decide: signing::not_trusted },
    Check { code: "OH10", decide: settings::serial_number },
    Check { code: "OH11", decide: settings::weak_password },
    Check { code: "OH12", decide: settings::key_in_a_file },
    Check { code: "OH13", decide: keys::beside_the_code },
    Check { code: "OH14", decide: authentication::not_windows },
    Check { code: "OH15", decide: settings::online },
    Check { code: "OH16", decide: signing::just_registered },
    Check { code: "OH17", decide: issuers::repeated },
    Check { code: "OH18", decide: keys::in_a_certificate_file },
];
