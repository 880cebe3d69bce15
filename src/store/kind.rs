//! Whose bucket a store is in: [`Kind`].

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
