//! What a log holds in clear is shown in no report: passwords, passphrases and tokens stand as asterisks.

use super::program::{folder, run};

/// A secret of each log: in an error that no rule explains, in the records beside a silence, in one that a rule knows.
const LOGS: [(&str, &str); 5] = [
    (
        "Upgrade-20110822-193818-1.log",
        "[PSCONFIG] [SPManager] [DEBUG] [8/22/2011 7:38:18 PM]: DSN is Data Source=SQL01;User ID=sa;Password=Zq7 one!;ConnectTimeout=15.\n\
         [PSCONFIG] [SPManager] [ERROR] [8/22/2011 7:45:32 PM]: Something odd with Data Source=SQL01;Pwd='Zq7;two';Initial Catalog=X.\n\
         [PSCONFIG] [SPManager] [ERROR] [8/22/2011 7:55:33 PM]: psconfig.exe -cmd configdb -user CONTOSO\\sp -password Zq7three -passphrase \"Zq7 four\" failed oddly.\n\
         [PSCONFIG] [SPManager] [ERROR] [8/22/2011 7:55:34 PM]: Upgrade [SPContentDatabase Name=WSS_Content] failed.\n\
         [PSCONFIG] [SPManager] [ERROR] [8/22/2011 7:55:34 PM]: Exception: Cannot open database \"WSS_Content\" requested by the login. The login failed. password=Zq7five\n\
            at X.Y(String z) in https://crawler:Zq7six@portal.contoso.example/a\n\
         [PSCONFIG] [SPManager] [ERROR] [8/22/2011 7:55:36 PM]: Upgrade [SPGizmo Dsn=Server=a;Password=Zq7fourteen] failed.\n",
    ),
    (
        "Upgrade-20110822-213818-1.log",
        "[OWSTIMER] [SPSiteWssSequence] [INFO] [8/22/2011 9:38:18 PM]: SPSite Url=http://crawler:Zq7fifteen@portal.contoso.example\n\
         [OWSTIMER] [SPSiteWssSequence] [ERROR] [8/22/2011 9:45:32 PM]: Feature upgrade incomplete for Feature 'X' (Id: 15/'00bfea71-7e6d-4186-9ba8-c047ac750105') in Site 'http://crawler:Zq7sixteen@portal.contoso.example/a'.\n\
         [OWSTIMER] [SPSiteWssSequence] [ERROR] [8/22/2011 9:55:32 PM]: Upgrade [SPSite Url=http://crawler:Zq7seventeen@portal.contoso.example/b] failed.\n\
         [OWSTIMER] [SPSiteWssSequence] [ERROR] [8/22/2011 9:56:32 PM]: Something odd here.\n\
         [OWSTIMER] [SPSiteWssSequence] [INFO] [8/22/2011 9:59:32 PM]: Nothing more.\n",
    ),
    (
        "PSCDiagnostics_8_22_2011_19_38_18_1_1.log",
        "8/22/2011 19:38:18  1  ERR                Task configdb has failed with an unknown exception\n\
         8/22/2011 19:38:18  1  ERR                Exception: System.ArgumentException: -adminpassword Zq7seven is too short\n\
         8/22/2011 19:58:18  1  ERR                Odd header Authorization: Bearer Zq7eightZq7eightZq7eight\n",
    ),
    (
        "SPS01-20110822-1938.log",
        "Timestamp              \tProcess                                 \tTID   \tArea                          \tCategory                      \tEventID\tLevel     \tMessage \tCorrelation\n\
         08/22/2011 19:38:18.10 \tOWSTIMER.EXE (0x0780)                   \t0x1844\tSharePoint Foundation         \tUpgrade                       \tabcd\tUnexpected\tOdd config {\"password\": \"Zq7 nine\"} read\t983ff19b-0475-c0fa-03a6-fff304c21dba\n\
         08/22/2011 19:58:18.10 \tOWSTIMER.EXE (0x0780)                   \t0x1844\tSharePoint Foundation         \tUpgrade                       \tabcd\tCritical\tOdd client_secret=Zq7ten&x=1 sent\t983ff19b-0475-c0fa-03a6-fff304c21dba\n",
    ),
    (
        "console.txt",
        "Failed to create the configuration database.\n\
         An exception of type System.ArgumentException was thrown.  Additional exception information: <password>Zq7eleven</password> is odd\n\
         Upgrade-SPContentDatabase : Odd AccountKey=Zq7twelve;x\n\
         PS C:\\> New-SPConfigurationDatabase -Passphrase (ConvertTo-SecureString 'Zq7 thirteen' -AsPlainText -Force)\n",
    ),
];

#[test]
fn no_report_shows_a_secret() {
    let files: Vec<(&str, &[u8])> = LOGS.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
    let logs = folder(&files);
    let mut forms: Vec<Vec<&str>> = Vec::new();
    for path in LOGS.iter().map(|(name, _)| *name).chain(["."]) {
        forms.push(vec!["upgrade", path, "--details"]);
        for form in ["json", "folded", "trace"] {
            forms.push(vec!["upgrade", path, "--format", form]);
        }
        forms.push(vec!["upgrade", path, "--script", "-"]);
    }
    forms.extend(LOGS.iter().map(|(_, text)| vec!["explain", text]));
    for form in forms {
        let told = run(&logs, &form);
        assert!(!told.out.contains("Zq7") && !told.err.contains("Zq7"), "{form:?}\n{}{}", told.out, told.err);
    }
}

#[test]
fn what_stands_around_a_secret_is_shown() {
    let (name, text) = LOGS[0];
    let logs = folder(&[(name, text.as_bytes())]);
    let told = run(&logs, &["upgrade", name, "--format", "json", "-q"]).out;
    for shown in [
        "DSN is Data Source=SQL01;User ID=sa;Password=********;ConnectTimeout=15.",
        "Pwd='*******';Initial Catalog=X.",
        "-password ******** -passphrase \\\"********\\\" failed oddly.",
        "https://crawler:******@portal.contoso.example/a",
    ] {
        assert!(told.contains(shown), "{shown}\n{told}");
    }
}

#[test]
fn a_site_that_only_an_address_with_a_password_names_is_not_asked_for() {
    let line = "[OWSTIMER] [SPSiteWssSequence] [ERROR] [8/22/2011 9:45:32 PM]: Feature upgrade incomplete for Feature 'X' (Id: 15/'00bfea71-7e6d-4186-9ba8-c047ac750105') in Site 'http://crawler:Zq7@portal.contoso.example/a'.\n";
    let name = "Upgrade-20110822-213818-1.log";
    let logs = folder(&[(name, line.as_bytes())]);
    let report = run(&logs, &["upgrade", name, "--format", "json", "-q"]).json();
    assert_eq!(report["unresolved_urls"], serde_json::json!([]));
    assert_eq!(
        report["findings"][0]["objects"],
        serde_json::json!(["http://crawler:***@portal.contoso.example/a"])
    );
    assert!(report["coverage"]["remarks"].to_string().contains("the script does not ask for it"));
    let script = run(&logs, &["upgrade", name, "--script", "-"]).out;
    assert!(script.contains("$UnresolvedUrls = @()"), "{script}");
    // An export that knows the site without its user tells the database.
    let sites = "ID,Url,ContentDatabase\n961cfd1e-5cf8-4e40-8756-0032a517119b,http://portal.contoso.example/a,WSS_A\n";
    let logs = folder(&[(name, line.as_bytes()), ("sites.csv", sites.as_bytes())]);
    let report = run(&logs, &["upgrade", ".", "--format", "json", "-q"]).json();
    assert_eq!(report["findings"][0]["databases"], serde_json::json!(["WSS_A"]));
    assert!(!report["coverage"]["remarks"].to_string().contains("the script does not ask"));
}
