//! A request, before anything is known about it.

/// A request as it came in.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) host: String,
    /// The one cluster that is served at the address, unless it is everyone's.
    pub(crate) only: Option<String>,
    pub(crate) authorization: Option<String>,
    /// Which connection it came by; empty in-process.
    pub(crate) connection: String,
    pub(crate) content_type: Option<String>,
    pub(crate) body: bytes::Bytes,
}

impl Request {
    /// The method that finds the route: HEAD asks what GET asks, and gets no body.
    pub(crate) fn routed(&self) -> &str {
        if self.method == "HEAD" {
            "GET"
        } else {
            &self.method
        }
    }
}
