//! The columns that exports have, under all the names that administrators give them.

/// What a column of an export holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::inventory) enum Column {
    Id,
    Url,
    Database,
    DatabaseId,
    Server,
    NeedsUpgrade,
    NeedsUpgradeIncludeChildren,
    InSiteMap,
    Name,
    SizeBytes,
    SizeKilobytes,
    SizeMegabytes,
    SizeGigabytes,
    WebApplication,
    SiteCount,
    Volume,
    CentralAdministration,
    ReadOnly,
    Owner,
    OwnerIsManaged,
    CompatibilityLevel,
    Status,
    Type,
    Service,
    ObjectName,
    ParentName,
    ParentType,
    UpgradeActions,
    Category,
    Error,
    Errors,
    ErrorFile,
    UpgradeBlocking,
    Message,
    Remedy,
    Locations,
    Title,
    Severity,
    Explanation,
    Role,
}

impl Column {
    /// The column with this name, in any case and with any blanks or punctuation between its words.
    ///
    /// A property of a nested JSON object is asked for as the names of both: `ContentDatabase.Name`.
    #[expect(clippy::too_many_lines, reason = "a table of names")]
    pub(in crate::inventory) fn named(name: &str) -> Option<Self> {
        let plain: String = name
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|letter| letter.to_ascii_lowercase())
            .collect();
        Some(match plain.as_str() {
            "id" | "guid" | "siteid" | "siteguid" | "sitecollectionid" | "idguid" | "siteidguid" => Self::Id,
            "url" | "siteurl" | "sitecollectionurl" => Self::Url,
            "contentdatabase"
            | "contentdatabasename"
            | "contentdatabasedisplayname"
            | "contentdb"
            | "contentdbname"
            | "database"
            | "databasename"
            | "db"
            | "dbname" => Self::Database,
            "contentdatabaseid" | "databaseid" => Self::DatabaseId,
            "server"
            | "servername"
            | "serveraddress"
            | "databaseserver"
            | "databaseservername"
            | "contentdatabaseserver"
            | "contentdatabasenormalizeddatasource"
            | "normalizeddatasource"
            | "datasource"
            | "serverinstance"
            | "sqlserver"
            | "sqlinstance"
            | "sqlserverinstance"
            | "instance" => Self::Server,
            "needsupgrade" => Self::NeedsUpgrade,
            "needsupgradeincludechildren" => Self::NeedsUpgradeIncludeChildren,
            "insitemap" => Self::InSiteMap,
            "name" | "displayname" => Self::Name,
            "disksizerequired" | "size" | "sizebytes" | "sizeinbytes" | "databasesize" => Self::SizeBytes,
            "sizekb" | "sizeinkb" | "disksizerequiredkb" => Self::SizeKilobytes,
            "sizemb" | "sizeinmb" | "disksizerequiredmb" | "disksizemb" => Self::SizeMegabytes,
            "sizegb" | "sizeingb" | "disksizerequiredgb" | "disksizegb" => Self::SizeGigabytes,
            "webapplication"
            | "webapplicationurl"
            | "webapplicationname"
            | "webapplicationdisplayname"
            | "webapp" => Self::WebApplication,
            "currentsitecount" | "sitecount" | "sites" => Self::SiteCount,
            "volume" | "drive" | "mountpoint" => Self::Volume,
            "iscentraladministration"
            | "centraladministration"
            | "isadministrationwebapplication"
            | "webapplicationisadministrationwebapplication" => Self::CentralAdministration,
            "isreadonly" | "readonly" => Self::ReadOnly,
            "owner" | "databaseowner" => Self::Owner,
            "ownerismanagedaccount" | "ownerismanaged" => Self::OwnerIsManaged,
            "compatibilitylevel" | "databasecompatibilitylevel" => Self::CompatibilityLevel,
            "status" | "upgradestatus" | "databasestatus" => Self::Status,
            "type" | "typename" | "objecttype" | "databasetype" => Self::Type,
            "service" | "servicename" | "servicetypename" => Self::Service,
            "objectname" => Self::ObjectName,
            "parentname" => Self::ParentName,
            "parenttype" => Self::ParentType,
            "upgradeactions" => Self::UpgradeActions,
            "category" => Self::Category,
            "error" => Self::Error,
            "errors" => Self::Errors,
            "errorfile" => Self::ErrorFile,
            "upgradeblocking" => Self::UpgradeBlocking,
            "message" => Self::Message,
            "remedy" => Self::Remedy,
            "locations" => Self::Locations,
            "title" => Self::Title,
            "severity" => Self::Severity,
            "explanation" => Self::Explanation,
            "role" | "address" => Self::Role,
            _ => return None,
        })
    }

    /// The name to tell an administrator: that of the property in PowerShell.
    pub(in crate::inventory) fn label(self) -> &'static str {
        match self {
            Self::Id => "ID",
            Self::Database => "ContentDatabase",
            Self::Status => "Status",
            Self::Type => "TypeName",
            Self::Category => "Category",
            Self::Message => "Message",
            Self::Name => "Name",
            Self::ObjectName => "ObjectName",
            Self::Title => "Title",
            other => other.rare_label(),
        }
    }

    /// Labels of columns that no shape demands.
    fn rare_label(self) -> &'static str {
        match self {
            Self::Url => "Url",
            Self::NeedsUpgrade => "NeedsUpgrade",
            Self::NeedsUpgradeIncludeChildren => "NeedsUpgradeIncludeChildren",
            Self::InSiteMap => "InSiteMap",
            Self::CentralAdministration => "IsCentralAdministration",
            Self::ReadOnly => "IsReadOnly",
            Self::Owner => "Owner",
            Self::OwnerIsManaged => "OwnerIsManagedAccount",
            Self::CompatibilityLevel => "CompatibilityLevel",
            Self::SiteCount => "CurrentSiteCount",
            _ => "another column",
        }
    }
}

/// A set of columns.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(in crate::inventory) struct Columns(u64);

impl Columns {
    pub(in crate::inventory) fn insert(&mut self, column: Column) {
        self.0 |= 1 << column as u64;
    }

    pub(in crate::inventory) fn has(self, column: Column) -> bool {
        self.0 & 1 << column as u64 != 0
    }

    pub(in crate::inventory) fn has_any(self, columns: &[Column]) -> bool {
        columns.iter().any(|&column| self.has(column))
    }

    pub(in crate::inventory) fn has_all(self, columns: &[Column]) -> bool {
        columns.iter().all(|&column| self.has(column))
    }

    pub(in crate::inventory) fn len(self) -> u32 {
        self.0.count_ones()
    }
}

impl FromIterator<Column> for Columns {
    fn from_iter<T: IntoIterator<Item = Column>>(columns: T) -> Self {
        let mut set = Self::default();
        columns.into_iter().for_each(|column| set.insert(column));
        set
    }
}
