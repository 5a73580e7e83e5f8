//! Passwords and keys inside of addresses: in no output, and left alone in what is corrected.

use assert_cmd::Command;

use super::support::manifest::manifest;
use super::support::package::package;

const CLIENT: &str = "3b062084-9617-464a-a774-a72b853c825f";

#[test]
fn what_addresses_hold_besides_hosts_is_not_shown() {
    let dir = tempfile::tempdir().expect("a folder");
    let published = manifest(|m| {
        m.client_id(CLIENT)
            .start_page("https://svc:CANARY1@orders.litware-travel.net/?code=CANARY2==")
            .installed("https://svc:CANARY3@other.litware-travel.net/S.svc?key=CANARY4");
    });
    let config = format!(
        "<configuration><appSettings><add key=\"ClientId\" value=\"{CLIENT}\"/><add key=\"HostedAppHostNameOverride\" value=\"https://u:CANARY5@h.example\"/></appSettings>\
         <system.net><defaultProxy><proxy proxyaddress=\"http://svc:CANARY6@127.0.0.1:8888\"/></defaultProxy></system.net></configuration>"
    );
    let registration = format!(
        "{{\"appId\":\"{CLIENT}\",\"displayName\":\"Orders\",\"servicePrincipalType\":\"Legacy\",\"servicePrincipalNames\":[\"{CLIENT}/apps.litware-travel.net\"],\"replyUrls\":[\"https://u:CANARY7@apps.litware-travel.net/\"],\"keyCredentials\":[],\"passwordCredentials\":[]}}"
    );
    let receivers = "[{\"ReceiverName\":\"a\",\"ReceiverUrl\":\"https://other.net/S.svc?code=CANARY8\",\"ReceiverId\":\"1\",\"EventType\":10001}]";
    let profile = "<Project><PropertyGroup><SiteUrlToLaunchAfterPublish>https://u:CANARY9@other.net</SiteUrlToLaunchAfterPublish></PropertyGroup></Project>";
    let files: [(&str, &[u8]); 5] = [
        ("Orders.app", &package(&published, &[])),
        ("web.config", config.as_bytes()),
        ("sp.json", registration.as_bytes()),
        ("receivers.json", receivers.as_bytes()),
        ("Azure.pubxml", profile.as_bytes()),
    ];
    for (name, bytes) in files {
        std::fs::write(dir.path().join(name), bytes).expect("written");
    }
    let run = |args: &[&str]| {
        let mut program = Command::cargo_bin("spdoctor").expect("the program is built");
        let output = program
            .arg("oauth")
            .args(args)
            .current_dir(dir.path())
            .env("NO_COLOR", "1")
            .output()
            .expect("it runs");
        [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat()
    };
    let mut shown = run(&[".", "--details", "--fix-script", "fix.ps1", "--fix-xml", "fixed"]);
    shown.push_str(&run(&[".", "--format", "json"]));
    let read = |path: &str| std::fs::read_to_string(dir.path().join(path)).expect(path);
    shown.push_str(&read("fix.ps1"));
    shown.push_str(&read("fixed/Orders.app/AppManifest.xml.diff"));
    assert!(!shown.contains("CANARY"), "{:?}", shown.lines().find(|line| line.contains("CANARY")));
    assert!(shown.contains("://[") && shown.contains("{StandardTokens}"), "{shown}");
    let corrected = read("fixed/Orders.app/AppManifest.xml");
    assert!(
        corrected
            .contains("https://svc:CANARY1@apps.litware-travel.net/?code=CANARY2==&amp;{StandardTokens}"),
        "{corrected}"
    );
    assert!(
        corrected.contains("https://svc:CANARY3@apps.litware-travel.net/S.svc?key=CANARY4"),
        "{corrected}"
    );
}
