//! What failed in the upgrade of a single site collection is repeated with its own cmdlet.

use crate::pasted::named;

const LOG: &str = "05/09/2013 14:52:41.10\tpowershell (0x1B90)\t0x04E8\tSharePoint Foundation Upgrade\tSPUpgradeSession\tajxkz\tINFO\tSPSite upgrade session starts\td2b3189c-5456-c0fa-03a6-f5fa06142414
05/09/2013 14:52:44.95\tpowershell (0x1B90)\t0x04E8\tSharePoint Foundation Upgrade\tSPManager\tajywy\tERROR\tUpgrade [SPSite Url=http://portal/sites/it's] failed.\td2b3189c-5456-c0fa-03a6-f5fa06142414
";

#[test]
fn only_a_site_upgrade_log_asks_for_the_cmdlet_of_the_site() {
    let own = named("SiteUpgrade-20130509-145241-102.log", LOG);
    assert!(own.unresolved_urls.is_empty() && own.databases.is_empty(), "{own:?}");
    let last = own.summary.next.last().unwrap();
    assert!(last.contains("Upgrade-SPSite -Identity 'http://portal/sites/it''s' -VersionUpgrade"), "{last}");
    let whole = named("Upgrade-20130509-145241-102.log", LOG);
    assert_eq!(whole.unresolved_urls.len(), 1);
    assert!(
        !whole.summary.next.iter().any(|step| step.contains("Upgrade-SPSite")),
        "{:?}",
        whole.summary.next
    );
}
