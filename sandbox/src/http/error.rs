//! Error replies: status, `error_code` and message, as the REST API has them.

use super::reply::Reply;
use crate::profile::{Profile, Trait};

/// A refused request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiError {
    pub(crate) status: u16,
    pub(crate) code: i32,
    pub(crate) message: String,
}

impl ApiError {
    pub(crate) fn new(status: u16, code: i32, message: impl Into<String>) -> ApiError {
        ApiError {
            status,
            code,
            message: message.into(),
        }
    }

    /// 400: the request itself is wrong.
    pub(crate) fn bad_request(message: impl Into<String>) -> ApiError {
        ApiError::new(400, 400, message)
    }

    /// 400 with 40002: Kafka refuses what the request asks for.
    pub(crate) fn kafka(message: impl Into<String>) -> ApiError {
        ApiError::new(400, 40002, message)
    }

    /// 404 with 404.
    pub(crate) fn missing(message: impl Into<String>) -> ApiError {
        ApiError::new(404, 404, message)
    }

    /// 404: no such path.
    pub(crate) fn no_path() -> ApiError {
        ApiError::missing("HTTP 404 Not Found")
    }

    /// 405: the path takes other methods.
    pub(crate) fn no_method() -> ApiError {
        ApiError::new(405, 405, "HTTP 405 Method Not Allowed")
    }

    /// 404: no such cluster.
    pub(crate) fn no_cluster(id: &str) -> ApiError {
        ApiError::missing(format!("Cluster {id} cannot be found."))
    }

    /// 404: no such link, or none that is visible yet. Recordings of Cloud say no more after the
    /// colon.
    pub(crate) fn no_link(profile: Profile, name: &str) -> ApiError {
        ApiError::missing(if profile.has(Trait::MissingLinkNamed) {
            format!("The cluster link doesn't exist: Cluster link '{name}' does not exist.")
        } else {
            String::from("The cluster link doesn't exist: ")
        })
    }

    /// 404 with 40403: no such topic.
    pub(crate) fn no_topic() -> ApiError {
        ApiError::new(
            404,
            40403,
            "This server does not host this topic-partition.",
        )
    }

    /// 403 with 40301.
    pub(crate) fn forbidden() -> ApiError {
        ApiError::new(403, 40301, "Request is not authorized")
    }

    /// As a reply.
    pub(crate) fn reply(&self) -> Reply {
        Reply::json(
            self.status,
            &serde_json::json!({ "error_code": self.code, "message": self.message }),
        )
    }
}
