//! How a store is opened: [`open`].

use std::sync::Arc;

use super::Store;
use super::folder::Folder;
use super::layout::Known;
use crate::address::store_url::StoreUrl;
use crate::api::Roots;

/// Why a store cannot be opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// This program has no cloud stores.
    #[error("{0} stores are not part of this build (feature `store-cloud`); use file:///PATH")]
    NotBuilt(&'static str),
    /// What the environment says cannot be used.
    #[error("cannot open the store {url}: {why}")]
    Settings {
        /// The store.
        url: String,
        /// Why.
        why: String,
    },
}

/// Opens a store, whose server is trusted by these certificate authorities. Nothing is sent yet.
///
/// # Errors
/// When what the environment says about it cannot be used.
pub fn open(url: &StoreUrl, roots: &Roots) -> Result<Arc<dyn Store>, OpenError> {
    match url {
        StoreUrl::Folder(path) => Ok(Arc::new(Known::new(Folder::new(path.clone())))),
        #[cfg(feature = "store-cloud")]
        StoreUrl::Bucket {
            kind,
            bucket,
            prefix,
        } => match super::cloud::Cloud::open(*kind, bucket, prefix, roots) {
            Ok(cloud) => Ok(Arc::new(Known::new(cloud))),
            Err(why) => Err(OpenError::Settings {
                url: url.to_string(),
                why,
            }),
        },
        #[cfg(not(feature = "store-cloud"))]
        StoreUrl::Bucket { kind, .. } => {
            // There is no server.
            let _ = roots;
            Err(OpenError::NotBuilt(kind.scheme()))
        }
    }
}
