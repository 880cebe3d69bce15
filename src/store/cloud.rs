//! A store in a bucket: [`Cloud`], through the crate `object_store`.
//!
//! Region, endpoint and keys come from the environment variables that `object_store` reads.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::{FutureExt, TryStreamExt};
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService,
};
use object_store::gcp::{GoogleCloudStorageBuilder, GoogleConfigKey};
use object_store::path::Path;
use object_store::{
    BackoffConfig, ClientOptions, Error, ObjectStore, ObjectStoreExt, PutMode, PutOptions,
    RetryConfig, UpdateVersion,
};

use super::{
    LARGEST_OBJECT, Listed, Object, Put, REQUEST_TIMEOUT, Store, StoreError, Version, When,
};
use crate::address::store_url::Kind;
use crate::api::{Roots, Scrubber};

/// How long one attempt of a request may take.
const ATTEMPT: Duration = Duration::from_secs(4);

/// Objects of a bucket below a prefix.
pub struct Cloud {
    store: Arc<dyn ObjectStore>,
    bucket: String,
    prefix: String,
    /// The keys of the store, which a server may quote.
    keys: Scrubber,
}

/// Without what it is opened with: not everything in there keeps its keys to itself.
impl fmt::Debug for Cloud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cloud")
            .field("bucket", &self.bucket)
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}

/// The store of a builder, whatever it is the builder of.
macro_rules! built {
    ($builder:expr, $client:expr) => {
        $builder
            .with_retry(retries())
            .with_http_connector(Guarded($client))
            .build()
            .map(|store| Arc::new(store) as Arc<dyn ObjectStore>)
            .map_err(|error| causes(&error))
    };
}

impl Cloud {
    /// Opens a bucket. Nothing is sent yet.
    ///
    /// # Errors
    /// When what the environment says about it cannot be used.
    pub fn open(kind: Kind, bucket: &str, prefix: &str, roots: &Roots) -> Result<Self, String> {
        let client = http_client(roots)?;
        let mut keys = Scrubber::default();
        let mut keep = |key: Option<String>| {
            if let Some(key) = key {
                keys.add(&key.into());
            }
        };
        let store = match kind {
            Kind::S3 => {
                let builder = AmazonS3Builder::from_env().with_bucket_name(bucket);
                for key in [AmazonS3ConfigKey::SecretAccessKey, AmazonS3ConfigKey::Token] {
                    keep(builder.get_config_value(&key));
                }
                let endpoint = builder
                    .get_config_value(&AmazonS3ConfigKey::S3Endpoint)
                    .or_else(|| builder.get_config_value(&AmazonS3ConfigKey::Endpoint));
                built!(
                    builder.with_allow_http(is_local(endpoint.as_deref())?),
                    client
                )
            }
            Kind::Azure => {
                let builder = MicrosoftAzureBuilder::from_env().with_container_name(bucket);
                for key in [
                    AzureConfigKey::AccessKey,
                    AzureConfigKey::ClientSecret,
                    AzureConfigKey::SasKey,
                    AzureConfigKey::Token,
                ] {
                    keep(builder.get_config_value(&key));
                }
                let endpoint = builder.get_config_value(&AzureConfigKey::Endpoint);
                built!(
                    builder.with_allow_http(is_local(endpoint.as_deref())?),
                    client
                )
            }
            Kind::Google => {
                let builder = GoogleCloudStorageBuilder::from_env().with_bucket_name(bucket);
                keep(builder.get_config_value(&GoogleConfigKey::ServiceAccountKey));
                built!(builder, client)
            }
        }?;
        Ok(Self::of(store, bucket, prefix, keys))
    }

    fn of(store: Arc<dyn ObjectStore>, bucket: &str, prefix: &str, keys: Scrubber) -> Self {
        let prefix = match prefix {
            "" => String::new(),
            prefix => format!("{prefix}/"),
        };
        Self {
            store,
            bucket: bucket.to_owned(),
            prefix,
            keys,
        }
    }

    fn path(&self, key: &str) -> Path {
        // `Path::from` would escape the `%` of a component again.
        let text = format!("{}{key}", self.prefix);
        Path::parse(&text).unwrap_or_else(|_| Path::from(text))
    }

    fn failed(&self, what: &str, key: &str, error: &Error) -> StoreError {
        let what = format!("{what} {key}");
        let why = self.keys.scrub(&causes(error));
        if is_without_bucket(error) {
            let why = format!("there is no bucket or container {}", self.bucket);
            return StoreError::Failed { what, why };
        }
        match error {
            Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => {
                StoreError::Denied { what, why }
            }
            Error::Generic { .. } if !is_refusal(error) => StoreError::Unreachable { what, why },
            _ => StoreError::Failed { what, why },
        }
    }
}

/// Whether an endpoint is plain HTTP on this machine.
///
/// # Errors
/// When it is plain HTTP elsewhere: keys and leases would be readable on the way.
fn is_local(endpoint: Option<&str>) -> Result<bool, String> {
    let Some(url) = endpoint.and_then(|text| url::Url::parse(text).ok()) else {
        return Ok(false);
    };
    match (url.scheme(), url.host_str()) {
        ("http", Some(host)) if is_loopback(host) => Ok(true),
        ("http", _) => Err(
            "its endpoint is plain HTTP on another machine, where keys and leases could be read and changed on \
             the way; use https://"
                .to_owned(),
        ),
        _ => Ok(false),
    }
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_matches(['[', ']']);
    host == "localhost" || bare.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

/// Where a machine of a cloud gets the keys of its role: never farther than its own host.
fn is_metadata(host: &str) -> bool {
    let bare = host.trim_matches(['[', ']']);
    host == "metadata.google.internal"
        || bare.parse().is_ok_and(|ip: IpAddr| match ip {
            IpAddr::V4(ip) => ip.is_link_local(),
            IpAddr::V6(ip) => ip.segments() == [0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254],
        })
}

fn retries() -> RetryConfig {
    RetryConfig {
        backoff: BackoffConfig {
            init_backoff: Duration::from_millis(100),
            max_backoff: Duration::from_secs(1),
            base: 2.0,
        },
        max_retries: 2,
        retry_timeout: REQUEST_TIMEOUT - ATTEMPT,
    }
}

fn http_client(roots: &Roots) -> Result<reqwest::Client, String> {
    crate::api::install_tls();
    let builder = roots.trusted_by(reqwest::Client::builder());
    builder
        .map_err(|error| error.to_string())?
        .user_agent(concat!("linkwright/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout(ATTEMPT)
        .timeout(ATTEMPT)
        .build()
        .map_err(|error| error.to_string())
}

/// The one client for every store, which sends nothing over plain HTTP to another machine.
#[derive(Clone, Debug)]
struct Guarded(reqwest::Client);

#[derive(Debug, thiserror::Error)]
#[error("plain HTTP to {0} is not used: only https://, and http:// on this machine")]
struct PlainHttp(String);

impl HttpConnector for Guarded {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.clone()))
    }
}

impl HttpService for Guarded {
    fn call<'a, 'b>(
        &'a self,
        request: HttpRequest,
    ) -> BoxFuture<'b, Result<HttpResponse, HttpError>>
    where
        'a: 'b,
        Self: 'b,
    {
        let uri = request.uri();
        let host = uri.host().unwrap_or_default();
        if uri.scheme_str() == Some("http") && !is_loopback(host) && !is_metadata(host) {
            let error = PlainHttp(host.to_owned());
            return std::future::ready(Err(HttpError::new(HttpErrorKind::Unknown, error))).boxed();
        }
        self.0.call(request)
    }
}

/// Whether the server has answered that it does not do this, so that nothing was done and nothing will be: a status of 400
/// and more, but for those that say that it is busy.
fn is_refusal(error: &Error) -> bool {
    let words = whole(error);
    let status = words.split("status code: ").nth(1);
    status.is_some_and(|rest| {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        matches!(digits.parse(), Ok(400..=499_u16)) && digits != "408" && digits != "429"
    })
}

/// Whether what is missing is not the object but all that it could be in.
fn is_without_bucket(error: &Error) -> bool {
    let words = causes(error);
    ["NoSuchBucket", "ContainerNotFound", "bucket does not exist"]
        .iter()
        .any(|code| words.contains(code))
}

/// A URL without its query, in which a shared access signature would be.
fn without_query(word: &str) -> &str {
    match word.split_once('?') {
        Some((url, _)) if url.contains("://") => url,
        _ => word,
    }
}

/// An error with its causes, each once, in one line and without what only the client's own retries are about.
fn causes(error: &dyn std::error::Error) -> String {
    said(error, plain)
}

/// An error with its causes, each once, in one line.
fn whole(error: &dyn std::error::Error) -> String {
    said(error, str::to_owned)
}

fn said(error: &dyn std::error::Error, shorten: fn(&str) -> String) -> String {
    let mut words = String::new();
    let mut next = Some(error);
    while let Some(cause) = next {
        let text = cause.to_string();
        let text = text.split_whitespace().map(without_query);
        let text = shorten(&text.collect::<Vec<_>>().join(" "));
        if !words.contains(&text) {
            if !words.is_empty() {
                words.push_str(": ");
            }
            words.push_str(&text);
        }
        next = cause.source();
    }
    words.chars().take(600).collect()
}

/// What a server said in XML, or what went wrong with the last attempt.
fn plain(text: &str) -> String {
    let element = |name: &str| {
        let (_, rest) = text.split_once(&format!("<{name}>"))?;
        rest.split_once('<').map(|(value, _)| value.trim())
    };
    match (element("Code"), element("Message")) {
        (Some(code), Some(message)) => format!("{code}: {message}"),
        _ => match text.split_once(" - ") {
            Some((attempts, last)) if attempts.contains("retry_timeout") => last.to_owned(),
            _ => text.to_owned(),
        },
    }
}

impl Store for Cloud {
    fn get<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Object>, StoreError>> {
        async move {
            let error = |error: Error| self.failed("read", key, &error);
            let found = match self.store.get(&self.path(key)).await {
                Err(error @ Error::NotFound { .. }) if !is_without_bucket(&error) => {
                    return Ok(None);
                }
                found => found.map_err(error)?,
            };
            if found.meta.size > LARGEST_OBJECT {
                return Err(StoreError::Failed {
                    what: format!("read {key}"),
                    why: format!("it is larger than {} MiB", LARGEST_OBJECT >> 20),
                });
            }
            let version = Version {
                e_tag: found.meta.e_tag.clone(),
                number: found.meta.version.clone(),
            };
            let content = found.bytes().await.map_err(error)?.to_vec();
            Ok(Some(Object { content, version }))
        }
        .boxed()
    }

    fn put<'a>(
        &'a self,
        key: &'a str,
        content: Vec<u8>,
        when: When,
    ) -> BoxFuture<'a, Result<Put, StoreError>> {
        async move {
            let is_new = when == When::Absent;
            let mode = match when {
                When::Absent => PutMode::Create,
                When::Unchanged(Version { e_tag, number }) => PutMode::Update(UpdateVersion {
                    e_tag,
                    version: number,
                }),
            };
            let options = PutOptions {
                mode,
                ..PutOptions::default()
            };
            let put = self
                .store
                .put_opts(&self.path(key), content.into(), options)
                .await;
            match put {
                Ok(put) => Ok(Put::Written(Version {
                    e_tag: put.e_tag,
                    number: put.version,
                })),
                Err(Error::AlreadyExists { .. } | Error::Precondition { .. }) => Ok(Put::Refused),
                // The object is gone. To one that must not exist it says that there is no such bucket.
                Err(error @ Error::NotFound { .. }) if !is_new && !is_without_bucket(&error) => {
                    Ok(Put::Refused)
                }
                Err(error) => Err(self.failed("write", key, &error)),
            }
        }
        .boxed()
    }

    fn list<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, Result<Vec<Listed>, StoreError>> {
        async move {
            let below = self.path(prefix.trim_end_matches('/'));
            let found: Vec<_> = self
                .store
                .list(Some(&below))
                .try_collect()
                .await
                .map_err(|error| self.failed("list", prefix, &error))?;
            let listed = found.into_iter().filter_map(|meta| {
                let key = meta
                    .location
                    .as_ref()
                    .strip_prefix(&self.prefix)?
                    .to_owned();
                let written = jiff::Timestamp::from_second(meta.last_modified.timestamp()).ok();
                Some(Listed { key, written })
            });
            let mut listed: Vec<_> = listed.collect();
            listed.sort_by(|a, b| a.key.cmp(&b.key));
            Ok(listed)
        }
        .boxed()
    }

    fn delete<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), StoreError>> {
        async move {
            match self.store.delete(&self.path(key)).await {
                Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
                Err(error) => Err(self.failed("delete", key, &error)),
            }
        }
        .boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_not_in_what_is_written_for_debugging() {
        let builder = MicrosoftAzureBuilder::new()
            .with_account("links")
            .with_container_name("c")
            .with_access_key("aHVzaGh1c2hodXNo");
        let client = http_client(&Roots::None).unwrap();
        let store = built!(builder, client).unwrap();
        let cloud = Cloud::of(store, "c", "links", Scrubber::default());
        let shown = format!("{cloud:?}");
        assert!(shown.contains("links/"), "{shown}");
        assert!(!shown.contains("aHVz"), "{shown}");
    }

    #[test]
    fn a_server_that_refuses_is_no_server_that_does_not_answer() {
        let failed = |status: &str| {
            let words = format!(
                "Error performing PUT http://a/b in 2ms, after 0 retries, max_retries: 2, retry_timeout: 6s - Server \
                 returned non-2xx status code: {status}: <Error><Code>Odd</Code><Message>Odd.</Message></Error>"
            );
            Error::Generic {
                store: "S3",
                source: words.into(),
            }
        };
        for status in [
            "400 Bad Request",
            "411 Length Required",
            "405 Method Not Allowed",
        ] {
            assert!(is_refusal(&failed(status)), "{status}");
        }
        for status in [
            "500 Internal Server Error",
            "503 Slow Down",
            "429 Too Many Requests",
        ] {
            assert!(!is_refusal(&failed(status)), "{status}");
        }
        let silent = Error::Generic {
            store: "S3",
            source: "HTTP error: error sending request".into(),
        };
        assert!(!is_refusal(&silent));
    }

    #[test]
    fn a_signature_in_a_url_is_not_shown() {
        let error = std::io::Error::other(
            "error sending request for url (https://a.example/c/x?sv=1&sig=hush) after 2 s?",
        );
        let shown = causes(&error);
        assert_eq!(
            shown,
            "error sending request for url (https://a.example/c/x after 2 s?"
        );
    }

    #[test]
    fn an_error_is_what_the_server_said_or_what_went_wrong_last() {
        let refused = "Generic S3 error: Error performing PUT http://a/b in 2ms, after 0 retries, max_retries: 2, \
                       retry_timeout: 6s - Server returned non-2xx status code: 403 Forbidden: <?xml?> <Error> \
                       <Code>AccessDenied</Code> <Message>Access Denied.</Message> </Error>";
        assert_eq!(plain(refused), "AccessDenied: Access Denied.");
        let silent = "Generic S3 error: Error performing GET http://a/b in 2ms, after 2 retries, max_retries: 2, \
                      retry_timeout: 6s - HTTP error: error sending request";
        assert_eq!(plain(silent), "HTTP error: error sending request");
        assert_eq!(plain("no such key - at all"), "no such key - at all");
    }

    #[test]
    fn plain_http_is_for_this_machine() {
        assert_eq!(is_local(None), Ok(false));
        assert_eq!(is_local(Some("https://s3.example")), Ok(false));
        assert_eq!(is_local(Some("http://127.0.0.1:5000")), Ok(true));
        assert_eq!(is_local(Some("http://[::1]:5000")), Ok(true));
        assert_eq!(is_local(Some("http://localhost:10000/account")), Ok(true));
        for elsewhere in [
            "http://s3.example",
            "http://10.0.0.1",
            "http://127.0.0.1.example",
        ] {
            assert!(is_local(Some(elsewhere)).is_err(), "{elsewhere}");
        }
        assert!(is_metadata("169.254.169.254"));
        assert!(is_metadata("metadata.google.internal"));
        assert!(!is_metadata("10.0.0.1"));
    }
}
