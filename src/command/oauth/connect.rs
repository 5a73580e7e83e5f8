//! `--connect HOST[:PORT]`: the certificates that a server sends, as they are. The only place where the program uses
//! the network, and only when it is asked to.
//!
//! Nothing is sent but the greeting of TLS, nothing is trusted, and nothing that the server says is believed: the
//! verifier accepts any certificate because it only writes it down. What it is worth is judged from the report.

use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv6Addr, SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, bail};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    AlertDescription, ClientConfig, ClientConnection, DigitallySignedStruct, ProtocolVersion, SignatureScheme,
};

use crate::addin::evidence::certificate::{CertificateFile, CertificateForm, CertificateUse};
use crate::addin::evidence::{Spot, Value};
use crate::addin::host::Authority;
use crate::addin::read::certificate_from_der;

/// Connects to `host`, `host:port`, `[address]:port` or an address with a scheme, and keeps the certificates that are
/// sent, in their order, also those that nobody trusts. Each address of the host is tried in turn.
///
/// # Errors
/// What kept the certificates from being captured, for every address that was tried.
pub fn capture(target: &str, timeout: Duration) -> anyhow::Result<CertificateFile> {
    let (host, port) = endpoint(target)?;
    let name = ServerName::try_from(host.clone()).map_err(|_| {
        anyhow!("connecting to {}: {host} is not a host name that TLS can ask for", shown(&host, port))
    })?;
    let addresses = resolve(&host, port, timeout).with_context(|| format!("looking up {host}"))?;
    let mut failures = Vec::new();
    for address in addresses {
        match greet(address, &name, timeout) {
            Ok(greeting) => return told(&host, port, &greeting),
            Err(error) => failures.push(format!("{address}: {error}")),
        }
    }
    bail!("connecting to {}: {}", shown(&host, port), failures.join("; "))
}

/// Host as A-labels, and port.
fn endpoint(target: &str) -> anyhow::Result<(String, u16)> {
    let target = target.trim();
    if let Ok(address) = target.parse::<Ipv6Addr>() {
        return Ok((address.to_string(), 443));
    }
    let authority = Authority::of(target)
        .ok_or_else(|| anyhow!("{:?} is no HOST[:PORT]; an example: www.contoso.com:443", bare(target)))?;
    if authority.port == 0 {
        bail!("connecting to {}: 0 is no port", shown(&authority.host, 0));
    }
    Ok((authority.host, authority.port))
}

fn shown(host: &str, port: u16) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}

/// A target as it may be shown: host and port, without the user and the password that may stand in front of them.
pub(super) fn shown_target(target: &str) -> String {
    match endpoint(target) {
        Ok((host, port)) => shown(&host, port),
        Err(_) => bare(target.trim()).to_owned(),
    }
}

/// What stands behind a user and a password. A password may hold anything, and a path behind the host tells nothing.
fn bare(target: &str) -> &str {
    target.rsplit_once('@').map_or(target, |(_, rest)| rest)
}

/// The resolver of the system cannot be told to hurry; it is left behind when it takes too long.
fn resolve(host: &str, port: u16, timeout: Duration) -> anyhow::Result<Vec<SocketAddr>> {
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    let (sender, receiver) = mpsc::channel();
    let asked = host.to_owned();
    std::thread::spawn(move || {
        let found = (asked.as_str(), port).to_socket_addrs().map(Iterator::collect::<Vec<_>>);
        // Nobody listens any more after the time is over.
        let _ = sender.send(found);
    });
    let found = receiver
        .recv_timeout(timeout)
        .map_err(|_| anyhow!("no answer within {} ms", timeout.as_millis()))??;
    if found.is_empty() {
        bail!("the name has no address");
    }
    Ok(found)
}

/// What a server sent.
struct Greeting {
    chain: Vec<CertificateDer<'static>>,
    protocol: Option<ProtocolVersion>,
}

fn greet(address: SocketAddr, name: &ServerName<'static>, timeout: Duration) -> anyhow::Result<Greeting> {
    let deadline = Instant::now() + timeout;
    let stream =
        TcpStream::connect_timeout(&address, timeout).map_err(|error| anyhow!(explained(&error, timeout)))?;
    let mut stream = Limited { stream, deadline };
    let verifier = Arc::new(Notebook::default());
    let mut connection = ClientConnection::new(Arc::new(config(Arc::clone(&verifier))?), name.clone())?;
    let mut failure = None;
    while connection.is_handshaking() {
        if let Err(error) = connection.complete_io(&mut stream) {
            failure = Some(error);
            break;
        }
    }
    let chain = verifier.chain();
    let protocol = connection.protocol_version();
    match failure {
        // A server that asks for a certificate of the client ends the greeting, but only after it showed its own.
        _ if !chain.is_empty() => Ok(Greeting { chain, protocol }),
        Some(error) => Err(anyhow!(explained(&error, timeout))),
        None => Err(anyhow!("the server sent no certificate")),
    }
}

fn config(verifier: Arc<Notebook>) -> anyhow::Result<ClientConfig> {
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(rustls::ALL_VERSIONS)?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    config.resumption = rustls::client::Resumption::disabled();
    Ok(config)
}

fn told(host: &str, port: u16, greeting: &Greeting) -> anyhow::Result<CertificateFile> {
    let from = shown(host, port);
    let at = Spot::file(&format!("connection to {from}"));
    let mut file = CertificateFile::new(at.clone(), CertificateForm::Capture);
    file.role = CertificateUse::Tls;
    file.captured_from = Some(Value::new(from.clone(), at.clone()));
    file.protocol = greeting.protocol.and_then(version).map(|version| Value::new(version, at.clone()));
    let mut broken = None;
    for certificate in &greeting.chain {
        match certificate_from_der(certificate, at.clone()) {
            Ok(certificate) => file.certificates.push(certificate),
            Err(message) => broken = Some(message),
        }
    }
    match broken {
        Some(message) if file.certificates.is_empty() => Err(anyhow!("connecting to {from}: {message}")),
        _ => Ok(file),
    }
}

fn version(protocol: ProtocolVersion) -> Option<&'static str> {
    match protocol {
        ProtocolVersion::TLSv1_2 => Some("TLSv1.2"),
        ProtocolVersion::TLSv1_3 => Some("TLSv1.3"),
        _ => None,
    }
}

/// The errors of sockets and TLS in words that say what to look at.
fn explained(error: &io::Error, timeout: Duration) -> String {
    if let Some(tls) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        return match tls {
            rustls::Error::AlertReceived(AlertDescription::ProtocolVersion) => {
                "the server speaks neither TLS 1.2 nor TLS 1.3".to_owned()
            }
            rustls::Error::AlertReceived(AlertDescription::HandshakeFailure) => {
                "the server and TLS 1.2 or 1.3 have no cipher suite in common".to_owned()
            }
            rustls::Error::AlertReceived(AlertDescription::UnrecognisedName) => {
                "the server does not know this host name".to_owned()
            }
            rustls::Error::InvalidMessage(_) => "what answers there does not speak TLS".to_owned(),
            other => format!("the greeting of TLS failed: {other}"),
        };
    }
    match error.kind() {
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => {
            format!("no answer within {} ms", timeout.as_millis())
        }
        io::ErrorKind::ConnectionRefused => {
            "the connection was refused: nothing listens on this port".to_owned()
        }
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => {
            "the connection was closed before a certificate came".to_owned()
        }
        _ => error.to_string(),
    }
}

/// A connection with one deadline for everything, so that a server which sends a byte now and then ends it, too.
struct Limited {
    stream: TcpStream,
    deadline: Instant,
}

impl Limited {
    fn left(&self) -> io::Result<Duration> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(left) }
    }
}

impl Read for Limited {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stream.set_read_timeout(Some(self.left()?))?;
        self.stream.read(buffer)
    }
}

impl Write for Limited {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.stream.set_write_timeout(Some(self.left()?))?;
        self.stream.write(buffer)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

/// Writes down what it is shown, and accepts it: this connection carries nothing.
#[derive(Debug, Default)]
struct Notebook(Mutex<Vec<CertificateDer<'static>>>);

impl Notebook {
    fn chain(&self) -> Vec<CertificateDer<'static>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl ServerCertVerifier for Notebook {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let all = std::iter::once(end_entity).chain(intermediates);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) =
            all.map(|one| one.clone().into_owned()).collect();
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        // Also those that are no longer sound: what is to be found out is which certificate such a server shows.
        vec![
            SignatureScheme::ECDSA_NISTP256_SHA256,
            SignatureScheme::ECDSA_NISTP384_SHA384,
            SignatureScheme::ECDSA_NISTP521_SHA512,
            SignatureScheme::ED25519,
            SignatureScheme::RSA_PSS_SHA256,
            SignatureScheme::RSA_PSS_SHA384,
            SignatureScheme::RSA_PSS_SHA512,
            SignatureScheme::RSA_PKCS1_SHA256,
            SignatureScheme::RSA_PKCS1_SHA384,
            SignatureScheme::RSA_PKCS1_SHA512,
            SignatureScheme::RSA_PKCS1_SHA1,
            SignatureScheme::ECDSA_SHA1_Legacy,
        ]
    }
}
