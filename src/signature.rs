//! Ed25519 signatures, with key files as OpenSSL writes them: [`SigningKey`] and [`PublicKey`].
//!
//! The cryptography is that of TLS: what rustls is built with signs and verifies here too.

use std::fmt;
use std::sync::Arc;

use rustls::SignatureScheme;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{PrivateKeyDer, SubjectPublicKeyInfoDer};
use sha2::{Digest, Sha256};

/// What a public key begins with in DER when it is one of Ed25519; its 32 bytes follow.
const ED25519: [u8; 12] = [
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];

/// Why a key file cannot be used. Nothing of the file is quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// There is no private key in it.
    #[error(
        "no private key in PEM format; `openssl genpkey -algorithm ed25519` writes one, which is not \
         encrypted"
    )]
    NoPrivateKey,
    /// There is no public key in it.
    #[error("no public key in PEM format; `openssl pkey -in KEY -pubout` writes one")]
    NoPublicKey,
    /// A private key where a public one belongs.
    #[error(
        "a private key, where a public key is expected; `openssl pkey -in KEY -pubout` writes it"
    )]
    Private,
    /// It is of another algorithm.
    #[error("not a key of the algorithm ed25519")]
    NotEd25519,
    /// The cryptography refused to sign.
    #[error("the key does not sign")]
    DoesNotSign,
}

/// A private key.
pub struct SigningKey(Arc<dyn rustls::sign::SigningKey>);

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(***)")
    }
}

impl SigningKey {
    /// Reads a key file.
    ///
    /// # Errors
    /// When it contains no such key.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        let der = PrivateKeyDer::from_pem_slice(pem.as_bytes());
        let der = der.map_err(|_| KeyError::NoPrivateKey)?;
        let key = provider().key_provider.load_private_key(der);
        let key = key.map_err(|_| KeyError::NotEd25519)?;
        match key.choose_scheme(&[SignatureScheme::ED25519]) {
            Some(_) => Ok(Self(key)),
            None => Err(KeyError::NotEd25519),
        }
    }

    /// The public key of it.
    ///
    /// # Errors
    /// When the cryptography does not give it.
    pub fn public_key(&self) -> Result<PublicKey, KeyError> {
        let key = self.0.public_key().ok_or(KeyError::NotEd25519)?;
        PublicKey::from_der(&key)
    }

    /// Signs a message.
    ///
    /// # Errors
    /// When the cryptography refuses to.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let signer = self.0.choose_scheme(&[SignatureScheme::ED25519]);
        let signer = signer.ok_or(KeyError::NotEd25519)?;
        signer.sign(message).map_err(|_| KeyError::DoesNotSign)
    }
}

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    der: Vec<u8>,
}

impl PublicKey {
    /// Reads a key file.
    ///
    /// # Errors
    /// When it contains no such key.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        match SubjectPublicKeyInfoDer::from_pem_slice(pem.as_bytes()) {
            Ok(der) => Self::from_der(&der),
            Err(_) if PrivateKeyDer::from_pem_slice(pem.as_bytes()).is_ok() => {
                Err(KeyError::Private)
            }
            Err(_) => Err(KeyError::NoPublicKey),
        }
    }

    fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        match der.strip_prefix(&ED25519) {
            Some(key) if key.len() == 32 => Ok(Self { der: der.to_vec() }),
            _ => Err(KeyError::NotEd25519),
        }
    }

    /// SHA-256 of the key in DER, in hexadecimal, as `openssl pkey -pubin -in KEY -outform DER | sha256sum`
    /// prints it.
    #[must_use]
    pub fn id(&self) -> String {
        let digest = Sha256::digest(&self.der);
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether a signature of a message is of this key.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let algorithms = provider().signature_verification_algorithms.mapping;
        let mut found = algorithms
            .iter()
            .filter(|(scheme, _)| *scheme == SignatureScheme::ED25519)
            .flat_map(|(_, algorithms)| *algorithms);
        let key = &self.der[ED25519.len()..];
        found.any(|algorithm| algorithm.verify_signature(key, message, signature).is_ok())
    }
}

fn provider() -> CryptoProvider {
    #[cfg(feature = "ring")]
    let provider = rustls::crypto::ring::default_provider();
    #[cfg(all(feature = "aws-lc", not(feature = "ring")))]
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    provider
}

#[cfg(test)]
mod tests {
    use super::*;

    // Of the tests of RFC 8032, as OpenSSL writes them.
    const KEY: &str = "-----BEGIN PRIVATE KEY-----\n\
        MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n\
        -----END PRIVATE KEY-----\n";
    const PUBLIC: &str = "-----BEGIN PUBLIC KEY-----\n\
        MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n\
        -----END PUBLIC KEY-----\n";
    /// Of the empty message.
    const SIGNATURE: &str = "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b";

    #[test]
    fn the_signature_of_the_rfc_is_made_and_verified() {
        let key = SigningKey::from_pem(KEY).unwrap();
        let public = PublicKey::from_pem(PUBLIC).unwrap();
        assert_eq!(key.public_key(), Ok(public.clone()));
        let signature = key.sign(b"").unwrap();
        let hex: String = signature.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, SIGNATURE);
        assert!(public.verifies(b"", &signature));
        assert!(!public.verifies(b"x", &signature));
        let mut other = signature.clone();
        other[0] ^= 1;
        assert!(!public.verifies(b"", &other) && !public.verifies(b"", &signature[1..]));
        assert!(!format!("{key:?}").contains("nWGx"));
    }

    #[test]
    fn other_keys_are_refused_with_the_reason() {
        assert_eq!(PublicKey::from_pem(KEY), Err(KeyError::Private));
        assert_eq!(PublicKey::from_pem("x"), Err(KeyError::NoPublicKey));
        assert_eq!(
            SigningKey::from_pem(PUBLIC).unwrap_err(),
            KeyError::NoPrivateKey
        );
        let pair = rcgen::KeyPair::generate().unwrap();
        assert_eq!(
            SigningKey::from_pem(&pair.serialize_pem()).unwrap_err(),
            KeyError::NotEd25519
        );
        assert_eq!(
            PublicKey::from_pem(&pair.public_key_pem()),
            Err(KeyError::NotEd25519)
        );
    }
}
