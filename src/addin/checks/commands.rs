//! Commands of remedies, with the values of this add-in as quoted literals.

use crate::text::quote::powershell_literal;

/// `'AppId eq ''…'''`: a filter of Graph as a literal of PowerShell, quoted for both.
fn filter(client_id: &str) -> String {
    powershell_literal(&format!("AppId eq '{}'", client_id.trim().replace('\'', "''")))
}

/// How to export the registration of a client id.
pub(super) fn export(client_id: Option<&str>) -> String {
    match client_id {
        Some(id) => format!(
            "a registration export: Get-MgServicePrincipal -Filter {} | ConvertTo-Json -Depth 5",
            filter(id)
        ),
        None => "a registration export: Get-MgServicePrincipal -All | ConvertTo-Json -Depth 5, or on a farm \
                 the export of spdoctor oauth export-script"
            .to_owned(),
    }
}

/// How to make a new secret. It comes into being in Microsoft Entra; nothing here holds one.
pub(super) fn new_secret(client_id: &str, application: bool) -> String {
    let filter = filter(client_id);
    let made = if application {
        format!(
            "$app = Get-MgApplication -Filter {filter}; $new = Add-MgApplicationPassword -ApplicationId $app.Id"
        )
    } else {
        format!(
            "$sp = Get-MgServicePrincipal -Filter {filter}; $new = Add-MgServicePrincipalPassword -ServicePrincipalId $sp.Id"
        )
    };
    format!(
        "Connect-MgGraph -Scopes Application.ReadWrite.All; {made}; \
         [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($new.SecretText))"
    )
}

/// How to remove an old secret; which ones they are, the evidence tells.
pub(super) fn remove_secret(client_id: &str, application: bool) -> String {
    let filter = filter(client_id);
    if application {
        format!(
            "$app = Get-MgApplication -Filter {filter}; Remove-MgApplicationPassword -ApplicationId $app.Id -KeyId <key id>"
        )
    } else {
        format!(
            "$sp = Get-MgServicePrincipal -Filter {filter}; Remove-MgServicePrincipalPassword -ServicePrincipalId $sp.Id \
             -KeyId <key id>, and Remove-MgServicePrincipalKey for its symmetric keys"
        )
    }
}

/// Registers a redirect address in place of those there are.
pub(super) fn redirect(client_id: &str, address: &str, application: bool) -> String {
    let (filter, address) = (filter(client_id), powershell_literal(address));
    if application {
        format!(
            "$app = Get-MgApplication -Filter {filter}; Update-MgApplication -ApplicationId $app.Id -Web \
             @{{RedirectUris=@({address})}}"
        )
    } else {
        format!(
            "$principal = Get-MgServicePrincipal -Filter {filter}; Update-MgServicePrincipal -ServicePrincipalId \
             $principal.Id -ReplyUrls @({address})"
        )
    }
}

/// Switches a disabled principal on again.
pub(super) fn enable(client_id: &str) -> String {
    format!(
        "Update-MgServicePrincipal -ServicePrincipalId (Get-MgServicePrincipal -Filter {}).Id -AccountEnabled:$true",
        filter(client_id)
    )
}

/// Registers a principal on a farm.
pub(super) fn register(client_id: &str, title: &str) -> String {
    format!(
        "$web = Get-SPWeb <site>; Register-SPAppPrincipal -Site $web -DisplayName {} -NameIdentifier ({} + '@' + \
         (Get-SPAuthenticationRealm))",
        powershell_literal(title),
        powershell_literal(client_id.trim())
    )
}

#[cfg(test)]
mod tests {
    use super::{export, new_secret, redirect, register, remove_secret};

    #[test]
    fn a_hostile_id_stays_inside_of_its_literal() {
        let hostile = "x'; Remove-Item C:\\ #";
        for command in [
            export(Some(hostile)),
            new_secret(hostile, false),
            new_secret(hostile, true),
            remove_secret(hostile, false),
            remove_secret(hostile, true),
            redirect(hostile, "https://h/", false),
            redirect(hostile, "https://h/", true),
        ] {
            assert!(command.contains("'AppId eq ''x''''; Remove-Item C:\\ #'''"), "{command}");
        }
        assert!(
            register(hostile, hostile)
                .contains("-DisplayName 'x''; Remove-Item C:\\ #' -NameIdentifier ('x''; ")
        );
    }
}
