//! The cases, one file a family.
#![expect(clippy::too_many_lines, reason = "tables of cases")]

mod both_uses;
mod certificate;
mod client_id;
mod configuration;
mod domain;
mod farm;
mod high_trust;
mod lifecycle;
mod package;
mod permission;
mod receiver;
mod redirect;
mod registration;
mod secret;

use super::support::Case;

/// Every case.
pub(crate) fn all() -> Vec<Case> {
    [
        package::cases(),
        domain::cases(),
        receiver::cases(),
        certificate::cases(),
        both_uses::cases(),
        client_id::cases(),
        secret::cases(),
        configuration::cases(),
        high_trust::cases(),
        permission::cases(),
        redirect::cases(),
        farm::cases(),
        lifecycle::cases(),
    ]
    .concat()
}
