//! `.app` packages: a zip with OPC relationships, and in it a cabinet. The same bytes on every machine.

use std::io::{Cursor, Write as _};

use zip::CompressionMethod;
use zip::write::SimpleFileOptions;

use crate::prng::{Guid, Prng};

const RELATIONSHIPS: &str = "http://schemas.microsoft.com/sharepoint/2012/app/relationships/";

/// A package around a manifest: an icon, a `.wsp` with element files, and a feature of the host web.
pub(super) fn package(
    manifest: &str,
    icon: Vec<u8>,
    wsp: Option<(&str, Vec<u8>)>,
    prng: &mut Prng,
) -> Vec<u8> {
    let mut of_manifest = vec![("manifest-icon", "/AppIcon.png".to_owned())];
    if let Some((name, _)) = &wsp {
        of_manifest.push(("manifest-wsp", format!("/{name}")));
    }
    let mut members = vec![
        ("[Content_Types].xml".to_owned(), super::visual_studio(CONTENT_TYPES)),
        (
            "_rels/.rels".to_owned(),
            relationships(&[("package-manifest", "/AppManifest.xml".to_owned())], prng),
        ),
        ("AppManifest.xml".to_owned(), super::visual_studio(manifest)),
        ("_rels/AppManifest.xml.rels".to_owned(), relationships(&of_manifest, prng)),
    ];
    members.extend(part("AppIcon.png", icon, prng));
    if let Some((name, bytes)) = wsp {
        members.extend(part(name, bytes, prng));
    }
    zipped(&members)
}

/// A part with its configuration, as every part but the manifest has one.
fn part(name: &str, bytes: Vec<u8>, prng: &mut Prng) -> Vec<(String, Vec<u8>)> {
    let config = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<AppPartConfig \
         xmlns=\"http://schemas.microsoft.com/sharepoint/2012/app/partconfiguration\">\n  <Id>{}</Id>\n</AppPartConfig>\n",
        prng.guid()
    );
    vec![
        (name.to_owned(), bytes),
        (format!("{name}.config.xml"), config.into_bytes()),
        (
            format!("_rels/{name}.rels"),
            relationships(&[("partconfiguration", format!("/{name}.config.xml"))], prng),
        ),
    ]
}

fn relationships(targets: &[(&str, String)], prng: &mut Prng) -> Vec<u8> {
    let rows = super::concatenated(
        targets.iter().map(|target| (target, prng.next() >> 32)),
        |((kind, target), id)| {
            format!(
                "  <Relationship Type=\"{RELATIONSHIPS}{kind}\" Target=\"{target}\" Id=\"R{id:08x}\" />\n"
            )
        },
    );
    super::visual_studio(&format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\n{rows}</Relationships>\n"
    ))
}

/// A zip file of these members, without dates.
pub(super) fn zipped(members: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(zip::DateTime::default());
    for (name, bytes) in members {
        writer.start_file(name.as_str(), options).expect("memory takes a member");
        writer.write_all(bytes).expect("memory takes bytes");
    }
    writer.finish().expect("memory takes a directory").into_inner()
}

/// A `.wsp` with one feature, its element file and pages.
pub(super) fn wsp(elements: &str, pages: &[(String, Vec<u8>)], solution: Guid, feature: Guid) -> Vec<u8> {
    let xml = |text: String| super::visual_studio(&text);
    let mut files = vec![
        (
            "manifest.xml".to_owned(),
            xml(format!(
                "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Solution xmlns=\"http://schemas.microsoft.com/sharepoint/\" \
                 SolutionId=\"{solution}\">\n  <FeatureManifests>\n    <FeatureManifest Location=\"Feature1\\Feature.xml\" />\n  \
                 </FeatureManifests>\n</Solution>\n"
            )),
        ),
        (
            "Feature1\\Feature.xml".to_owned(),
            xml(format!(
                "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Feature xmlns=\"http://schemas.microsoft.com/sharepoint/\" \
                 Title=\"Feature1\" Id=\"{feature}\" Scope=\"Web\">\n  <ElementManifests>\n    \
                 <ElementManifest Location=\"Receivers\\Elements.xml\" />\n  </ElementManifests>\n</Feature>\n"
            )),
        ),
        ("Feature1\\Receivers\\Elements.xml".to_owned(), xml(elements.to_owned())),
    ];
    files.extend(pages.iter().cloned());
    cabinet(&files)
}

/// An element file with one receiver for items of a list.
pub(super) fn receiver(name: &str, event: &str, url: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Elements xmlns=\"http://schemas.microsoft.com/sharepoint/\">\n  \
         <Receivers ListTemplateId=\"100\">\n    <Receiver>\n      <Name>{name}</Name>\n      <Type>{event}</Type>\n      \
         <SequenceNumber>10000</SequenceNumber>\n      <Url>{url}</Url>\n    </Receiver>\n  </Receivers>\n</Elements>\n"
    )
}

/// A cabinet, MSZIP, without dates.
fn cabinet(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut builder = cab::CabinetBuilder::new();
    let folder = builder.add_folder(cab::CompressionType::MsZip);
    for (name, _) in files {
        folder.add_file(name.as_str());
    }
    let mut writer = builder.build(Cursor::new(Vec::new())).expect("memory takes a cabinet");
    let mut contents = files.iter();
    while let Some(mut file) = writer.next_file().expect("memory takes a file") {
        let (_, bytes) = contents.next().expect("as many contents as names");
        file.write_all(bytes).expect("memory takes bytes");
    }
    undated(writer.finish().expect("memory takes a cabinet").into_inner())
}

/// The library dates files with the time of now; the date of every file is set to the first day of DOS.
fn undated(mut cabinet: Vec<u8>) -> Vec<u8> {
    let number = |bytes: &[u8], at: usize| usize::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]));
    // Of the header: offset of the first file at 16, number of files at 28.
    let mut at = number(&cabinet, 16);
    for _ in 0..number(&cabinet, 28) {
        // Of a file: date at 10, time at 12, name from 16 on, ended by a zero.
        cabinet[at + 10..at + 14].copy_from_slice(&[0x21, 0, 0, 0]);
        let name = cabinet[at + 16..].iter().position(|byte| *byte == 0).expect("a name ends");
        at += 16 + name + 1;
    }
    cabinet
}

/// Something that begins like a picture.
pub(super) fn icon(bytes: usize, prng: &mut Prng) -> Vec<u8> {
    let mut picture = b"\x89PNG\r\n\x1a\n".to_vec();
    while picture.len() < bytes {
        picture.extend_from_slice(&prng.next().to_le_bytes());
    }
    picture.truncate(bytes.max(8));
    picture
}

const CONTENT_TYPES: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
    <Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\n  \
    <Default Extension=\"xml\" ContentType=\"text/xml\" />\n  \
    <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\" />\n  \
    <Default Extension=\"wsp\" ContentType=\"application/wsp\" />\n  \
    <Default Extension=\"png\" ContentType=\"application/wsp\" />\n</Types>\n";
