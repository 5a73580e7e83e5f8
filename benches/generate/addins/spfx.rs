//! A package of the SharePoint Framework: no add-in, though it looks like one from outside.

use super::{Files, package};
use crate::prng::Prng;

pub(super) fn files(prng: &Prng) -> Files {
    let mut prng = prng.fork("greeting-spfx");
    let (product, feature, component) = (prng.guid(), prng.guid(), prng.guid());
    let types = "http://schemas.microsoft.com/sharepoint/2012/app/relationships/";
    let relationships = |kind: &str, target: &str| {
        format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
             <Relationship Type=\"{types}{kind}\" Target=\"/{target}\" Id=\"r1\"></Relationship></Relationships>"
        )
        .into_bytes()
    };
    let manifest = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><App xmlns=\"http://schemas.microsoft.com/sharepoint/2012/app/manifest\" \
         Name=\"greeting-client-side-solution\" ProductID=\"{{{product}}}\" Version=\"1.0.0.0\" \
         SharePointMinVersion=\"16.0.0.0\" IsClientSideSolution=\"true\" SkipFeatureDeployment=\"true\">\
         <Properties><Title>Greeting</Title><StartPage>/</StartPage></Properties>\
         <AppPrincipal><Internal></Internal></AppPrincipal></App>"
    );
    let feature_xml = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><Feature xmlns=\"http://schemas.microsoft.com/sharepoint/\" \
         Title=\"greeting\" Id=\"{feature}\" Scope=\"Web\" Hidden=\"FALSE\"></Feature>"
    );
    let script = format!("define(\"{component}_0.0.1\",[],function(){{return \"Good morning\";}});\n");
    let content_types = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\
        <Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
        <Default Extension=\"xml\" ContentType=\"text/xml\"></Default>\
        <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"></Default>\
        <Default Extension=\"js\" ContentType=\"application/octet-stream\"></Default></Types>";
    let feature_name = format!("feature_{feature}.xml");
    let script_name = "ClientSideAssets/greeting-web-part.js";
    let members = [
        ("_rels/.rels".to_owned(), relationships("package-manifest", "AppManifest.xml")),
        ("AppManifest.xml".to_owned(), manifest.into_bytes()),
        ("_rels/AppManifest.xml.rels".to_owned(), relationships("manifest-feature", &feature_name)),
        (format!("_rels/{feature_name}.rels"), relationships("clientsideasset", script_name)),
        (feature_name, feature_xml.into_bytes()),
        (script_name.to_owned(), script.into_bytes()),
        ("[Content_Types].xml".to_owned(), content_types.as_bytes().to_vec()),
    ];
    Files::from([("greeting.sppkg".to_owned(), package::zipped(&members))])
}
