//! What a run keeps in the shared store: [`Records`].

use std::fmt;

use crate::address::{ClusterId, HalfAddress};

/// Where a run keeps what outlives its machine. The calls return when it is kept.
pub trait Records: Send + Sync + fmt::Debug {
    /// That the credentials of this generation were written to a half.
    ///
    /// # Errors
    /// Why it could not be recorded, in words.
    fn credentials_written(
        &self,
        cluster: &ClusterId,
        half: &HalfAddress,
        generation: u32,
    ) -> Result<(), String>;

    /// Keeps the history of a link, reads it back, and returns where it is.
    ///
    /// # Errors
    /// Why it could not be kept, in words.
    fn archive(&self, cluster: &ClusterId, stem: &str, document: &[u8]) -> Result<String, String>;
}
