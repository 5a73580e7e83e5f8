//! `--connect` against servers of this machine: what they send is captured, whatever it is worth.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rcgen::{CertifiedIssuer, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection};
use spdoctor::addin::evidence::certificate::{CertificateForm, CertificateUse};
use spdoctor::command::oauth::connect::capture;

use super::support::certificates::{site, valid};

const TIMEOUT: Duration = Duration::from_secs(5);

/// Serves one connection and ends.
fn serve(serve: impl FnOnce(TcpStream) + Send + 'static) -> (u16, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let thread = std::thread::spawn(move || {
        if let Ok((stream, _)) = listener.accept() {
            serve(stream);
        }
    });
    (port, thread)
}

/// A chain that nobody trusts, for another host, and expired.
fn chain() -> (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>) {
    let root = CertifiedIssuer::self_signed(site(&["root.example"]), KeyPair::generate().expect("a key"));
    let root = root.expect("a root");
    let key = KeyPair::generate().expect("a key");
    let leaf = valid(site(&["elsewhere.contoso.com"]), (2020, 1, 1), (2021, 1, 1));
    let leaf = leaf.signed_by(&key, &root).expect("a certificate");
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    (vec![leaf.der().clone(), root.der().clone()], key)
}

fn tls(version: &'static rustls::SupportedProtocolVersion) -> (u16, JoinHandle<()>) {
    let (chain, key) = chain();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config =
        ServerConfig::builder_with_provider(provider).with_protocol_versions(&[version]).expect("a version");
    let config = Arc::new(config.with_no_client_auth().with_single_cert(chain, key).expect("a certificate"));
    serve(move |mut stream| {
        let mut connection = ServerConnection::new(config).expect("a connection");
        while connection.is_handshaking() && connection.complete_io(&mut stream).is_ok() {}
        let _ = stream.flush();
    })
}

#[test]
fn an_untrusted_chain_for_another_host_is_captured() {
    for (version, name) in [(&rustls::version::TLS13, "TLSv1.3"), (&rustls::version::TLS12, "TLSv1.2")] {
        let (port, server) = tls(version);
        let file = capture(&format!("127.0.0.1:{port}"), TIMEOUT).expect("captured");
        server.join().expect("the server ended");
        assert_eq!((file.form, file.role), (CertificateForm::Capture, CertificateUse::Tls));
        assert_eq!(file.captured_from.expect("an endpoint").raw, format!("127.0.0.1:{port}"));
        assert_eq!(file.protocol.expect("a version").raw, name);
        let names: Vec<_> =
            file.certificates.iter().map(|one| one.common_name.clone().unwrap_or_default()).collect();
        assert_eq!(names, ["elsewhere.contoso.com", "root.example"]);
    }
}

#[test]
fn a_host_name_and_an_address_with_a_scheme_are_taken() {
    for form in ["localhost:PORT", "https://localhost:PORT/Pages/Default.aspx"] {
        let (port, server) = tls(&rustls::version::TLS13);
        let file = capture(&form.replace("PORT", &port.to_string()), TIMEOUT).expect("captured");
        server.join().expect("the server ended");
        assert_eq!(file.captured_from.expect("an endpoint").raw, format!("localhost:{port}"));
    }
}

#[test]
fn what_answers_without_tls_is_told_from_what_does_not_answer() {
    let (port, server) = serve(|mut stream| {
        let _ = stream.read(&mut [0; 512]);
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    let error = capture(&format!("127.0.0.1:{port}"), TIMEOUT).expect_err("no certificate").to_string();
    server.join().expect("the server ended");
    assert!(error.contains("does not speak TLS"), "{error}");

    let (port, server) = serve(drop);
    let error = capture(&format!("127.0.0.1:{port}"), TIMEOUT).expect_err("no certificate").to_string();
    server.join().expect("the server ended");
    assert!(error.contains("closed before a certificate came"), "{error}");

    let port = {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.local_addr().expect("an address").port()
    };
    let error = capture(&format!("127.0.0.1:{port}"), TIMEOUT).expect_err("no certificate").to_string();
    assert!(error.contains("nothing listens on this port"), "{error}");
}

#[test]
fn a_server_that_drips_is_left_in_time() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a connection");
        let _ = stream.set_read_timeout(Some(Duration::from_millis(20)));
        // The head of a record that never ends, a byte at a time, until the other side is gone.
        for byte in [0x16, 3, 3, 0x3f, 0xff].into_iter().chain(std::iter::repeat(0)) {
            if stream.write_all(&[byte]).is_err() {
                break;
            }
            let _ = stream.read(&mut [0; 512]);
        }
    });
    let start = Instant::now();
    let error =
        capture(&format!("127.0.0.1:{port}"), Duration::from_millis(300)).expect_err("no certificate");
    assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
    assert!(error.to_string().contains("127.0.0.1"), "{error}");
    server.join().expect("the server ended");
}

#[test]
fn what_names_no_host_is_an_error_of_the_user() {
    for target in ["", "/a/b", "host:port", "a b", "~remoteAppUrl", "host:0", "https://"] {
        let error = format!("{:#}", capture(target, TIMEOUT).expect_err("no host"));
        assert!(
            error.contains("is no HOST[:PORT]") || error.contains("no port") || error.contains("host name"),
            "{error}"
        );
    }
}
