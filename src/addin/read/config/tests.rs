//! Configuration files as people have them.

use proptest::prelude::*;

use crate::addin::evidence::config::Config;
use crate::addin::read::{ReadOptions, read};

const CANARY: &str = "Zk3vQ7xW9pL2mN8rT5yB1cD6fG4hJ0kS7uV3wX9zA1b=";
/// What no output may hold.
const BEGINNING: &str = "Zk3vQ7xW9p";

fn config(name: &str, text: &str) -> Config {
    let evidence = read(name, text.as_bytes(), &ReadOptions::default()).expect("a configuration");
    evidence.configs.into_iter().next().unwrap_or_default()
}

fn sample() -> String {
    format!(
        r#"<?xml version="1.0" encoding="utf-8"?>
<configuration>
  <appSettings file="local.config">
    <add key="ClientId" value="3b062084-9617-464a-a774-a72b853c825f" />
    <add key="ClientSecret" value="{CANARY}" />
    <!-- <add key="ClientSecret" value="{CANARY}" /> <add key="clientid" value="old" /> <add key="x" value="y" /> -->
    <add key="StorageKey" value="AccountKey={CANARY}" />
    <add key="Blob" value="{CANARY}" />
    <add key="Realm" value="" />
  </appSettings>
  <system.web>
    <compilation debug="true" targetFramework="4.5" />
    <httpRuntime targetFramework="4.5" />
    <customErrors mode="Off" />
    <trace enabled="true" />
    <authentication mode="Windows" />
    <authorization><deny users="?" /></authorization>
  </system.web>
  <location path="Services"><system.web><authorization><deny users="*" /></authorization></system.web></location>
  <system.net><defaultProxy><proxy proxyaddress="http://127.0.0.1:8888" /></defaultProxy></system.net>
  <system.webServer>
    <security><authentication>
      <anonymousAuthentication enabled="false" />
      <windowsAuthentication enabled="true"><providers><add value="Negotiate" /><add value="NTLM" /></providers></windowsAuthentication>
    </authentication></security>
    <rewrite><rules><rule name="r"><action type="Rewrite" url="http://inner:8080/x" /></rule></rules></rewrite>
  </system.webServer>
  <runtime><AppContextSwitchOverrides value="Switch.System.Net.DontEnableSchUseStrongCrypto=true" /></runtime>
  <system.serviceModel><services><service name="A.B"><endpoint address="" binding="basicHttpBinding" /></service></services></system.serviceModel>
</configuration>"#
    )
}

#[test]
fn every_field_is_read() {
    let config = config("Web/Web.config", &sample());
    let raw = |value: &Option<crate::addin::evidence::Value>| {
        value.as_ref().map(|value| value.raw.clone()).unwrap_or_default()
    };
    let all = |values: &[crate::addin::evidence::Value]| {
        values.iter().map(|value| value.raw.clone()).collect::<Vec<_>>()
    };
    assert!(!config.transform && config.malformed.is_none());
    let keys: Vec<_> =
        config.settings.iter().map(|setting| (setting.key.raw.as_str(), setting.commented)).collect();
    assert_eq!(
        keys,
        [
            ("ClientId", false),
            ("ClientSecret", false),
            ("ClientSecret", true),
            ("clientid", true),
            ("StorageKey", false),
            ("Blob", false),
            ("Realm", false)
        ]
    );
    assert_eq!(config.settings[1].secret.as_ref().and_then(|secret| secret.form.decoded), Some(32));
    assert_eq!(config.settings[1].value.at.to_string(), "Web/Web.config:5:29");
    assert_eq!(config.settings[2].key.at.to_string(), "Web/Web.config:6:15");
    assert_eq!(config.settings[3].key.at.line, 6);
    assert_eq!(all(&config.redirects), ["local.config"]);
    assert_eq!(raw(&config.debug), "true");
    assert_eq!(raw(&config.custom_errors), "Off");
    assert_eq!(raw(&config.trace), "true");
    assert_eq!(raw(&config.target_framework), "4.5");
    assert_eq!(raw(&config.proxy), "http://127.0.0.1:8888");
    let rules: Vec<&str> = config.access.iter().map(|rule| rule.value.raw.as_str()).collect();
    assert_eq!(
        rules,
        ["deny users=\"?\"", "deny users=\"*\" for Services", "anonymousAuthentication enabled=\"false\""]
    );
    assert_eq!(raw(&config.anonymous), "false");
    assert_eq!(raw(&config.windows), "true");
    assert_eq!(all(&config.windows_providers), ["Negotiate", "NTLM"]);
    assert_eq!(all(&config.tls_switches), ["Switch.System.Net.DontEnableSchUseStrongCrypto=true"]);
    assert_eq!(all(&config.proxy_hints), ["http://inner:8080/x"]);
    assert_eq!(all(&config.service_endpoints), ["A.B basicHttpBinding"]);
}

#[test]
fn no_secret_leaves_the_reader() {
    for (name, text) in
        [("web.config", sample()), ("web.config", sample().replace("<configuration>", "<configuration"))]
    {
        let evidence = read(name, text.as_bytes(), &ReadOptions::default());
        assert!(!format!("{evidence:?}").contains(BEGINNING));
    }
}

#[test]
fn transforms_are_known_by_name_and_by_namespace() {
    let text = r#"<configuration xmlns:xdt="http://schemas.microsoft.com/XML-Document-Transform"><appSettings>
        <add key="ClientId" value="x" xdt:Transform="SetAttributes" xdt:Locator="Match(key)" /></appSettings></configuration>"#;
    for name in ["Web.Release.config", "App.Debug.config", "deploy.config"] {
        let config = config(name, text);
        assert!(config.transform, "{name}");
        assert_eq!(
            config.settings[0].transform.as_ref().map(|value| value.raw.as_str()),
            Some("SetAttributes")
        );
    }
    let plain = "<configuration><appSettings><add key=\"Realm\" value=\"x\"/></appSettings></configuration>";
    assert!(!config("tool.exe.config", plain).transform);
    assert!(!config("App.config", plain).transform);
}

#[test]
fn a_file_of_settings_alone_is_read_and_others_are_left() {
    let text = "<appSettings><add key=\"ClientId\" value=\"x\"/></appSettings>";
    assert_eq!(config("secrets.config", text).settings.len(), 1);
    assert_eq!(config("log4net.config", "<log4net debug=\"true\"/>"), Config::default());
    assert_eq!(config("Views/web.config", "<configuration></configuration>"), Config::default());
    assert_eq!(read("packages.config", text.as_bytes(), &ReadOptions::default()), None);
}

#[test]
fn what_is_not_well_formed_is_located_and_the_rest_is_read() {
    let text = "<configuration>\n<appSettings>\n<add key=\"ClientId\" value=\"a\" />\n<add key=\"Realm\" value=\"a & b\" />\n</appSettings>";
    let config = config("web.config", text);
    let fault = config.malformed.as_ref().expect("a fault");
    assert!(fault.at.line >= 4, "{fault:?}");
    assert_eq!(config.settings[0].value.raw, "a");
}

#[test]
fn utf_16_and_a_mark_in_the_middle_are_read() {
    let text =
        "<configuration><appSettings><add key=\"Realm\" value=\"\u{feff}x\"/></appSettings></configuration>";
    let utf16: Vec<u8> =
        std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let evidence = read("web.config", &utf16, &ReadOptions::default()).expect("a configuration");
    assert_eq!(evidence.configs[0].settings[0].value.raw, "\u{feff}x");
}

#[test]
fn a_declaration_that_is_not_that_of_the_bytes_is_told() {
    let text = |name: &str| {
        format!(
            "<?xml version=\"1.0\" encoding=\"{name}\"?><configuration><appSettings><add key=\"Realm\" value=\"\u{fc}\"/></appSettings></configuration>"
        )
    };
    let wide = |text: &str, mark: bool| -> Vec<u8> {
        mark.then_some(0xFEFF).into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    };
    let western = |text: &str| -> Vec<u8> { text.chars().map(|c| c as u8).collect() };
    for (bytes, told) in [
        (text("utf-8").into_bytes(), None),
        (wide(&text("utf-16"), true), None),
        (wide(&text("utf-16"), false), None),
        (western(&text("iso-8859-1")), None),
        (text("utf-16").into_bytes(), Some("the bytes are not UTF-16")),
        (wide(&text("utf-8"), true), Some("the bytes are UTF-16")),
        (wide(&text("utf-8"), false), Some("the bytes are UTF-16")),
        (western(&text("utf-8")), Some("bytes that are not UTF-8")),
        (text("x-foo").into_bytes(), Some("no XML parser knows")),
        ([b"\xEF\xBB\xBF\xEF\xBB\xBF", text("utf-8").as_bytes()].concat(), Some("a second byte order mark")),
    ] {
        let evidence = read("web.config", &bytes, &ReadOptions::default()).expect("a configuration");
        let fault = evidence.configs[0].malformed.as_ref().map(|fault| fault.raw.as_str());
        assert_eq!(fault.is_some(), told.is_some(), "{fault:?} {told:?}");
        assert!(
            told.is_none_or(|told| fault.is_some_and(|fault| fault.contains(told))),
            "{fault:?} {told:?}"
        );
        assert_eq!(evidence.configs[0].settings.len(), 1);
    }
}

#[test]
fn a_sample_cut_at_every_byte_is_read() {
    let sample = sample();
    for end in 0..sample.len() {
        let evidence = read("web.config", &sample.as_bytes()[..end], &ReadOptions::default());
        assert!(!format!("{evidence:?}").contains(BEGINNING), "{end}");
    }
}

#[test]
fn deep_and_many_elements_are_read() {
    let deep = format!("<configuration>{}", "<location>".repeat(5000));
    let many =
        format!("<configuration><appSettings>{}", "<add key=\"ClientId\" value=\"x\"/>".repeat(20_000));
    for text in [deep, many] {
        let _ = read("web.config", text.as_bytes(), &ReadOptions::default());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn random_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut text = b"<configuration><appSettings><!--<add key='ClientId' value=\"".to_vec();
        text.extend(bytes);
        let _ = read("web.config", &text, &ReadOptions::default());
    }
}

#[test]
fn many_comments_are_read_in_time() {
    let text = format!(
        "<configuration><appSettings>{}",
        "<!-- <add key=\"ClientId\" value=\"x\"/> -->\n".repeat(20_000)
    );
    assert_eq!(config("web.config", &text).settings.len(), 500);
}

#[test]
fn authentication_of_a_location_is_not_that_of_the_application() {
    let iis = "<system.webServer><security><authentication><windowsAuthentication enabled='false'><providers><add value='Negotiate'/></providers></windowsAuthentication></authentication></security></system.webServer>";
    let of = |inner: &str| {
        let text = format!(
            "<configuration><appSettings/>{inner}<system.web><authentication mode='Windows'/></system.web></configuration>"
        );
        let found = read("web.config", text.as_bytes(), &ReadOptions::default()).expect("a configuration");
        let config = found.configs.into_iter().next().expect("a configuration");
        (config.windows.map(|told| told.raw).unwrap_or_default(), config.windows_providers.len())
    };
    assert_eq!(of(iis), ("false".to_owned(), 1));
    assert_eq!(of(&format!("<location path='.'>{iis}</location>")), ("false".to_owned(), 1));
    assert_eq!(of(&format!("<location path='Services'>{iis}</location>")), ("Windows".to_owned(), 0));
}
