//! Where a shared store is: [`StoreUrl`], as `--store`, `LINKWRIGHT_STORE` and `store:` name it.

use std::fmt;
use std::path::PathBuf;

/// Where a shared store is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreUrl {
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

/// Whose bucket it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `s3://`: Amazon S3, or another with its API.
    S3,
    /// `az://`: Azure Blob Storage.
    Azure,
    /// `gs://`: Google Cloud Storage.
    Google,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::S3, Self::Azure, Self::Google];

    /// The scheme of its URLs.
    #[must_use]
    pub fn scheme(self) -> &'static str {
        match self {
            Self::S3 => "s3",
            Self::Azure => "az",
            Self::Google => "gs",
        }
    }
}

/// Why a text names no store.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreUrlError {
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
}

impl StoreUrl {
    /// Reads a URL.
    ///
    /// # Errors
    /// When it names no store. What may be a secret is not quoted.
    pub fn parse(text: &str) -> Result<Self, StoreUrlError> {
        // A folder may have an `@` in its name; nothing else may.
        let may_have_a_user = text.contains('@') && !text.starts_with("file:///");
        if text.contains(['?', '#']) || may_have_a_user {
            return Err(StoreUrlError::Secret);
        }
        let form = || StoreUrlError::Form(text.to_owned());
        let (scheme, rest) = text.split_once("://").ok_or_else(form)?;
        if text.chars().any(char::is_control) {
            return Err(form());
        }
        if scheme == "file" {
            let url = url::Url::parse(text).map_err(|_| form())?;
            let path = url.to_file_path().map_err(|()| form())?;
            return match path.parent() {
                Some(_) => Ok(Self::Folder(path)),
                // The root of the file system.
                None => Err(form()),
            };
        }
        let kind = Kind::ALL.into_iter().find(|kind| kind.scheme() == scheme);
        let kind = kind.ok_or_else(form)?;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let prefix = prefix.trim_matches('/');
        let is_odd = |part: &str| part.is_empty() || part == "." || part == "..";
        let has_odd_part = !prefix.is_empty() && prefix.split('/').any(is_odd);
        if bucket.is_empty() || has_odd_part {
            return Err(form());
        }
        Ok(Self::Bucket {
            kind,
            bucket: bucket.to_owned(),
            prefix: prefix.to_owned(),
        })
    }

    /// A folder in it.
    #[must_use]
    pub fn below(&self, folder: &str) -> Self {
        match self {
            Self::Folder(path) => Self::Folder(path.join(folder)),
            Self::Bucket {
                kind,
                bucket,
                prefix,
            } => Self::Bucket {
                kind: *kind,
                bucket: bucket.clone(),
                prefix: match prefix.as_str() {
                    "" => folder.to_owned(),
                    prefix => format!("{prefix}/{folder}"),
                },
            },
        }
    }
}

impl fmt::Display for StoreUrl {
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
        for (text, shown, below) in [
            (
                "file:///srv/links",
                "file:///srv/links",
                "file:///srv/links/x",
            ),
            ("file:///srv/a@b", "file:///srv/a@b", "file:///srv/a@b/x"),
            ("s3://bucket", "s3://bucket", "s3://bucket/x"),
            (
                "s3://bucket/team/links/",
                "s3://bucket/team/links",
                "s3://bucket/team/links/x",
            ),
            (
                "az://container/links",
                "az://container/links",
                "az://container/links/x",
            ),
            (
                "gs://bucket/links",
                "gs://bucket/links",
                "gs://bucket/links/x",
            ),
        ] {
            let url = StoreUrl::parse(text).unwrap();
            assert_eq!(url.to_string(), shown);
            assert_eq!(url.below("x").to_string(), below);
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
            "file:///",
            "s3://bucket/../other",
            "s3://bucket/a//b",
            "s3://bucket/a\nb",
        ] {
            let error = StoreUrl::parse(text).unwrap_err();
            assert!(matches!(error, StoreUrlError::Form(_)), "{text}: {error}");
        }
        for text in [
            "s3://key:hush@bucket/x",
            "file://user:hush@host/x",
            "https://user:hush@host/x",
            "key:hush@bucket",
            "az://c/x?sig=hush",
            "container?sig=hush",
        ] {
            let error = StoreUrl::parse(text).unwrap_err().to_string();
            assert!(!error.contains("hush"), "{error}");
        }
    }
}
