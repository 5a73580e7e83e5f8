//! Builds add-in manifests: a sound one, of which a case changes what it is about.

/// The usual client id.
pub(crate) const CLIENT_ID: &str = "3b062084-9617-464a-a774-a72b853c825f";

/// The usual product id, without braces.
pub(crate) const PRODUCT_ID: &str = "5c6a1d5e-98d0-4b5e-8d62-0c4f1f5b2a11";

/// What a manifest is made of. Every field is XML as it stands in the file.
#[derive(Clone, Debug)]
pub(crate) struct ManifestText {
    /// Before the root: the XML declaration and comments.
    pub(crate) head: String,
    /// `xmlns` of the root.
    pub(crate) namespace: String,
    /// Attributes of `App`.
    pub(crate) attributes: Vec<(String, String)>,
    /// Inside of `Properties`; `None` leaves the element out.
    pub(crate) properties: Option<String>,
    /// Inside of `AppPrincipal`; `None` leaves the element out.
    pub(crate) principal: Option<String>,
    /// `AppPermissionRequests`, whole.
    pub(crate) permissions: String,
    /// Other children of the root.
    pub(crate) rest: String,
}

/// A published manifest of a provider-hosted add-in on `https://addin.adatum.test`, changed.
pub(crate) fn manifest(change: impl FnOnce(&mut ManifestText)) -> String {
    let attribute = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let mut text = ManifestText {
        head: "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<!--Published:9A3B2C1D-0000-4000-8000-00000000000A-->\r\n"
            .to_owned(),
        namespace: "http://schemas.microsoft.com/sharepoint/2012/app/manifest".to_owned(),
        attributes: vec![
            attribute("Name", "OrdersAddIn"),
            attribute("ProductID", &format!("{{{PRODUCT_ID}}}")),
            attribute("Version", "1.0.0.0"),
            attribute("SharePointMinVersion", "15.0.0.0"),
        ],
        properties: Some(
            "<Title>Orders</Title><StartPage>https://addin.adatum.test/Pages/Default.aspx?{StandardTokens}</StartPage>"
                .to_owned(),
        ),
        principal: Some(format!("<RemoteWebApplication ClientId=\"{CLIENT_ID}\" />")),
        permissions: "<AppPermissionRequests><AppPermissionRequest Scope=\"http://sharepoint/content/sitecollection/web\" Right=\"Read\" /></AppPermissionRequests>"
            .to_owned(),
        rest: String::new(),
    };
    change(&mut text);
    text.xml()
}

impl ManifestText {
    /// Sets an attribute of `App`, or adds it.
    pub(crate) fn set(&mut self, name: &str, value: &str) -> &mut Self {
        match self.attributes.iter_mut().find(|(found, _)| found == name) {
            Some((_, old)) => value.clone_into(old),
            None => self.attributes.push((name.to_owned(), value.to_owned())),
        }
        self
    }

    /// Leaves an attribute of `App` out.
    pub(crate) fn without(&mut self, name: &str) -> &mut Self {
        self.attributes.retain(|(found, _)| found != name);
        self
    }

    /// Sets the `StartPage`, and leaves the title as it is. The address is escaped.
    pub(crate) fn start_page(&mut self, address: &str) -> &mut Self {
        let address = address.replace('&', "&amp;").replace('<', "&lt;");
        self.properties = Some(format!("<Title>Orders</Title><StartPage>{address}</StartPage>"));
        self
    }

    /// Adds an element to `Properties`.
    pub(crate) fn property(&mut self, xml: &str) -> &mut Self {
        self.properties.get_or_insert_default().push_str(xml);
        self
    }

    /// Adds an `InstalledEventEndpoint`.
    pub(crate) fn installed(&mut self, address: &str) -> &mut Self {
        self.property(&format!("<InstalledEventEndpoint>{address}</InstalledEventEndpoint>"))
    }

    /// Sets the child of `AppPrincipal`.
    pub(crate) fn principal(&mut self, xml: &str) -> &mut Self {
        self.principal = Some(xml.to_owned());
        self
    }

    /// Sets the client id.
    pub(crate) fn client_id(&mut self, id: &str) -> &mut Self {
        self.principal(&format!("<RemoteWebApplication ClientId=\"{id}\" />"))
    }

    /// Sets the permission requests: attributes of the element around them, and pairs of scope and right.
    pub(crate) fn permissions(&mut self, attributes: &str, requests: &[(&str, &str)]) -> &mut Self {
        let request = |(scope, right): &(&str, &str)| {
            format!("<AppPermissionRequest Scope=\"{scope}\" Right=\"{right}\" />")
        };
        let requests: String = requests.iter().map(request).collect();
        self.permissions = format!("<AppPermissionRequests {attributes}>{requests}</AppPermissionRequests>");
        self
    }

    /// Turns it into one of a project: no published marker, `*` and `~remoteAppUrl`.
    pub(crate) fn source(&mut self) -> &mut Self {
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n".clone_into(&mut self.head);
        self.client_id("*").start_page("~remoteAppUrl/Pages/Default.aspx?{StandardTokens}")
    }

    fn xml(&self) -> String {
        let attributes = self
            .attributes
            .iter()
            .fold(String::new(), |all, (name, value)| all + " " + name + "=\"" + value + "\"");
        let properties = self.properties.as_ref();
        let properties =
            properties.map_or(String::new(), |inner| format!("  <Properties>{inner}</Properties>\r\n"));
        let principal = self.principal.as_ref();
        let principal =
            principal.map_or(String::new(), |inner| format!("  <AppPrincipal>{inner}</AppPrincipal>\r\n"));
        format!(
            "{}<App xmlns=\"{}\"{attributes}>\r\n{properties}{principal}  {}\r\n{}</App>\r\n",
            self.head, self.namespace, self.permissions, self.rest
        )
    }
}
