//! What consoles showed: psconfig, a PowerShell window, `Test-SPContentDatabase`.

use crate::shape::{Encoding, Shape};

const WINDOWS: Shape = Shape { encoding: Encoding::Utf8, crlf: true, unterminated: false };

/// The window in which the databases of Contoso were upgraded.
pub(super) fn upgrade_databases() -> Vec<u8> {
    let text = "\
PS C:\\> Upgrade-SPContentDatabase -Identity WSS_Content_MySites01 -Confirm:$false
100.00% : SPContentDatabase Name=WSS_Content_MySites01
PS C:\\> Upgrade-SPContentDatabase -Identity WSS_Content_MySites02 -Confirm:$false
100.00% : SPContentDatabase Name=WSS_Content_MySites02
PS C:\\> Upgrade-SPContentDatabase -Identity WSS_Content_Projects -Confirm:$false
100.00% : SPContentDatabase Name=WSS_Content_Projects
PS C:\\> Upgrade-SPContentDatabase -Identity WSS_Content_Teams -Confirm:$false
WARNING: Database [SPContentDatabase Name=WSS_Content_Teams] does not need to be upgraded.
";
    WINDOWS.file(text.as_bytes().to_vec())
}

/// psconfig of 2016, which puts the event id behind each error.
pub(super) fn psconfig_2016(log: &str) -> Vec<u8> {
    let text = format!(
        "\
SharePoint Products Configuration Wizard version 16.0.5448.1000. Copyright (C) Microsoft Corporation 2016. All rights reserved.

Performing configuration task 1 of 6
Initializing SharePoint Products upgrade...

Successfully initialized SharePoint Products upgrade.

Performing configuration task 2 of 6
Initiating the upgrade sequence...

Successfully initiated the upgrade sequence.

Performing configuration task 3 of 6
Upgrading SharePoint Products...

CanUpgrade [BdcServiceDatabase Name=SP_BusinessDataCatalog] failed.     (EventID:an58c)
Exception: Cannot open database \"SP_BusinessDataCatalog\" requested by the login. The login failed.  Login failed for user 'ADVENTURE-WORKS\\sp-install'.       (EventID:an58c)
Cannot upgrade [BdcServiceDatabase Name=SP_BusinessDataCatalog].        (EventID:an59g)
Upgrade [SPContentDatabase Name=WSS_Content_Sales] failed.        (EventID:an59t)
Exception: The upgraded database schema doesn't match the TargetSchema        (EventID:an59t)

Failed to upgrade SharePoint Products.

An exception of type Microsoft.SharePoint.PostSetupConfiguration.PostSetupConfigurationTaskException was thrown.  Additional exception information: The upgrade command is invalid or a failure has been encountered.
Upgrade completed with errors.  Review the upgrade log file located in {log}.  The number of errors and warnings is listed at the end of the upgrade log file.

Total number of configuration settings run: 3
Total number of successful configuration settings: 2
Total number of unsuccessful configuration settings: 1
Successfully stopped the configuration of SharePoint Products.
Configuration of SharePoint Products failed.  Configuration must be performed before you use SharePoint Products.
"
    );
    WINDOWS.file(text.into_bytes())
}

/// `Test-SPContentDatabase > file` in Windows PowerShell: UTF-16, wrapped at the width of the window.
pub(super) fn test_content_database() -> Vec<u8> {
    let db = "WSS_Content_Sales";
    let advice = |what| {
        format!("Please install any solution which contains the {what} and restart upgrade if necessary.")
    };
    let rows = [
        ("MissingFeature", true, false, format!("Database [{db}] has reference(s) to a missing feature: Id = [7d2c1b0a-5e3f-4a68-9c41-2f6f0f5c9a11], Name = [AdventureWorks_Quotes], Description = [], Install Location = [AdventureWorks_Quotes]."), format!("The feature with Id 7d2c1b0a-5e3f-4a68-9c41-2f6f0f5c9a11 is referenced in the database [{db}], but is not installed on the current farm. The missing feature may cause upgrade to fail. {}", advice("feature"))),
        ("MissingSetupFile", true, false, format!("File [Features\\AdventureWorks_Quotes\\quote.aspx] is referenced [6] times in the database [{db}], but is not installed on the current farm. Please install any feature/solution which contains this file."), "One or more setup files are referenced in the database, but are not installed on the current farm.".to_owned()),
        ("MissingWebPart", true, false, format!("WebPart class [3a1cc1a5-6a7f-6b58-2e0b-91c2a4d5e6f7] (class [AdventureWorks.Quotes.ListPart] from assembly [AdventureWorks.Quotes, Version=1.0.0.0, Culture=neutral, PublicKeyToken=5f1d3c9b7a2e4680]) is referenced [4] times in the database [{db}], but is not installed on the current farm. Please install any feature/solution which contains this web part."), "One or more web parts are referenced in the database, but are not installed on the current farm.".to_owned()),
        ("MissingAssembly", true, false, format!("Assembly [AdventureWorks.Receivers, Version=1.0.0.0, Culture=neutral, PublicKeyToken=5f1d3c9b7a2e4680] is referenced in the database [{db}], but is not installed on the current farm. Please install any feature/solution which contains this assembly."), "One or more assemblies are referenced in the database, but are not installed on the current farm.".to_owned()),
        ("MissingSiteDefinition", true, false, format!("2 Sites in database [{db}] has reference(s) to a missing site definition, Id = [11254], Lcid = [1033], compatibility level = [15]."), format!("The site definitions with Id 11254 is referenced in the database [{db}], but is not installed on the current farm. The missing site definition may cause upgrade to fail. {}", advice("site definition"))),
        ("LegacySiteDetected", true, true, format!("Found 1 site(s) using SharePoint 2010 experience in the database [{db}]."), "Upgrade the sites to the current experience before attaching the database.".to_owned()),
        ("Configuration", false, false, "The [Adventure Works Sales] web application is configured with claims authentication mode however the content database you are trying to attach is intended to be used against a windows classic authentication mode.".to_owned(), "There is an inconsistency between the authentication mode of target web application and the source web application.".to_owned()),
    ];
    let mut text = String::from("\n");
    for (category, error, blocking, message, remedy) in rows {
        let flag = |flag| if flag { "True" } else { "False" };
        for (name, value) in [
            ("Category", category),
            ("Error", flag(error)),
            ("UpgradeBlocking", flag(blocking)),
            ("Message", &message),
            ("Remedy", &remedy),
            ("Locations", ""),
        ] {
            property(name, value, &mut text);
        }
        text.push('\n');
    }
    Shape { encoding: Encoding::Utf16LeBom, ..WINDOWS }.file(text.into_bytes())
}

/// One property of a list, broken between words at 120 columns as the console does it.
fn property(name: &str, value: &str, text: &mut String) {
    let mut line = format!("{name:<15} : ");
    let empty = line.len();
    for word in value.split(' ') {
        if line.len() > empty && line.len() + word.len() + 1 > 119 {
            text.push_str(line.trim_end());
            text.push('\n');
            line = " ".repeat(empty);
        }
        line.push_str(word);
        line.push(' ');
    }
    text.push_str(line.trim_end());
    text.push('\n');
}
