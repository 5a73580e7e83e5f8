//! Files in, corrected files and their differences out.

use super::sound::is_sound;
use super::{Corrected, Edit, corrections};

fn corrected(text: &str, wanted: &[Edit]) -> Corrected {
    corrections("AppManifest.xml", text.as_bytes(), wanted)
}

#[test]
fn names_of_files_are_quoted_in_a_difference() {
    let name = "a\u{202e}b\n+++ c.xml";
    let diff = corrections(name, manifest("http://h.test/a").as_bytes(), &[Edit::Https]).diff();
    assert!(
        !diff.contains('\u{202e}') && diff.lines().filter(|line| line.starts_with("+++")).count() == 1,
        "{diff}"
    );
}

fn manifest(page: &str) -> String {
    format!(
        "<App xmlns=\"urn:x\">\r\n  <!-- kept -->\r\n  <Properties><StartPage>{page}</StartPage></Properties>\r\n  \
         <AppPrincipal><RemoteWebApplication ClientId=\" 3B062084-9617-464A-A774-A72B853C825F\" /></AppPrincipal>\r\n</App>"
    )
}

fn page(written: &str, wanted: &[Edit]) -> String {
    let text = corrected(&manifest(written), wanted).text().to_owned();
    let start = text.find("<StartPage>").expect("a page") + "<StartPage>".len();
    text.get(start..text.find("</StartPage>").expect("its end")).expect("a page").to_owned()
}

#[test]
fn addresses_are_corrected_where_they_stand() {
    let host = || Edit::PageHost("addin.adatum.test".to_owned());
    assert_eq!(
        page("https://old.test/a?{StandardTokens}", &[host()]),
        "https://addin.adatum.test/a?{StandardTokens}"
    );
    assert_eq!(
        page("https://old.test?{StandardTokens}", &[host()]),
        "https://addin.adatum.test/?{StandardTokens}"
    );
    assert_eq!(
        page("https://ADDIN.adatum.test/?{StandardTokens}", &[host()]),
        "https://ADDIN.adatum.test/?{StandardTokens}"
    );
    assert_eq!(page("~remoteAppUrl/a?{StandardTokens}", &[host()]), "~remoteAppUrl/a?{StandardTokens}");
    let token = Edit::RemoteToken("addin.adatum.test".to_owned());
    assert_eq!(
        page("~remoteWebUrl/a?{StandardTokens}", &[token]),
        "https://addin.adatum.test/a?{StandardTokens}"
    );
    assert_eq!(page("~remoteWebUrl/a", &[Edit::RealToken]), "~remoteAppUrl/a");
    assert_eq!(
        page("http://h.test/a", &[Edit::Https, Edit::StandardTokens]),
        "https://h.test/a?{StandardTokens}"
    );
    assert_eq!(
        page("https://h.test/a?x=1", &[Edit::StandardTokens]),
        "https://h.test/a?x=1&amp;{StandardTokens}"
    );
    assert_eq!(
        page(
            "https://h.test/a?SPHostUrl={HostUrl}&amp;x=1&amp;SPLanguage={Language}",
            &[Edit::StandardTokens]
        ),
        "https://h.test/a?x=1&amp;{StandardTokens}"
    );
    for (written, better) in [
        ("https://h.test/?{standardtokens}", "https://h.test/?{StandardTokens}"),
        ("https://h.test/?{standardtokens}&amp;{StandardTokens}", "https://h.test/?{StandardTokens}"),
        ("https://h.test/?{StandardTokens}&amp;SPHostUrl={HostUrl}", "https://h.test/?{StandardTokens}"),
        (
            "https://h.test/?{StandardTokens}&amp;h={HostUrl}",
            "https://h.test/?{StandardTokens}&amp;h={HostUrl}",
        ),
    ] {
        assert_eq!(page(written, &[Edit::StandardTokens]), better);
    }
    assert_eq!(page("https://h.test/?a=1&b=2", &[Edit::WellFormed]), "https://h.test/?a=1&amp;b=2");
    assert_eq!(
        page("http://h.test/?a=1&b=2", &[Edit::WellFormed, Edit::Https]),
        "https://h.test/?a=1&amp;b=2"
    );
}

#[test]
fn everything_else_stays_byte_for_byte() {
    let text = manifest("http://h.test/{StandardTokens}");
    let marked = [b"\xEF\xBB\xBF", text.as_bytes()].concat();
    let result = corrections("a.xml", &marked, &[Edit::Https]);
    let expected = [b"\xEF\xBB\xBF", text.replace("http://", "https://").as_bytes()].concat();
    assert_eq!(result.bytes, expected);
    assert_eq!(result.applied.len(), 1);
    assert_eq!((result.applied[0].line, result.applied[0].column), (3, 26));
    for little in [true, false] {
        let unit = |unit: u16| if little { unit.to_le_bytes() } else { unit.to_be_bytes() };
        let bytes =
            |text: &str| -> Vec<u8> { format!("\u{feff}{text}").encode_utf16().flat_map(unit).collect() };
        assert_eq!(
            corrections("a.xml", &bytes(&text), &[Edit::Https]).bytes,
            bytes(&text.replace("http://", "https://"))
        );
    }
    let western = format!("<?xml version='1.0' encoding='windows-1252'?>{}", text.replace("kept", "\u{fc}"));
    let western = western.chars().map(|c| c as u8).collect::<Vec<u8>>();
    let result = corrections("a.xml", &western, &[Edit::Https]);
    assert!(result.refused.is_none() && result.bytes.contains(&0xFC), "{result:?}");
}

#[test]
fn nothing_to_do_is_nothing_done() {
    let text = manifest("https://h.test/?{StandardTokens}");
    let result = corrected(&text, &[Edit::Https, Edit::StandardTokens, Edit::WellFormed, Edit::Permissions]);
    assert!(result.is_unchanged() && result.bytes == text.as_bytes() && result.diff().is_empty());
}

#[test]
fn client_ids_are_put_right() {
    let plain = corrected(&manifest("https://h.test/"), &[Edit::PlainClientId]);
    assert!(plain.text().contains("ClientId=\"3b062084-9617-464a-a774-a72b853c825f\""));
    let star = manifest("https://h.test/").replace(" 3B062084-9617-464A-A774-A72B853C825F", "*");
    let known = corrected(
        &star,
        &[Edit::ClientId("0b9d6a2e-2222-4333-8444-555566667777".to_owned()), Edit::PlainClientId],
    );
    assert!(known.text().contains("ClientId=\"0b9d6a2e-2222-4333-8444-555566667777\""));
}

#[test]
fn the_snippet_without_its_end_gets_it() {
    let text = "<AppPermissionRequests AllowAppOnlyPolicy=\"True\">\n  <AppPermissionRequest Scope=\"https://sharepoint/content/tenant/\" Right=\"Full Control\" />\n";
    let wanted = [Edit::WellFormed, Edit::Permissions];
    let result = corrected(text, &wanted);
    assert_eq!(
        result.text(),
        "<AppPermissionRequests AllowAppOnlyPolicy=\"true\">\n  <AppPermissionRequest Scope=\"http://sharepoint/content/tenant\" Right=\"FullControl\" />\n</AppPermissionRequests>\n"
    );
    let again = corrected(result.text(), &wanted);
    assert!(again.is_unchanged(), "{again:?}");
    let note = format!("Enter:\n\n{text}\nThen trust it.\n");
    let result = corrections("note.txt", note.as_bytes(), &wanted);
    assert!(result.text().ends_with(" />\n</AppPermissionRequests>\n\nThen trust it.\n"));
}

#[test]
fn quotes_and_open_requests_are_put_right() {
    let text = "<AppPermissionRequests>\n<AppPermissionRequest Scope=“http://sharepoint/taxonomy” Right=Read>\n</AppPermissionRequests>";
    let result = corrected(text, &[Edit::WellFormed, Edit::Permissions]);
    assert_eq!(
        result.text(),
        "<AppPermissionRequests>\n<AppPermissionRequest Scope=\"http://sharepoint/taxonomy\" Right=\"Read\" />\n</AppPermissionRequests>"
    );
}

#[test]
fn secrets_are_hidden_in_the_difference_and_emptied_on_demand() {
    let canary = "Zq5canaryW8";
    for secret in [
        format!("ClientSecret=\"{canary}\""),
        format!("ClientSecret = '{canary}'"),
        format!("ClientSecret={canary}"),
        format!("ClientSecret=\"a\"{canary}\""),
        format!("ClientSecret=\n\"{canary}\""),
    ] {
        let text = format!("<App>\n<StartPage>http://h.test/</StartPage>\n<DebugInfo {secret}\n/></App>");
        let result = corrected(&text, &[Edit::Https, Edit::WellFormed]);
        // Where the quotes are not clear, nothing is corrected around a secret.
        assert!(result.diff().is_empty() == result.refused.is_some(), "{secret}");
        assert!(!result.diff().contains(canary), "{}", result.diff());
        assert!(!format!("{:?}", result.applied).contains(canary), "{secret}");
    }
    let text = format!("<App><DebugInfo ClientSecret=\"{canary}\" /></App>");
    let result = corrected(&text, &[Edit::EmptySecret]);
    assert!(result.text().contains("ClientSecret=\"\""));
    let diff = result.diff();
    assert!(diff.contains("-<App><DebugInfo ClientSecret=\"[11 characters, hidden]\""), "{diff}");
    assert!(diff.contains("+<App><DebugInfo ClientSecret=\"\""), "{diff}");
    assert!(!format!("{:?}", result.applied).contains(canary) && !result.diff().contains(canary));
}

#[test]
fn a_secret_in_place_of_the_client_id_is_hidden_and_an_id_is_not() {
    let canary = "Zq5canaryW8Rt6Yu2Pk4LmN9";
    for id in [format!("\"{canary}\""), format!("'{canary}'"), format!("\u{201c}{canary}\u{201d}")] {
        let text = format!(
            "<App>\n<StartPage>http://h.test/</StartPage>\n<RemoteWebApplication ClientId={id} /></App>"
        );
        let result = corrected(&text, &[Edit::Https, Edit::WellFormed, Edit::PlainClientId]);
        let told = result.refused.is_some() || result.diff().contains("https://h.test/");
        assert!(told && !result.diff().contains(canary), "{}", result.diff());
        assert!(!format!("{:?}", result.applied).contains(canary), "{id}");
    }
    let diff = corrected(&manifest("http://h.test/a"), &[Edit::Https]).diff();
    assert!(diff.contains("3B062084-9617-464A-A774-A72B853C825F"), "{diff}");
}

#[test]
fn secrets_in_lines_that_stay_are_hidden() {
    for line in [
        "<Title>q1W2e3R4t5Y6u7I8o9P0aSdFgHjKlZxCANARY234567=</Title>",
        "<Title>aB18Q~dy12BkksLf_W6kq2CFGSjWCANARYo89tLjx</Title>",
        "<!-- password: CANARY! -->",
        "<!-- Kennwort = CANARY -->",
        "<ClientSecret>CANARY</ClientSecret>",
        "<Url>https://u:CANARY@h.test/?pw=correct CANARY&amp;x=CANARY</Url>",
    ] {
        let text = format!("<App>\n{line}\n<StartPage>http://h.test/</StartPage>\n</App>");
        let diff = corrected(&text, &[Edit::Https]).diff();
        assert!(diff.contains("+<StartPage>https://h.test/") && !diff.contains("CANARY"), "{diff}");
    }
}

#[test]
fn an_address_in_a_section_stays_in_it() {
    let page = |inner: &str| page(&format!("<![CDATA[{inner}]]>"), &[Edit::Https, Edit::WellFormed]);
    assert_eq!(page("http://h.test/?a=b&c=d"), "<![CDATA[https://h.test/?a=b&c=d]]>");
    assert_eq!(page("https://h.test/?a=b&c=d"), "<![CDATA[https://h.test/?a=b&c=d]]>");
    let text = "<App><Properties><StartPage>\n <![CDATA[http://h.test/?a=b]]> </StartPage></Properties><AppPrincipal><RemoteWebApplication ClientId=\"x\"/></AppPrincipal></App>";
    let result = corrected(text, &[Edit::Https, Edit::StandardTokens]);
    assert!(result.text().contains("<![CDATA[https://h.test/?a=b&{StandardTokens}]]>"), "{}", result.text());
    let mixed = "<App><StartPage>http://h.test/<![CDATA[?a=b]]></StartPage></App>";
    assert!(corrected(mixed, &[Edit::Https]).is_unchanged());
}

proptest::proptest! {
    #[test]
    fn any_text_is_corrected_without_harm(text in "(<App>|<AppPermissionRequests|<AppPermissionRequest|StartPage|http://|[ =\"“'<>/&;a\n]){0,20}") {
        let wanted = [Edit::WellFormed, Edit::Permissions, Edit::Https, Edit::StandardTokens, Edit::PlainClientId, Edit::EmptySecret, Edit::PageHost("h".to_owned())];
        let result = corrected(&text, &wanted);
        proptest::prop_assert!(result.is_unchanged() || is_sound("AppManifest.xml", &result.bytes));
        proptest::prop_assert!(result.refused.is_none() || result.bytes == text.as_bytes());
        let _ = result.diff();
    }
}

/// A manifest and permission XML, with a name each under which the file is read.
fn samples() -> [(&'static str, String); 3] {
    let requests = "<AppPermissionRequests AllowAppOnlyPolicy=\"True\">\r\n  <AppPermissionRequest Scope=\"https://sharepoint/content/tenant\" Right='read'>\r\n    <Property Name=\"a\" Value=\"b\" />\r\n  </AppPermissionRequest>\r\n</AppPermissionRequests>\r\n";
    let whole = format!(
        "<?xml version=\"1.0\"?>\r\n{}",
        manifest("http://h.test/?a=1&amp;b=\u{fc}").replace("</App>", &format!("{requests}</App>"))
    );
    [
        ("AppManifest.xml", whole),
        ("permissions.xml", requests.to_owned()),
        ("note.md", format!("Enter\n\n{requests}\nand trust it.")),
    ]
}

/// What is wrong with the XML and what it asks for, as an audit sees it.
fn problems(path: &str, text: &str) -> std::collections::BTreeSet<String> {
    let options = crate::addin::read::ReadOptions::default();
    let evidence = crate::addin::read::read(path, text.as_bytes(), &options).unwrap_or_default();
    let malformed = evidence.permissions.iter().filter_map(|read| read.malformed.as_ref());
    let faults = evidence.manifests.iter().flat_map(|manifest| &manifest.faults);
    let told = malformed.map(|value| value.raw.clone());
    told.chain(faults.map(|fault| fault.message.clone())).collect()
}

/// Either nothing is written and the reason told, or what is written is sound and no worse than it was.
fn law(path: &str, text: &str) {
    let wanted = [
        Edit::WellFormed,
        Edit::Permissions,
        Edit::PlainClientId,
        Edit::RealToken,
        Edit::Https,
        Edit::StandardTokens,
    ];
    let result = corrections(path, text.as_bytes(), &wanted);
    if result.is_unchanged() {
        assert!(result.refused.is_some() || is_sound(path, text.as_bytes()), "{path} {text}");
        return;
    }
    assert!(is_sound(path, &result.bytes), "{path} {}", result.text());
    let (before, after) = (problems(path, text), problems(path, result.text()));
    assert!(after.is_subset(&before), "{path} {text} {before:?} {after:?}");
}

#[test]
fn what_is_written_of_every_beginning_is_sound() {
    for (path, text) in samples() {
        law(path, &text);
        for (end, _) in text.char_indices() {
            law(path, text.get(..end).expect("a beginning"));
        }
    }
}

#[test]
fn what_is_written_is_sound_where_a_character_is_missing_or_doubled() {
    for (path, text) in samples() {
        for (at, character) in text.char_indices() {
            let (before, rest) = text.split_at(at);
            let after = rest.get(character.len_utf8()..).expect("the rest");
            law(path, &format!("{before}{after}"));
            law(path, &format!("{before}{character}{character}{after}"));
        }
    }
}

#[test]
fn markup_that_nobody_can_mend_is_left_alone() {
    let whole = "<AppPermissionRequests><AppPermissionRequest Scope=\"http://sharepoint/taxonomy\" Right=\"read\"/></AppPermissionRequests>";
    let wanted = [Edit::WellFormed, Edit::Permissions];
    for broken in [
        whole.trim_end_matches('>').to_owned(),
        whole.replace("</AppPermissionRequests>", "</apppermissionrequests>"),
        format!("{whole}\n</AppPermissionRequests"),
        format!("{whole}<x"),
        format!("{whole}<x/>"),
        format!("{whole} done"),
    ] {
        let result = corrections("permissions.xml", broken.as_bytes(), &wanted);
        assert!(result.is_unchanged() && result.refused.is_some(), "{broken} {result:?}");
    }
    for mended in [
        whole.to_owned(),
        whole.replace("\"read\"", "read "),
        whole.replace("</AppPermissionRequests>", ""),
        format!("<?xml version='1.0'?>\n<!-- a -->{whole}\n<!-- b -->\n"),
    ] {
        let result = corrections("permissions.xml", mended.as_bytes(), &wanted);
        assert!(result.refused.is_none() && result.text().contains("Right=\"Read\""), "{mended} {result:?}");
    }
    let note = format!("a < b\n{whole}\nand <x");
    assert!(corrections("note.txt", note.as_bytes(), &wanted).refused.is_none());
}

#[test]
fn as_many_ampersands_as_letters_are_escaped_in_one_go() {
    let page = page(&format!("https://h.test/?{}&#38;&amp;", "&".repeat(20_000)), &[Edit::WellFormed]);
    assert_eq!(page.len(), "https://h.test/?".len() + 20_000 * "&amp;".len() + "&#38;&amp;".len());
}
