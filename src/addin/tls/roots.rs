//! Files of certificates that the user trusts: `--root FILE`, or exported trusted root authorities.

use crate::addin::evidence::Value;
use crate::addin::evidence::certificate::{CertificateFile, CertificateUse};
use crate::addin::evidence::farm::{Farm, TrustedRoot};

/// Every certificate of the files as a trusted root authority. The files are told their role.
pub fn trusted_roots(files: &mut [CertificateFile]) -> Farm {
    let mut roots = Vec::new();
    for file in files {
        file.role = CertificateUse::Root;
        let name =
            file.at.file_name().rsplit_once('.').map_or(file.at.file_name(), |(stem, _)| stem).to_owned();
        roots.extend(file.certificates.iter().map(|certificate| TrustedRoot {
            at: certificate.at.clone(),
            name: Some(Value::new(name.clone(), file.at.clone())),
            thumbprint: Some(certificate.thumbprint.clone()),
            certificate: Some(certificate.clone()),
        }));
    }
    Farm { roots: Some(roots), ..Farm::default() }
}
