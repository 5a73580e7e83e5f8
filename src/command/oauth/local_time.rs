//! By how much local time is ahead of UTC, where the platform tells it without more ado.

/// Minutes. `None` where the platform does not tell: nothing is guessed.
#[cfg(windows)]
pub(super) fn offset_minutes() -> Option<i32> {
    // What Windows itself applies now, summer time included; UTC is local time plus this.
    let key =
        windows_registry::LOCAL_MACHINE.open(r"SYSTEM\CurrentControlSet\Control\TimeZoneInformation").ok()?;
    let bias = key.get_u32("ActiveTimeBias").ok()?;
    // A DWORD that holds a signed number.
    Some(-i32::from_ne_bytes(bias.to_ne_bytes())).filter(|minutes| minutes.abs() <= 14 * 60)
}

/// Minutes. Known only where the environment says UTC: other systems keep zones in files of their own.
#[cfg(not(windows))]
pub(super) fn offset_minutes() -> Option<i32> {
    let zone = std::env::var("TZ").ok()?;
    matches!(zone.trim_start_matches(':'), "UTC" | "UTC0" | "Etc/UTC" | "GMT" | "Z").then_some(0)
}
