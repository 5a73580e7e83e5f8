//! A log says the same in every charset in which it may have been saved.

use encoding_rs::WINDOWS_1252;
use spdoctor::model::report::Report;

use crate::pasted::report;

/// What a report finds, without its evidence: columns in bytes may differ.
fn found(report: &Report) -> Vec<String> {
    let tell = |finding: &spdoctor::model::finding::Finding| {
        let objects: Vec<&String> = finding.objects.iter().collect();
        let databases: Vec<&String> = finding.databases.iter().collect();
        let texts: Vec<&String> = finding.evidence.iter().map(|evidence| &evidence.text).collect();
        format!(
            "{} {} {objects:?} {databases:?} {:?} {texts:?}",
            finding.code, finding.count, finding.captures
        )
    };
    report.findings.iter().map(tell).collect()
}

#[test]
fn letters_of_windows_1252_stop_no_rule() {
    for (name, text) in [
        (
            "french.log",
            "[PSCONFIG] [SPContentDatabaseSequence] [DEBUG] [3/3/2012 10:10:24 PM]: Site with Id = 961cfd1e-5cf8-4e40-8756-0032a517119b is contained in dictSitesNeedUpgrade, but is not added. Impossible de se connecter à http://localhost:32843/SecurityTokenServiceApplication/securitytoken.svc. Code d'erreur TCP 10061 : Aucune connexion n'a pu être établie.\r\n",
        ),
        (
            "german.log",
            "[OWSTIMER] [SPUpgradeSession] [ERROR] [3/3/2012 10:10:24 PM]: Upgrade [SPContentDatabase Name=WSS_Größe] failed.\r\nÜberprüfung fehlgeschlagen\r\n",
        ),
        (
            "trace.log",
            "03/03/2012 22:10:40.17\tOWSTIMER.EXE (0x2190)\t0x49A0\tSharePoint Foundation\tDatabase\t880i\tHigh\tDie Überprüfung: System.Data.SqlClient.SqlException: The transaction log for database 'WSS_Größe' is full due to 'LOG_BACKUP'.\tfe648fa9-5071-48f0-a353-3902c7790f2b\r\n",
        ),
        (
            "psc.log",
            "03/03/2012 22:10:37  8  ERR            Task upgrade für 'Größe' has failed with an unknown exception \r\n03/03/2012 22:10:37  8  ERR            Exception: Größe nicht gefunden: Login failed for user 'CONTOSO\\müller'.\r\n",
        ),
        (
            "console.txt",
            "Upgrade-SPContentDatabase : Cannot open database \"WSS_Größe\" requested by the login. The login failed.\r\nLogin failed for user 'CONTOSO\\müller'.\r\n    + FullyQualifiedErrorId : Microsoft.SharePoint.PowerShell.SPCmdletUpgradeContentDatabase\r\n",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        let in_utf8 = found(&report(&[&path]));
        assert!(!in_utf8.is_empty() && !text.is_ascii(), "{name}");
        let (bytes, _, lost) = WINDOWS_1252.encode(text);
        assert!(!lost, "{name}");
        std::fs::write(&path, bytes).unwrap();
        assert_eq!(found(&report(&[&path])), in_utf8, "{name}");
    }
}

#[test]
fn a_log_in_utf_16_without_a_mark_is_read_whatever_its_language() {
    // Sixty letters that are not Latin in each line, as in a farm in Russian.
    let words = "Не удалось открыть базу данных на этом сервере потому что она недоступна сейчас для входа";
    let line = |second: u32| {
        format!(
            "[OWSTIMER] [SPUpgradeSession] [ERROR] [3/3/2012 10:10:{second:02} PM]: Upgrade [SPContentDatabase Name=WSS_База] failed. {words}\r\n"
        )
    };
    let text: String = (10..40).map(line).collect();
    assert!(words.chars().filter(|letter| !letter.is_ascii()).count() >= 60);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("Upgrade.log");
    std::fs::write(&path, &text).unwrap();
    let in_utf8 = found(&report(&[&path]));
    assert!(!in_utf8.is_empty());
    for order in [u16::to_le_bytes, u16::to_be_bytes] {
        let bytes: Vec<u8> = text.encode_utf16().flat_map(order).collect();
        std::fs::write(&path, bytes).unwrap();
        assert_eq!(found(&report(&[&path])), in_utf8);
    }
}
