//! Family D where one certificate serves TLS and signs the tokens as well.

use spdoctor::addin::evidence::config::{Config, Setting};
use spdoctor::addin::evidence::{Evidence, Spot, Value};
use spdoctor::model::audit::AuditSeverity::{Critical, Info};
use spdoctor::model::audit::Target::OnPremHighTrust;

use super::certificate::{issuer_of_first, www};
use crate::oauth::support::certificates::{Authority, self_signed, site};
use crate::oauth::support::{Case, Expect, case};
use Expect::{Fires, Passes, Undecided};

/// A configuration signs with this.
fn signs_with(evidence: &mut Evidence, key: &str, value: &str) {
    www(evidence);
    let at = Spot::file("web/web.config").at(3, 1);
    let setting = |key: &str, value: &str| Setting {
        key: Value::new(key, at.clone()),
        value: Value::new(value, at.clone()),
        secret: None,
        commented: false,
        void: false,
        of_development: false,
        transform: None,
    };
    let settings = vec![setting("ClientId", "3b062084-9617-464a-a774-a72b853c825f"), setting(key, value)];
    evidence.configs.push(Config { at: Spot::file("web/web.config"), settings, ..Config::default() });
}

fn by_serial(evidence: &mut Evidence) {
    let serial = evidence.certificates[0].certificates[0].serial.clone();
    signs_with(evidence, "ClientSigningCertificateSerialNumber", &serial);
}

fn by_path(evidence: &mut Evidence) {
    signs_with(evidence, "ClientSigningCertificatePath", "C:\\certs\\tls.pfx");
}

fn by_issuer(evidence: &mut Evidence) {
    www(evidence);
    issuer_of_first(evidence);
}

fn with(code: &'static str, title: &'static str, expect: Expect, signs: fn(&mut Evidence)) -> Case {
    case(code, title, expect).target(OnPremHighTrust).evidence(signs)
}

pub(crate) fn cases() -> Vec<Case> {
    let root = Authority::root("Contoso Root");
    let own = root.issue(&site(&["www.contoso.com"]));
    let other = root.issue(&site(&["boats.contoso.com"]));
    let chain = |leaf: &str| format!("{leaf}{}", root.pem());
    vec![
        with("OD02", "a copy with its chain is for another host", Fires(Critical), by_serial)
            .file("s2s.cer", other.clone())
            .file("tls.pem", chain(&other))
            .says("the certificate covers boats.contoso.com"),
        with("OD02", "the farm trusts what is served for another host", Fires(Critical), by_issuer)
            .file("s2s.cer", other.clone())
            .file("tls.pem", chain(&other)),
        with("OD02", "a copy with its chain is for the host", Passes, by_serial)
            .file("s2s.cer", own.clone())
            .file("tls.pem", chain(&own)),
        with("OD08", "the copy without its chain is not what is served", Passes, by_serial)
            .file("s2s.cer", own.clone())
            .file("tls.pem", chain(&own)),
        with("OD18", "a copy with its chain is for the host", Fires(Info), by_serial)
            .file("s2s.cer", own.clone())
            .file("tls.pem", chain(&own)),
        with("OD02", "an authority issued it for the host", Passes, by_serial).file("s2s.cer", own.clone()),
        with("OD02", "alone and for another host", Undecided, by_serial).file("s2s.cer", other.clone()),
        with("OD02", "signed by itself", Undecided, by_serial)
            .file("s2s.cer", self_signed(&site(&["www.contoso.com"]))),
        with("OD02", "the file is named to sign with", Undecided, by_path).file("tls.cer", chain(&own)),
    ]
}
