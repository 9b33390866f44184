//! One TLS configuration for the pool and the raw transport.

use std::path::Path;
use std::sync::Arc;

use rustls_platform_verifier::Verifier;
use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::crypto::{
    CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature,
};
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use tokio_rustls::rustls::{
    ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};

use super::target::{SetupError, Tls};

/// The configuration that the settings describe, with the authorities of the system.
pub(super) fn config(tls: &Tls) -> Result<ClientConfig, SetupError> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| unusable(&error))?;
    let builder = if tls.accept_invalid {
        builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Anyone(provider)))
    } else {
        let own = match &tls.authorities {
            Some(path) => certificates(path)?,
            None => Vec::new(),
        };
        let verifier =
            Verifier::new_with_extra_roots(own, provider).map_err(|error| unusable(&error))?;
        builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
    };
    match &tls.client {
        None => Ok(builder.with_no_client_auth()),
        Some(path) => {
            let key = PrivateKeyDer::from_pem_file(path)
                .map_err(|error| refused(path, &error.to_string()))?;
            builder
                .with_client_auth_cert(certificates(path)?, key)
                .map_err(|error| refused(path, &error.to_string()))
        }
    }
}

/// A configuration for where TLS is not spoken: it trusts nobody and costs nothing.
pub(super) fn without_authorities() -> Result<ClientConfig, SetupError> {
    Ok(
        ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| unusable(&error))?
            .with_root_certificates(RootCertStore::empty())
            .with_no_client_auth(),
    )
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, SetupError> {
    let certificates = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| refused(path, &error.to_string()))?;
    if certificates.is_empty() {
        return Err(refused(path, "it holds no certificate in PEM"));
    }
    Ok(certificates)
}

fn refused(path: &Path, why: &str) -> SetupError {
    SetupError::Tls {
        path: path.to_path_buf(),
        why: why.to_owned(),
    }
}

fn unusable(error: &Error) -> SetupError {
    SetupError::Client(error.to_string())
}

/// Takes every certificate, as the user asked; signatures are still checked.
#[derive(Debug)]
struct Anyone(Arc<CryptoProvider>);

impl ServerCertVerifier for Anyone {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
