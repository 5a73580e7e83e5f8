//! Objects that are no databases and wait for the upgrade, and exports of several kinds in one text.

use super::{expect, told};

#[test]
fn a_table_that_a_command_chose_lists_databases_with_something_behind() {
    let table = |command: &str| {
        format!(
            "PS C:\\> {command}\n\nName  Server NeedsUpgrade\n----  ------ ------------\nWSS_A SQL01          True\nWSS_B SQL01         False\n"
        )
    };
    let chosen = "Get-SPContentDatabase | Where-Object { $_.NeedsUpgradeIncludeChildren } | Format-Table Name, Server, NeedsUpgrade";
    expect(
        &told("x.txt", &table(chosen)),
        "database WSS_A server=SQL01 needs=true children=true @5
         database WSS_B server=SQL01 needs=false children=true @6",
    );
    for all in [
        "Get-SPContentDatabase | Format-Table Name, Server, NeedsUpgrade",
        "Get-SPContentDatabase | Where-Object { $_.NeedsUpgradeIncludeChildren -eq $false } | Format-Table Name, Server, NeedsUpgrade",
    ] {
        expect(
            &told("x.txt", &table(all)),
            "database WSS_A server=SQL01 needs=true @5
             database WSS_B server=SQL01 needs=false @6",
        );
    }
}
