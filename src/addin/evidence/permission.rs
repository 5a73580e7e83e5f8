//! Facts of permission requests, in a manifest or as pasted into `appinv.aspx`.

use super::{Spot, Value};

/// One `AppPermissionRequest`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PermissionRequest {
    /// The element.
    pub at: Spot,
    /// `@Scope`.
    pub scope: Option<Value>,
    /// `@Right`.
    pub right: Option<Value>,
    /// `Property` children: name and value.
    pub properties: Vec<(Value, Value)>,
}

/// Permission XML outside of a manifest.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PermissionText {
    /// Where it begins.
    pub at: Spot,
    /// `@AllowAppOnlyPolicy`.
    pub allow_app_only: Option<Value>,
    /// `AllowAppOnlyPolicy` where it does not belong.
    pub misplaced_app_only: Vec<Value>,
    /// The requests that could be read.
    pub requests: Vec<PermissionRequest>,
    /// What keeps SharePoint from reading it, and where.
    pub malformed: Option<Value>,
    /// The text it was probably meant to be, where it is malformed.
    pub corrected: Option<String>,
}

impl PermissionText {
    /// It stands in a text that people read: what that tells about permissions may be those of anything.
    pub fn is_prose(&self) -> bool {
        self.at.file_name().to_ascii_lowercase().ends_with(".md")
    }
}
