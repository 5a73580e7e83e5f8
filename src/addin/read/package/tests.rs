//! Packages in, evidence and faults out.

use proptest::prelude::{ProptestConfig, any, prop_assert, proptest};

use super::archive::{Budget, spend};
use super::{cabinet, manifest, names};
use crate::addin::evidence::Evidence;
use crate::addin::read::{ReadOptions, read};

fn budget(bytes: u64) -> Budget {
    Budget::new(bytes.into())
}

fn read_as(path: &str, bytes: &[u8]) -> Evidence {
    read(path, bytes, &ReadOptions::default()).unwrap_or_default()
}

/// A stored cabinet of one file, as the specification of the format gives it.
const STORED: &[u8] = b"MSCF\0\0\0\0\x59\0\0\0\0\0\0\0\x2c\0\0\0\0\0\0\0\x03\x01\x01\0\x01\0\0\0\x34\x12\0\0\
    \x43\0\0\0\x01\0\0\0\x0e\0\0\0\0\0\0\0\0\0\x6c\x22\xba\x59\x01\0hi.txt\0\x4c\x1a\x2e\x7f\x0e\0\x0e\0Hello, world!\n";

/// The same, MSZIP.
const PACKED: &[u8] = b"MSCF\0\0\0\0\x61\0\0\0\0\0\0\0\x2c\0\0\0\0\0\0\0\x03\x01\x01\0\x01\0\0\0\x34\x12\0\0\
    \x43\0\0\0\x01\0\x01\0\x0e\0\0\0\0\0\0\0\0\0\x6c\x22\xe7\x59\x01\0hi.txt\0\0\0\0\0\x16\0\x0e\0\
    CK\xf3H\xcd\xc9\xc9\xd7Q(\xcf/\xcaIQ\xe4\x02\x00$\xf2\x04\x94";

#[test]
fn stored_and_packed_cabinets_are_read() {
    for bytes in [STORED, PACKED] {
        let cabinet = cabinet::read(bytes, &budget(1 << 20)).expect("a cabinet");
        assert_eq!(cabinet.get("HI.txt"), Some(b"Hello, world!\n".as_slice()));
        assert!(cabinet.faults.is_empty(), "{:?}", cabinet.faults);
    }
}

#[test]
fn every_beginning_and_every_changed_byte_of_a_cabinet_is_survived() {
    for bytes in [STORED, PACKED] {
        for end in 0..bytes.len() {
            let _ = cabinet::read(bytes.get(..end).unwrap_or_default(), &budget(1 << 20));
            for value in [0, 1, 0x7F, 0xFF] {
                let mut changed = bytes.to_vec();
                changed[end] = value;
                if let Ok(cabinet) = cabinet::read(&changed, &budget(1 << 20)) {
                    let _ = cabinet.get("hi.txt");
                }
            }
        }
    }
}

#[test]
fn a_cabinet_stops_at_its_budget() {
    let cabinet = cabinet::read(PACKED, &budget(5)).expect("a cabinet");
    assert!(
        cabinet.faults.iter().any(|fault| fault.contains("more bytes than are allowed")),
        "{:?}",
        cabinet.faults
    );
    let budget = budget(10);
    assert!(spend(&budget, 10) && !spend(&budget, 1));
}

/// A cabinet without files, of folders that are packed as MSZIP: the place and the number of blocks of each.
fn cabinet_of(folders: &[(usize, u16)], blocks: &[u8]) -> Vec<u8> {
    let data = 36 + 8 * folders.len();
    let mut bytes = b"MSCF".to_vec();
    bytes.extend([0; 4]);
    bytes.extend(u32::try_from(data + blocks.len()).unwrap_or(0).to_le_bytes());
    bytes.extend([0; 4]);
    bytes.extend(u32::try_from(data).unwrap_or(0).to_le_bytes());
    bytes.extend([0, 0, 0, 0, 3, 1]);
    bytes.extend(u16::try_from(folders.len()).unwrap_or(0).to_le_bytes());
    bytes.extend([0; 8]);
    for (at, count) in folders {
        bytes.extend(u32::try_from(data + at).unwrap_or(0).to_le_bytes());
        bytes.extend(count.to_le_bytes());
        bytes.extend([1, 0]);
    }
    bytes.extend(blocks);
    bytes
}

/// A block of MSZIP with this many zeros, without a checksum.
fn zeros(count: usize) -> Vec<u8> {
    let mut packed = flate2::write::DeflateEncoder::new(b"CK".to_vec(), flate2::Compression::best());
    std::io::Write::write_all(&mut packed, &vec![0; count]).expect("in memory");
    let packed = packed.finish().expect("in memory");
    let sizes = [packed.len(), count].map(|size| u16::try_from(size).unwrap_or(0).to_le_bytes());
    [&[0; 4], sizes.concat().as_slice(), &packed].concat()
}

fn faults(cabinet: &[u8]) -> Vec<String> {
    cabinet::read(cabinet, &budget(1 << 30)).expect("a cabinet").faults
}

#[test]
fn every_block_of_mszip_but_the_last_of_a_folder_is_full() {
    let full = zeros(32_768);
    assert!(faults(&cabinet_of(&[(0, 2)], &[&full[..], &zeros(5)].concat())).is_empty());
    let told = faults(&cabinet_of(&[(0, 3)], &[&full[..], &zeros(5), &zeros(5)].concat()));
    assert_eq!(
        told,
        ["folder 0 of the cabinet: block 1: it holds 5 bytes; all but the last of a folder hold 32768"]
    );
    assert!(faults(&cabinet_of(&[(0, 1)], &zeros(40_000)))[0].contains("it holds 40000 bytes"));
}

#[test]
fn folders_of_a_cabinet_share_no_data() {
    let (full, last) = (zeros(32_768), zeros(5));
    let blocks = [&full[..], &last].concat();
    assert!(faults(&cabinet_of(&[(full.len(), 1), (0, 1)], &blocks)).is_empty());
    for shared in [[(0, 2), (0, 2)], [(0, 2), (full.len(), 1)], [(full.len(), 1), (0, 2)]] {
        let told = faults(&cabinet_of(&shared, &blocks));
        assert!(told.len() == 1 && told[0].starts_with("folder 1 of the cabinet: block "), "{told:?}");
        assert!(told[0].ends_with("it lies in the data of another folder"), "{told:?}");
    }
}

#[test]
fn names_are_compared_without_case_and_escapes() {
    assert_eq!(names::key("/A%20b\\C.xml"), "a b/c.xml");
    assert_eq!(names::target("", "/AppManifest.xml"), Some("appmanifest.xml".to_owned()));
    assert_eq!(names::target("a/b.xml", "../c%2Exml#x"), Some("c.xml".to_owned()));
    assert_eq!(names::target("a.xml", "../c.xml"), None);
    for name in ["../x", "a/../../x", "/x", "\\x", "C:x", "a\\..\\x", "%2e%2e/x", "a\0b"] {
        assert!(names::escapes(name), "{name}");
    }
    assert!(!names::escapes("a/..b/c.xml"));
    for odd in ["%", "%4", "%zz", "ä%C3%A4", ""] {
        let _ = (names::key(odd), names::target(odd, odd), names::escapes(odd));
    }
}

#[test]
fn stages_are_seen_from_place_and_mark() {
    use crate::model::stage::Stage::{Build, Package, Source};
    let stage =
        |path: &str, text: &str| read_as(path, text.as_bytes()).manifests.first().map(|found| found.stage);
    let plain = "<App xmlns=\"http://schemas.microsoft.com/sharepoint/2012/app/manifest\"/>";
    assert_eq!(stage("src/AppManifest.xml", plain), Some(Source));
    assert_eq!(stage("src/pkgobj/Debug/AppManifest.xml", plain), Some(Build));
    assert_eq!(stage("src/Bin/AppManifest.xml", plain), Some(Build));
    assert_eq!(stage("src/AppManifest.xml", &format!("<!--Published:1-->{plain}")), Some(Package));
    assert_eq!(stage("src/AppManifest.xml", &format!("<!--Created:1-->{plain}")), Some(Source));
}

#[test]
fn manifests_of_other_products_are_told_apart() {
    let product =
        |path: &str, text: &str| read_as(path, text.as_bytes()).foreign.first().map(|found| found.product);
    assert_eq!(product("a/AppManifest.xml", "<OfficeApp/>"), Some("Office add-in manifest"));
    assert_eq!(
        product(
            "a/manifest.xml",
            "<OfficeApp xmlns='http://schemas.microsoft.com/office/appforoffice/1.1'/>"
        ),
        Some("Office add-in manifest")
    );
    let windows = "<Package xmlns=\"http://schemas.microsoft.com/appx/manifest/foundation/windows10\"/>";
    assert!(product("a/AppxManifest.xml", windows).is_some_and(|found| found.contains("APPX")));
    let silverlight = "<Deployment xmlns=\"http://schemas.microsoft.com/client/2007/deployment\"/>";
    assert!(product("a/AppManifest.xml", silverlight).is_some_and(|found| found.contains("Silverlight")));
    assert!(read_as("a/x.msix", b"PK\x03\x04").foreign.len() == 1);
    assert_eq!(read("a/other.xml", b"<x/>", &ReadOptions::default()), None);
}

#[test]
fn a_secret_in_a_manifest_is_never_kept() {
    let canary = "kJ8canaryZ2mNq4";
    let packed = "a0o4Y2FuYXJ5WjJtTnE0";
    for text in [
        format!(
            "<App><AppPrincipal><AutoDeployedWebApplication><DebugInfo AppUrl='x' ClientSecret='{canary}'/></AutoDeployedWebApplication></AppPrincipal></App>"
        ),
        format!("<App><DebugInfo ClientSecret=\"{canary}\"{canary}\" Other='1'/></App>"),
        format!("<App><DebugInfo ClientSecret={canary} /></App>"),
        format!("<App><DebugInfo ClientSecret=\"{canary}"),
        format!("<App><DebugInfo ClientSecret=\"a&{canary};\"/></App>"),
    ] {
        let told = format!("{:?}", read_as("AppManifest.xml", text.as_bytes()));
        assert!(!told.contains(canary) && !told.contains(packed), "{told}");
    }
}

#[test]
fn every_beginning_of_a_manifest_is_read() {
    let text = "<?xml version=\"1.0\"?><!--Published:1--><App Name='a' xmlns='http://schemas.microsoft.com/sharepoint/2012/app/manifest'>\
        <Properties><Title>T&amp;</Title><StartPage>https://h/?{StandardTokens}</StartPage></Properties><AppPrincipal>\
        <RemoteWebApplication ClientId='x'/></AppPrincipal><AppPermissionRequests><AppPermissionRequest Scope='s'>\
        <Property Name='BaseTemplateId' Value='1'/></AppPermissionRequest></AppPermissionRequests></App>";
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [text.as_bytes(), &utf16] {
        for end in 0..=bytes.len() {
            let _ = manifest::read("AppManifest.xml", bytes.get(..end).unwrap_or_default(), None);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_under_any_name(bytes in proptest::collection::vec(any::<u8>(), 0..300), mark in 0usize..5) {
        let marks: [&[u8]; 5] = [b"", b"PK\x03\x04", b"MSCF", b"<App /app/manifest", b"<Elements"];
        let bytes = [marks[mark], &bytes].concat();
        for path in ["a.app", "a.zip", "a.wsp", "a.sppkg", "AppManifest.xml", "Elements.xml", "a.txt"] {
            let evidence = read_as(path, &bytes);
            prop_assert!(evidence.problems.iter().all(|problem| !problem.message.ends_with('.')));
        }
    }
}
