//! Bindings as the tools of IIS write them.

use proptest::prelude::*;

use crate::addin::evidence::config::Binding;
use crate::addin::read::{ReadOptions, read};

fn bindings(name: &str, text: &str) -> Vec<Binding> {
    read(name, text.as_bytes(), &ReadOptions::default()).map(|evidence| evidence.bindings).unwrap_or_default()
}

fn rows(name: &str, text: &str) -> Vec<(String, String, String, u16)> {
    let row = |binding: Binding| {
        (binding.site.raw, binding.protocol.raw, binding.host.raw, binding.port.unwrap_or_default())
    };
    bindings(name, text).into_iter().map(row).collect()
}

fn row(site: &str, protocol: &str, host: &str, port: u16) -> (String, String, String, u16) {
    (site.to_owned(), protocol.to_owned(), host.to_owned(), port)
}

const HOST_CONFIG: &str = r#"<configuration>
  <system.applicationHost><sites>
    <site name="Orders" id="2"><bindings>
      <binding protocol="https" bindingInformation="*:443:orders.adatum.test" sslFlags="1" />
      <binding protocol="http" bindingInformation="[::1]:8080:" />
      <binding protocol="net.tcp" bindingInformation="808:*" />
    </bindings></site>
  </sites></system.applicationHost>
  <system.webServer><security><authentication>
    <anonymousAuthentication enabled="true" /><windowsAuthentication enabled="false" />
  </authentication></security></system.webServer>
  <location path="orders"><system.webServer><security><authentication>
    <anonymousAuthentication enabled="false" />
  </authentication></security></system.webServer></location>
</configuration>"#;

#[test]
fn the_configuration_of_iis_tells_bindings_and_authentication() {
    let expected = [row("Orders", "https", "orders.adatum.test", 443), row("Orders", "http", "", 8080)];
    assert_eq!(rows("applicationHost.config", HOST_CONFIG), expected);
    let first = &bindings("applicationHost.config", HOST_CONFIG)[0];
    assert_eq!(first.at.line, 4);
    assert_eq!(first.anonymous.as_ref().map(|value| value.raw.as_str()), Some("false"));
    assert_eq!(first.windows.as_ref().map(|value| value.raw.as_str()), Some("false"));
}

#[test]
fn appcmd_is_read_in_all_its_forms() {
    let expected = [row("A \"B\"", "http", "", 80), row("A \"B\"", "https", "h.test", 443)];
    let text =
        "SITE \"A \"B\"\" (id:1,bindings:http/*:80:,https/*:443:h.test,net.tcp/808:*,state:Started)\r\n";
    assert_eq!(rows("sites.txt", text), expected);
    let rows_xml = "<bindings><binding protocol=\"http\" bindingInformation=\"*:80:\"/><binding protocol=\"https\" \
        bindingInformation=\"*:443:h.test\" certificateHash=\"ab12\"/></bindings>";
    let config = format!(
        "<site name=\"A &quot;B&quot;\" id=\"1\">{rows_xml}</site>\r\n<site name=\"C\">{rows_xml}</site>"
    );
    assert_eq!(rows("sites.txt", &config)[..2], expected);
    assert_eq!(rows("sites.txt", &config).len(), 4);
    let xml = format!(
        "<?xml version=\"1.0\"?><appcmd><SITE SITE.NAME=\"A &quot;B&quot;\" bindings=\"x\"><site name=\"n\">{rows_xml}</site></SITE></appcmd>"
    );
    assert_eq!(rows("sites.xml", &xml), expected);
    assert_eq!(
        bindings("sites.xml", &xml)[1].thumbprint.as_ref().map(|hash| hash.raw.as_str()),
        Some("AB12")
    );
    let bare =
        "<appcmd><SITE SITE.NAME=\"A &quot;B&quot;\" bindings=\"http/*:80:,https/*:443:h.test\"/></appcmd>";
    assert_eq!(rows("sites.xml", bare), expected);
}

#[test]
fn netsh_is_read_in_any_language_and_encoding() {
    let text = "\r\nSSL-Zertifikatbindungen:\r\n------------------------\r\n\r\n    IP:Port                 : 0.0.0.0:443\r\n    \
        Zertifikathash          : 0011223344556677889900112233445566778899\r\n    Anwendungs-ID : {x}\r\n\r\n    \
        Hostname:Port           : h.test:8443\r\n    Hash : aabbccddeeff00112233445566778899aabbccdd\r\n";
    let expected = [row("", "https", "", 443), row("", "https", "h.test", 8443)];
    assert_eq!(rows("netsh.txt", text), expected);
    let utf16: Vec<u8> =
        std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let evidence = read("netsh.txt", &utf16, &ReadOptions::default()).expect("a listing");
    assert_eq!(evidence.bindings.len(), 2);
    assert_eq!(evidence.bindings[1].thumbprint.as_ref().map(|hash| hash.raw.len()), Some(40));
}

#[test]
fn other_texts_are_left_alone() {
    assert_eq!(rows("notes.txt", "time : 10:30\nname : x"), []);
    let thumbprint = "Start : 10:30:15\nThumbprint : 0011223344556677889900112233445566778899";
    assert_eq!(rows("certificate.txt", thumbprint), []);
    assert_eq!(rows("AppManifest.xml", "<App/>"), []);
}

#[test]
fn samples_cut_at_every_byte_are_read() {
    for end in 0..HOST_CONFIG.len() {
        let _ = read("applicationHost.config", &HOST_CONFIG.as_bytes()[..end], &ReadOptions::default());
        let _ =
            read("sites.txt", &[b"<site ", &HOST_CONFIG.as_bytes()[..end]].concat(), &ReadOptions::default());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn random_text_is_read(text in any::<String>()) {
        let _ = read("sites.txt", format!("SITE \"{text}").as_bytes(), &ReadOptions::default());
        let _ = read("netsh.txt", format!("a : b:1\n{text}").as_bytes(), &ReadOptions::default());
    }
}
