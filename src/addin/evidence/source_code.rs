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
    /// Something in it is called as only SharePoint, ACS and their libraries are, and it signs in to nothing else.
    pub names_sharepoint: bool,
    /// It signs in to Microsoft Entra, and asks ACS for nothing: its ids and secrets are of there.
    pub of_entra: bool,
}

impl SourceFile {
    /// The facts of one kind.
    pub fn of(&self, kind: SourceFactKind) -> impl Iterator<Item = &SourceFact> {
        self.facts.iter().filter(move |fact| fact.kind == kind)
    }

    /// It is about SharePoint, by a name, by what it calls, or by a secret of the form that ACS makes.
    pub fn is_of_sharepoint(&self) -> bool {
        self.names_sharepoint
            || self.facts.iter().any(|fact| fact.kind.is_of_sharepoint())
            || (!self.of_entra && self.secrets.iter().any(|secret| secret.form.decoded == Some(BYTES_OF_ACS)))
    }

    /// Client ids that it registers on a farm. In high trust an issuer may be registered as a principal, too: that is no
    /// id of an add-in; neither are services of Microsoft.
    pub fn registered(&self) -> impl Iterator<Item = &Value> {
        let issuers = [SourceFactKind::RegisteredIssuer, SourceFactKind::RegisteredBroker];
        let is_issuer =
            move |id: &Value| issuers.iter().any(|kind| self.of(*kind).any(|fact| fact.value.is(&id.raw)));
        let is_service = |id: &Value| {
            ["-0ff1-ce00-000000000000", "-0000-c000-000000000000"].iter().any(|end| id.raw.ends_with(end))
        };
        let ids = self.of(SourceFactKind::RegisteredId).map(|fact| &fact.value);
        ids.filter(move |id| !is_issuer(id) && !is_service(id))
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

/// Bytes of the secrets that ACS takes (*verified*: those of `AppRegNew.aspx`).
pub const BYTES_OF_ACS: usize = 32;

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
    /// It calls a cmdlet that only servers of a farm have.
    FarmCommand,
    /// The client id that it registers on a farm, a GUID.
    RegisteredId,
    /// What it registers on a farm as a client id, and is none: as long as one, with a slip in it.
    MalformedId,
    /// The id of an issuer of tokens that it registers on a farm, a GUID as it is written.
    RegisteredIssuer,
    /// The same of one that may speak for other client ids.
    RegisteredBroker,
    /// The realm that it registers an issuer for, where it stands there as a GUID.
    IssuerRealm,
}

impl SourceFactKind {
    /// Only code for SharePoint does this: any other program may accept any certificate, or ask for a code.
    pub fn is_of_sharepoint(self) -> bool {
        !matches!(
            self,
            Self::CertificateValidationOff
                | Self::AuthorizationCodeCall
                | Self::RedirectUri
                | Self::SecretInUrl
                | Self::ClientId
                | Self::TlsVersion
                | Self::ReceiverRegistration
                | Self::BinaryDirect
        )
    }
}
