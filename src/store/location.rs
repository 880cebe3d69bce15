//! Where a store is: [`Location`], as `--store`, `LINKWRIGHT_STORE` and `store:` name it.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use super::Store;
use super::folder::Folder;
use super::kind::Kind;
use super::layout::Known;

/// Where a store is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// `file:///PATH`: a folder.
    Folder(PathBuf),
    /// A bucket or container, and the prefix of the keys.
    Bucket {
        /// Whose.
        kind: Kind,
        /// Its name.
        bucket: String,
        /// The prefix; empty for none.
        prefix: String,
    },
}

/// Why a text names no store, or one that cannot be opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LocationError {
    /// It is no URL of a store.
    #[error(
        "`{0}` is not a store: write file:///PATH, s3://BUCKET/PREFIX, az://CONTAINER/PREFIX or gs://BUCKET/PREFIX"
    )]
    Form(String),
    /// It has a user name, a password or a query, which may be secrets.
    #[error(
        "the store's URL must have no user name, password or query: keys come from the environment, such as \
         AWS_ACCESS_KEY_ID (docs/store.md lists them)"
    )]
    Secret,
    /// This program has no cloud stores.
    #[error("{0} stores are not part of this build (feature `store-cloud`); use file:///PATH")]
    NotBuilt(&'static str),
    /// What the environment says cannot be used.
    #[error("cannot open the store {location}: {why}")]
    Settings {
        /// The store.
        location: String,
        /// Why.
        why: String,
    },
}

impl Location {
    /// Reads a URL.
    ///
    /// # Errors
    /// When it names no store.
    pub fn parse(text: &str) -> Result<Self, LocationError> {
        let form = || LocationError::Form(text.to_owned());
        let (scheme, rest) = text.split_once("://").ok_or_else(form)?;
        if rest.contains(['?', '#']) || scheme != "file" && rest.contains('@') {
            return Err(LocationError::Secret);
        }
        if scheme == "file" {
            let url = url::Url::parse(text).map_err(|_| form())?;
            let path = url.to_file_path().map_err(|()| form())?;
            return Ok(Self::Folder(path));
        }
        let kind = Kind::ALL.into_iter().find(|kind| kind.scheme() == scheme);
        let kind = kind.ok_or_else(form)?;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let prefix = prefix.trim_matches('/');
        let is_odd = |part: &str| part.is_empty() || part == "." || part == "..";
        let has_odd_part = !prefix.is_empty() && prefix.split('/').any(is_odd);
        if bucket.is_empty() || has_odd_part || text.chars().any(char::is_control) {
            return Err(form());
        }
        Ok(Self::Bucket {
            kind,
            bucket: bucket.to_owned(),
            prefix: prefix.to_owned(),
        })
    }

    /// Opens the store. Nothing is sent yet.
    ///
    /// # Errors
    /// When what the environment says about it cannot be used.
    pub fn open(&self) -> Result<Arc<dyn Store>, LocationError> {
        match self {
            Self::Folder(path) => Ok(Arc::new(Known::new(Folder::new(path.clone())))),
            #[cfg(feature = "store-cloud")]
            Self::Bucket {
                kind,
                bucket,
                prefix,
            } => match super::cloud::Cloud::open(*kind, bucket, prefix) {
                Ok(cloud) => Ok(Arc::new(Known::new(cloud))),
                Err(why) => Err(LocationError::Settings {
                    location: self.to_string(),
                    why,
                }),
            },
            #[cfg(not(feature = "store-cloud"))]
            Self::Bucket { kind, .. } => Err(LocationError::NotBuilt(kind.scheme())),
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path) => write!(f, "file://{}", path.display()),
            Self::Bucket {
                kind,
                bucket,
                prefix,
            } => {
                let slash = if prefix.is_empty() { "" } else { "/" };
                write!(f, "{}://{bucket}{slash}{prefix}", kind.scheme())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_a_folder_or_a_bucket_with_its_prefix() {
        for (text, shown) in [
            ("file:///srv/linkwright", "file:///srv/linkwright"),
            ("s3://bucket", "s3://bucket"),
            ("s3://bucket/team/links/", "s3://bucket/team/links"),
            ("az://container/links", "az://container/links"),
            ("gs://bucket/links", "gs://bucket/links"),
        ] {
            assert_eq!(Location::parse(text).unwrap().to_string(), shown);
        }
    }

    #[test]
    fn what_is_no_store_is_refused_and_a_secret_is_not_quoted() {
        for text in [
            "",
            "bucket",
            "s3://",
            "s3:///prefix",
            "http://127.0.0.1/x",
            "file://host/path",
            "s3://bucket/../other",
            "s3://bucket/a//b",
        ] {
            let error = Location::parse(text).unwrap_err();
            assert!(matches!(error, LocationError::Form(_)), "{text}: {error}");
        }
        for text in ["s3://key:hush@bucket/x", "az://c/x?sig=hush"] {
            let error = Location::parse(text).unwrap_err().to_string();
            assert!(!error.contains("hush"), "{error}");
        }
    }
}
