//! Installed add-ins, and event receivers of host webs.

use super::context::{Context, identifier_parts};
use super::node::Node;
use crate::addin::evidence::registration::{Installed, ReceiverRow};

/// `classicaddins.csv`, `Get-SPAppInstance`, or our own export.
pub(super) fn addin(cx: &mut Context, node: &Node) {
    let app = node.get("App");
    let identifier = node.first(&["AppIdentifier", "AppPrincipalId"], &cx.file);
    let client_id = identifier.as_ref().and_then(|identifier| identifier_parts(identifier).0);
    let of_app = |name: &str| app.and_then(|app| app.value(name, &cx.file));
    let installed = Installed {
        at: node.spot(&cx.file),
        title: node.value("Title", &cx.file).or_else(|| of_app("Title")),
        product_id: node.value("ProductId", &cx.file).or_else(|| of_app("ProductId")),
        client_id: client_id.filter(|id| super::is_guid(id.trimmed())),
        kind: node.value("Type", &cx.file),
        launch_url: node.first(&["LaunchUrl", "StartPage", "RemoteAppUrl"], &cx.file),
        web: node.first(&["webUrl", "CurrentWebFullUrl", "InstalledWebFullUrl", "SiteUrl"], &cx.file),
        expired: node.truth("HasExpired"),
        app_source: node.first(&["AppSource", "Source"], &cx.file).or_else(|| of_app("Source")),
    };
    cx.evidence.installed.push(installed);
}

/// `Get-PnPEventReceiver`, `_api/web/eventreceivers`, or our own export. Receivers of farm solutions have no address.
pub(super) fn receiver(cx: &mut Context, node: &Node) {
    let Some(url) = node.first(&["ReceiverUrl", "url"], &cx.file) else { return };
    let event = node.first(&["EventTypeName", "EventType", "event"], &cx.file).map(|mut value| {
        if let Some(name) = event_name(value.trimmed()) {
            name.clone_into(&mut value.raw);
        }
        value
    });
    let name = node.first(&["ReceiverName", "name"], &cx.file);
    let on = node.first(&["on", "WebUrl", "ListUrl", "ListTitle"], &cx.file);
    cx.evidence.receivers.push(ReceiverRow { at: node.spot(&cx.file), name, event, url, on });
}

/// JSON writes the event as the number of `SPEventReceiverType`.
fn event_name(number: &str) -> Option<&'static str> {
    let number: u32 = number.parse().ok()?;
    EVENTS.iter().find(|(known, _)| *known == number).map(|(_, name)| *name)
}

const EVENTS: [(u32, &str); 36] = [
    (1, "ItemAdding"),
    (2, "ItemUpdating"),
    (3, "ItemDeleting"),
    (4, "ItemCheckingIn"),
    (5, "ItemCheckingOut"),
    (6, "ItemUncheckingOut"),
    (7, "ItemAttachmentAdding"),
    (8, "ItemAttachmentDeleting"),
    (9, "ItemFileMoving"),
    (101, "FieldAdding"),
    (102, "FieldUpdating"),
    (103, "FieldDeleting"),
    (104, "ListAdding"),
    (105, "ListDeleting"),
    (201, "SiteDeleting"),
    (202, "WebDeleting"),
    (203, "WebMoving"),
    (204, "WebAdding"),
    (10001, "ItemAdded"),
    (10002, "ItemUpdated"),
    (10003, "ItemDeleted"),
    (10004, "ItemCheckedIn"),
    (10005, "ItemCheckedOut"),
    (10006, "ItemUncheckedOut"),
    (10007, "ItemAttachmentAdded"),
    (10008, "ItemAttachmentDeleted"),
    (10009, "ItemFileMoved"),
    (10010, "ItemFileConverted"),
    (10101, "FieldAdded"),
    (10102, "FieldUpdated"),
    (10103, "FieldDeleted"),
    (10104, "ListAdded"),
    (10105, "ListDeleted"),
    (10201, "SiteDeleted"),
    (10202, "WebDeleted"),
    (10204, "WebProvisioned"),
];
