//! Every judgement about an error, against the texts that servers were seen to send.

use http::StatusCode;
use linkwright::api::ApiError;

fn refused(status: u16, code: i64, message: &str) -> ApiError {
    ApiError::Refused {
        call: "POST …/links of west".to_owned(),
        status: StatusCode::from_u16(status).unwrap(),
        code: Some(code),
        message: message.to_owned(),
        needs: "",
        retry_after: None,
    }
}

/// What is judged to be so, in one word each.
fn judged(error: &ApiError) -> String {
    let judgements = [
        (error.is_retryable(), "retryable"),
        (error.is_not_found(), "not-found"),
        (error.already_exists(), "exists"),
        (error.is_not_visible_yet(), "not-visible-yet"),
        (error.is_auth(), "auth"),
        (error.is_forbidden(), "forbidden"),
        (error.is_unsupported(), "unsupported"),
        (error.is_ambiguous(), "ambiguous"),
    ];
    let words: Vec<&str> = judgements
        .iter()
        .filter_map(|(yes, word)| yes.then_some(*word))
        .collect();
    words.join(" ")
}

#[test]
fn refusals_are_judged_by_status_and_text() {
    for (status, code, message, expected) in [
        (
            404,
            404,
            "The cluster link doesn't exist: Cluster link 'X' does not exist.",
            "not-found",
        ),
        (
            404,
            40403,
            "This server does not host this topic-partition.",
            "not-found",
        ),
        (
            404,
            404,
            "Unable to resolve cluster link information for X",
            "not-found not-visible-yet",
        ),
        (
            400,
            40002,
            "The destination cluster does not have a link named X",
            "not-visible-yet",
        ),
        (409, 40902, "Cluster link 'X' already exists.", "exists"),
        (
            404,
            404,
            "A cluster link already exists with the provided link name",
            "exists",
        ),
        (400, 40002, "Topic 'x' already exists.", "exists"),
        (
            400,
            40002,
            "A cluster link with the same prefix already exists",
            "",
        ),
        (400, 40002, "Cluster link prefix already exists", ""),
        (
            400,
            40035,
            "Topic renaming for mirroring not yet supported",
            "",
        ),
        (400, 400, "Cannot deserialize value", ""),
        (401, 40101, "Authentication failed", "auth"),
        (403, 40301, "Request is not authorized", "forbidden"),
        (405, 405, "HTTP 405 Method Not Allowed", "unsupported"),
        (408, 408, "Request timed out", "retryable"),
        (429, 42901, "Too many requests", "retryable"),
        (500, 50003, "Retriable Kafka error", "retryable"),
        (
            500,
            50002,
            "already exists, says a server that failed",
            "retryable",
        ),
        (501, 501, "", "unsupported"),
        (503, 50302, "Broker not available", "retryable"),
    ] {
        assert_eq!(
            judged(&refused(status, code, message)),
            expected,
            "{status} {message}"
        );
    }
}

#[test]
fn an_error_names_its_call_and_the_servers_words() {
    let error = refused(409, 40902, "Cluster link 'X' already exists.");
    assert_eq!(
        error.to_string(),
        "POST …/links of west: 409 Conflict (code 40902): Cluster link 'X' already exists."
    );
    assert_eq!(error.call(), "POST …/links of west");
    assert_eq!(
        error.reason(),
        "409 Conflict (code 40902): Cluster link 'X' already exists."
    );
    assert_eq!(error.message(), Some("Cluster link 'X' already exists."));
    assert_eq!(
        refused(500, 500, "").to_string(),
        "POST …/links of west: 500 Internal Server Error"
    );
}
