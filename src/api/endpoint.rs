//! Where a cluster's REST API is: [`Endpoint`].

use std::fmt;

use url::Url;

/// The base of a cluster's REST API, prefix included: `https://host/kafka/v3`.
///
/// Confluent Cloud and the API embedded in Confluent Server answer under `/kafka/v3`, the
/// stand-alone REST Proxy under `/v3` (OpenAPI documents of both). An address that already ends in
/// `/v3` is taken as it is; to any other path `/kafka/v3` is added.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    base: String,
    is_https: bool,
}

/// Why a text is no endpoint. It never repeats the text, which may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// It is no URL.
    #[error("it is not a URL such as https://pkc-00000.region.provider.confluent.cloud")]
    NotAUrl,
    /// Its scheme is not `http` or `https`: often a Kafka bootstrap address.
    #[error("it must begin with https:// or http://; a bootstrap address does not work here")]
    Scheme,
    /// It has no host.
    #[error("it has no host")]
    Host,
    /// It carries a user name or password.
    #[error("it must not contain credentials; put them under the cluster's `auth`")]
    Credentials,
    /// It has a query or a fragment.
    #[error("it must not have a query or a fragment")]
    Query,
}

impl Endpoint {
    /// Reads an endpoint as people write it, with or without the API's prefix.
    ///
    /// # Errors
    /// When the text is no plain `http` or `https` URL.
    pub fn parse(text: &str) -> Result<Self, EndpointError> {
        let (url, is_https) = plain(text)?;
        let given = url.as_str().trim_end_matches('/');
        let path = url.path().trim_end_matches('/');
        let prefix = if path.ends_with("/v3") {
            ""
        } else if path.ends_with("/kafka") {
            "/v3"
        } else {
            "/kafka/v3"
        };
        Ok(Self {
            base: format!("{given}{prefix}"),
            is_https,
        })
    }

    /// Reads the base of Confluent Cloud's own API, to which nothing is added.
    ///
    /// # Errors
    /// As [`Endpoint::parse`].
    pub fn cloud(text: &str) -> Result<Self, EndpointError> {
        let (url, is_https) = plain(text)?;
        Ok(Self {
            base: url.as_str().trim_end_matches('/').to_owned(),
            is_https,
        })
    }

    /// Whether the connection is encrypted.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.is_https
    }

    /// The base without a slash at its end.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }
}

/// A plain `http` or `https` URL.
fn plain(text: &str) -> Result<(Url, bool), EndpointError> {
    let url = Url::parse(text.trim()).map_err(|_| EndpointError::NotAUrl)?;
    let is_https = match url.scheme() {
        "https" => true,
        "http" => false,
        _ => return Err(EndpointError::Scheme),
    };
    if !url.has_host() {
        return Err(EndpointError::Host);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(EndpointError::Credentials);
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(EndpointError::Query);
    }
    Ok((url, is_https))
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.base)
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({})", self.base)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prefix_is_added_unless_it_is_there() {
        for (given, base) in [
            (
                "https://pkc-1.aws.confluent.cloud:443",
                "https://pkc-1.aws.confluent.cloud/kafka/v3",
            ),
            (
                "https://pkc-1.aws.confluent.cloud:443/",
                "https://pkc-1.aws.confluent.cloud/kafka/v3",
            ),
            ("https://pkc-1/kafka/v3/", "https://pkc-1/kafka/v3"),
            ("http://proxy:8082/v3", "http://proxy:8082/v3"),
            ("http://broker:8090/kafka", "http://broker:8090/kafka/v3"),
            (
                "https://gateway/east/kafka/v3",
                "https://gateway/east/kafka/v3",
            ),
            ("https://gateway/east", "https://gateway/east/kafka/v3"),
        ] {
            assert_eq!(Endpoint::parse(given).unwrap().base(), base);
        }
    }

    #[test]
    fn what_is_no_endpoint_is_refused_with_a_reason() {
        for (given, error) in [
            ("pkc-1.confluent.cloud:9092", EndpointError::Scheme),
            (
                "SASL_SSL://pkc-1.confluent.cloud:9092",
                EndpointError::NotAUrl,
            ),
            ("pkc-1", EndpointError::NotAUrl),
            ("", EndpointError::NotAUrl),
            ("https://user:pw@pkc-1", EndpointError::Credentials),
            ("https://pkc-1?x=1", EndpointError::Query),
        ] {
            assert_eq!(Endpoint::parse(given).unwrap_err(), error, "{given}");
        }
    }
}
