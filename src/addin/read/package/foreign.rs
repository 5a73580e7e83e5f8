//! Files of other products that look like an add-in, or have a manifest of the same name.

use super::super::Reader;
use super::File;
use crate::addin::evidence::{Evidence, Foreign, Spot};
use crate::addin::xml::Element;

/// What a manifest belongs to, if not to an add-in: by its root element, then its namespace.
pub(super) fn product(root: &Element, path: &str, spot: &Spot) -> Option<Foreign> {
    let namespace = root.namespace.as_deref().unwrap_or_default();
    let lower = namespace.to_ascii_lowercase();
    let told = |product, reason: String| {
        Some(Foreign { at: spot.at(root.at.line, root.at.column), product, reason })
    };
    match root.name.as_str() {
        "App" if is_framework(root) || path.contains(".sppkg!/") => told(
            "SharePoint Framework package",
            "its manifest says IsClientSideSolution; such a package has no app principal and is deployed through \
             the app catalog"
                .to_owned(),
        ),
        "OfficeApp" => told(
            "Office add-in manifest",
            "its root element is OfficeApp; it is checked with office-addin-manifest validate".to_owned(),
        ),
        "Package" if lower.contains("appx") || lower.contains("/windows10") => told(
            "Windows app package manifest (APPX, MSIX)",
            "its root element is Package of Windows; it is checked with MakeAppx and the Windows App Certification Kit"
                .to_owned(),
        ),
        "manifest" if root.attributes.iter().any(|attribute| attribute.value.raw.contains("schemas.android.com")) || lower.is_empty() && root.attribute("package").is_some() => {
            told("Android manifest", "its root element is manifest of Android; it is checked with Android lint".to_owned())
        }
        "Deployment" if lower.contains("client/2007/deployment") || lower.contains("silverlight") => told(
            "Silverlight application manifest",
            "its root element is Deployment; Silverlight has ended, and no add-in is made from it".to_owned(),
        ),
        _ => None,
    }
}

/// SharePoint Framework sets this to true; false says that it is an add-in.
fn is_framework(root: &Element) -> bool {
    root.attribute("IsClientSideSolution").is_some_and(|value| !value.is("false") && !value.is("0"))
}

/// Packages of other products, by their name.
pub(super) struct ForeignArchive;

const ARCHIVES: &[(&str, &str, &str)] = &[
    ("appx", "Windows app package (APPX)", "it is named .appx and is a zip file"),
    ("msix", "Windows app package (MSIX)", "it is named .msix and is a zip file"),
    ("appxbundle", "Windows app package (APPX)", "it is named .appxbundle and is a zip file"),
    ("msixbundle", "Windows app package (MSIX)", "it is named .msixbundle and is a zip file"),
    ("apk", "Android package", "it is named .apk and is a zip file"),
    ("xap", "Silverlight application", "it is named .xap and is a zip file"),
];

impl Reader for ForeignArchive {
    fn fits(&self, file: &File<'_>) -> bool {
        file.bytes.starts_with(b"PK") && ARCHIVES.iter().any(|(extension, ..)| *extension == file.extension())
    }

    fn read(&self, file: &File<'_>) -> Evidence {
        let found = ARCHIVES.iter().filter(|(extension, ..)| *extension == file.extension());
        let foreign = found.map(|(_, product, reason)| Foreign {
            at: file.spot(),
            product,
            reason: (*reason).to_owned(),
        });
        Evidence { foreign: foreign.collect(), ..Evidence::default() }
    }
}
