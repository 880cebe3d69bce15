//! What a world holds, and somebody who changes it.

use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use http_body_util::BodyExt;
use linkwright_sandbox::Sandbox;
use serde_json::Value;
use tower::ServiceExt;

/// What there is in a world by the sandbox's own books, without what differs from run to run.
pub(crate) fn state(sandbox: &Sandbox) -> String {
    let world = sandbox.snapshot();
    let mut text = String::new();
    for (cluster, owner) in entries(&world["clusters"]) {
        for (link, half) in entries(&owner["halves"]) {
            let (contact, error) = (&half["contact"], &half["error"]);
            text.push_str(&format!("{cluster}/{link} {contact} {error}\n"));
            for (name, value) in entries(&half["configs"]) {
                text.push_str(&format!("  {name}={value}\n"));
            }
            for (topic, row) in entries(&half["mirrors"]) {
                text.push_str(&format!("  {topic} {}\n", row["status"]));
            }
        }
        for (topic, data) in entries(&owner["topics"]) {
            text.push_str(&format!("{cluster} {topic} {}\n", data["mirror_of"]));
        }
    }
    text
}

fn entries(map: &Value) -> impl Iterator<Item = (&String, &Value)> {
    map.as_object().into_iter().flatten()
}

/// Calls a sandbox, as somebody else would: `call` is such as `POST /sandbox/v1/clock/advance`. Returns what it
/// answered, which is an error when it is not a success.
pub(crate) async fn call(
    sandbox: &Sandbox,
    user: Option<(&str, &str)>,
    call: &str,
    body: &Value,
) -> Result<String, String> {
    let (method, path) = call.split_once(' ').ok_or("a call is `METHOD path`")?;
    let mut request = http::Request::builder()
        .method(method)
        .uri(path)
        .header("content-type", "application/json");
    if let Some((user, password)) = user {
        let token = BASE64.encode(format!("{user}:{password}"));
        request = request.header("authorization", format!("Basic {token}"));
    }
    let body = match body {
        Value::Null => Body::empty(),
        body => Body::from(body.to_string()),
    };
    let request = request.body(body).map_err(|error| error.to_string())?;
    let Ok(answer) = sandbox.router().oneshot(request).await;
    let status = answer.status();
    let bytes = answer.into_body().collect().await;
    let bytes = bytes.map_err(|error| error.to_string())?.to_bytes();
    let words = String::from_utf8_lossy(&bytes).into_owned();
    if status.is_success() {
        Ok(words)
    } else {
        Err(format!("{call}: {status}: {words}"))
    }
}
