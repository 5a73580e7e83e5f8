//! Whether a text is XML that a strict parser takes. What is not is never written as a correction.

use crate::addin::evidence::Spot;
use crate::addin::read::{declaration_faults, permission_faults};
use crate::addin::xml::Document;
use crate::text::encoding::decode_all;

/// Whether these bytes are sound: the whole of a file of XML or of a manifest, every snippet of any other text.
pub(super) fn is_sound(path: &str, bytes: &[u8]) -> bool {
    let (text, encoding) = decode_all(bytes);
    let spot = Spot::file(path);
    let whole = Document::parse(&text, &spot);
    let is_manifest = whole.root.as_ref().is_some_and(|root| root.name == "App");
    if !is_manifest && !path.to_ascii_lowercase().ends_with(".xml") {
        return permission_faults(path, &text).is_empty();
    }
    whole.is_well_formed() && declaration_faults(bytes, &text, encoding, &spot).is_empty()
}
