//! Facts of source files: what the code of an add-in does that matters for authorization.

use super::secret::Secret;
use super::{Spot, Value};

/// A source file with something to say.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SourceFile {
    /// The file.
    pub at: Spot,
    /// What it does, in the order of its lines.
    pub facts: Vec<SourceFact>,
    /// Secrets that stand in it.
    pub secrets: Vec<Secret>,
}

impl SourceFile {
    /// The facts of one kind.
    pub fn of(&self, kind: SourceFactKind) -> impl Iterator<Item = &SourceFact> {
        self.facts.iter().filter(move |fact| fact.kind == kind)
    }

    /// Addresses of receivers that it registers, where they stand in it as a whole: no piece of one, nothing to fill in.
    pub fn receivers(&self) -> impl Iterator<Item = &Value> {
        let facts = self.of(SourceFactKind::ReceiverRegistration).map(|fact| &fact.value);
        facts.filter(|value| {
            let behind = value.trimmed().split_once("://").map_or("", |(_, behind)| behind);
            !behind.is_empty() && !behind.contains('{')
        })
    }
}

/// One thing that a line does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SourceFact {
    /// Which.
    pub kind: SourceFactKind,
    /// The text that shows it, secrets left out, and its place.
    pub value: Value,
}

/// What code can do that matters for authorization.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum SourceFactKind {
    /// The file is a `TokenHelper`.
    TokenHelper,
    /// The file is a `SharePointContext`.
    SharePointContext,
    /// It reads `SecondaryClientSecret`.
    SecondarySecret,
    /// It reads `HostedAppHostNameOverride`.
    HostNameOverride,
    /// It asks for an app-only token.
    AppOnlyCall,
    /// It names the address at which ACS hands out tokens of any kind.
    AcsTokens,
    /// It asks for an app-only token with `null` as the realm.
    NullRealm,
    /// It uses APIs that need a user: search, profiles, projects.
    UserOnlyApi,
    /// It reads a context token.
    ContextTokenCall,
    /// It starts or ends the authorization code flow.
    AuthorizationCodeCall,
    /// It makes a high-trust token.
    HighTrustCall,
    /// It makes and signs tokens for SharePoint without `TokenHelper`: high trust in another language.
    OwnToken,
    /// A redirect URI in the code.
    RedirectUri,
    /// `OpenBinaryDirect`, `SaveBinaryDirect`, WebDAV: not with OAuth.
    BinaryDirect,
    /// It accepts any certificate.
    CertificateValidationOff,
    /// The constant of the target principal.
    TargetPrincipal,
    /// It sets `AllowOAuthOverHttp`.
    AllowOAuthOverHttp,
    /// It sets `AllowMetadataOverHttp`.
    AllowMetadataOverHttp,
    /// It calls `.Update()`.
    Update,
    /// It adds an event receiver to a host web; the value is the address if it stands there.
    ReceiverRegistration,
    /// It asks for TLS versions by name.
    TlsVersion,
    /// A scope of permissions inside code.
    PermissionScope,
    /// A secret in the query of an address.
    SecretInUrl,
    /// The client id that it gets its tokens with, a GUID.
    ClientId,
    /// A host of SharePoint Online, in a file that gets tokens of ACS.
    OnlineAddress,
    /// It registers an add-in or an issuer of tokens on a farm.
    FarmScript,
}
