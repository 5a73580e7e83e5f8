//! Builds `.app` packages and the cabinets inside of them.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;

/// A zip file of these members, in this order.
pub(crate) fn zipped<N: AsRef<str>, B: AsRef<[u8]>>(members: &[(N, B)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(name.as_ref(), SimpleFileOptions::default()).expect("a member");
        writer.write_all(bytes.as_ref()).expect("its bytes");
    }
    writer.finish().expect("a zip file").into_inner()
}

/// A sound package around a manifest: content types, relationships, icon; and the members given, reached from the
/// manifest if they are features, cabinets, or elements.
pub(crate) fn package(manifest: &str, members: &[(&str, Vec<u8>)]) -> Vec<u8> {
    zipped(&package_members(manifest, members))
}

/// The members of [`package`], for cases that spoil one.
pub(crate) fn package_members(manifest: &str, members: &[(&str, Vec<u8>)]) -> Vec<(String, Vec<u8>)> {
    let is = |name: &str, start: &str, end: &str| {
        let lower = name.to_ascii_lowercase();
        lower.starts_with(start) && lower.ends_with(end)
    };
    let mut from_manifest = vec![("manifest-icon", "/AppIcon.png")];
    let mut from_feature = Vec::new();
    for (name, _) in members {
        if is(name, "", ".wsp") {
            from_manifest.push(("manifest-wsp", name));
        } else if is(name, "elements", ".xml") {
            from_feature.push(("feature-elementmanifest", *name));
        }
    }
    let mut all = vec![
        ("[Content_Types].xml".to_owned(), CONTENT_TYPES.as_bytes().to_vec()),
        ("_rels/.rels".to_owned(), relationships(&[("package-manifest", "/AppManifest.xml")])),
        ("AppManifest.xml".to_owned(), [b"\xEF\xBB\xBF", manifest.as_bytes()].concat()),
        ("AppIcon.png".to_owned(), b"\x89PNG".to_vec()),
    ];
    if !from_feature.is_empty() {
        from_manifest.push(("manifest-feature", "/feature1.xml"));
        all.push(("feature1.xml".to_owned(), FEATURE.as_bytes().to_vec()));
        all.push(("_rels/feature1.xml.rels".to_owned(), relationships(&from_feature)));
    }
    all.push(("_rels/AppManifest.xml.rels".to_owned(), relationships(&from_manifest)));
    all.extend(
        members.iter().map(|(name, bytes)| ((*name).trim_start_matches('/').to_owned(), bytes.clone())),
    );
    all
}

/// A `.rels` part. Types are told by their last word.
pub(crate) fn relationships(targets: &[(&str, &str)]) -> Vec<u8> {
    let mut xml = "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?>\
        <Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
        .to_owned();
    for (index, (kind, target)) in targets.iter().enumerate() {
        let target = if target.contains("://") || target.starts_with(['/', '.']) {
            (*target).to_owned()
        } else {
            format!("/{target}")
        };
        xml.push_str(&format!(
            "<Relationship Type=\"http://schemas.microsoft.com/sharepoint/2012/app/relationships/{kind}\" \
             Target=\"{target}\" Id=\"R{index}\" />"
        ));
    }
    xml.push_str("</Relationships>");
    xml.into_bytes()
}

/// A cabinet of these files, MSZIP, as Visual Studio writes `.wsp` files.
pub(crate) fn cabinet<N: AsRef<str>, B: AsRef<[u8]>>(files: &[(N, B)]) -> Vec<u8> {
    let mut builder = cab::CabinetBuilder::new();
    let folder = builder.add_folder(cab::CompressionType::MsZip);
    for (name, _) in files {
        folder.add_file(name.as_ref());
    }
    let mut writer = builder.build(Cursor::new(Vec::new())).expect("a cabinet");
    let mut contents = files.iter();
    while let Some(mut file) = writer.next_file().expect("the next file") {
        let (_, bytes) = contents.next().expect("as many contents as names");
        file.write_all(bytes.as_ref()).expect("its bytes");
    }
    writer.finish().expect("a whole cabinet").into_inner()
}

/// A `.wsp` with one feature whose element file holds this XML.
pub(crate) fn wsp(elements: &str) -> Vec<u8> {
    cabinet(&[
        ("manifest.xml", SOLUTION),
        ("Orders_Feature1\\Feature.xml", WSP_FEATURE),
        ("Orders_Feature1\\Receivers\\Elements.xml", elements),
    ])
}

/// An element file with this inside.
pub(crate) fn elements(inner: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<Elements xmlns=\"http://schemas.microsoft.com/sharepoint/\">\r\n{inner}\r\n</Elements>"
    )
}

/// An element file with one remote event receiver.
pub(crate) fn receiver(bound: &str, event: &str, url: &str) -> String {
    elements(&format!(
        "  <Receivers {bound}>\r\n    <Receiver>\r\n      <Name>Orders{event}</Name>\r\n      <Type>{event}</Type>\r\n      \
         <SequenceNumber>10000</SequenceNumber>\r\n      <Url>{url}</Url>\r\n    </Receiver>\r\n  </Receivers>"
    ))
}

const CONTENT_TYPES: &str = "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?>\
    <Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
    <Default Extension=\"xml\" ContentType=\"text/xml\" />\
    <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\" />\
    <Default Extension=\"wsp\" ContentType=\"application/wsp\" />\
    <Default Extension=\"png\" ContentType=\"application/wsp\" /></Types>";

const FEATURE: &str = "<Feature xmlns=\"http://schemas.microsoft.com/sharepoint/\" Title=\"Orders\" \
    Id=\"0c4f1f5b-1111-4222-8333-444455556666\" Scope=\"Web\" Hidden=\"TRUE\" />";

const SOLUTION: &str = "<Solution xmlns=\"http://schemas.microsoft.com/sharepoint/\" \
    SolutionId=\"1d4f1f5b-1111-4222-8333-444455556666\">\
    <FeatureManifests><FeatureManifest Location=\"Orders_Feature1\\Feature.xml\" /></FeatureManifests></Solution>";

const WSP_FEATURE: &str = "<Feature xmlns=\"http://schemas.microsoft.com/sharepoint/\" \
    Id=\"2e4f1f5b-1111-4222-8333-444455556666\" Scope=\"Web\">\
    <ElementManifests><ElementManifest Location=\"Receivers\\Elements.xml\" /></ElementManifests></Feature>";
