//! What an error reply says, in a line: [`explain`].
//!
//! Replies are JSON of the API, JSON of a gateway, HTML of a servlet filter or a proxy, or plain
//! text. A person gets the sentence in it, never the page.

use super::wire::ErrorBody;

/// Longer messages are cut: a page that slipped through must not fill a terminal.
const LONGEST: usize = 400;

/// The API's error code, where the reply is the API's own, and a message that may be empty.
///
/// `scrub` takes secrets out. It sees the whole message: cut first, half a secret might be left.
pub(super) fn explain(body: &[u8], scrub: impl Fn(&str) -> String) -> (Option<i64>, String) {
    let (code, message) = find_message(body);
    (code, tidy(&scrub(&message)))
}

fn find_message(body: &[u8]) -> (Option<i64>, String) {
    if let Ok(error) = serde_json::from_slice::<ErrorBody>(body) {
        let message = error
            .message
            .or(error.error_description)
            .or_else(|| error.errors.into_iter().find_map(|error| error.detail))
            .unwrap_or_default();
        return (error.error_code, message);
    }
    let text = String::from_utf8_lossy(body);
    let text = text.trim_start();
    if text.starts_with('<') {
        (None, headline(text))
    } else if text.starts_with(['{', '[']) {
        (None, String::new())
    } else {
        (None, text.to_owned())
    }
}

/// An HTML page's title, or its first heading.
fn headline(page: &str) -> String {
    let lower = page.to_ascii_lowercase();
    for tag in ["title", "h1", "h2"] {
        let found = lower.find(&format!("<{tag}")).and_then(|at| {
            let start = at + lower[at..].find('>')? + 1;
            let end = start + lower[start..].find(&format!("</{tag}"))?;
            page.get(start..end)
        });
        if let Some(text) = found.map(str::trim).filter(|text| !text.is_empty()) {
            return text
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&#39;", "'")
                .replace("&amp;", "&");
        }
    }
    String::new()
}

/// One line, no control characters, not too long.
fn tidy(text: &str) -> String {
    let mut tidy = String::new();
    for word in text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
    {
        if !tidy.is_empty() {
            tidy.push(' ');
        }
        tidy.push_str(word);
        if tidy.len() > LONGEST {
            let end = (0..=LONGEST).rfind(|end| tidy.is_char_boundary(*end));
            tidy.truncate(end.unwrap_or(0));
            tidy.push('…');
            break;
        }
    }
    tidy
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_is_found_in_every_kind_of_reply() {
        for (body, code, message) in [
            (
                r#"{"error_code":40002,"message":"Topic 'x' already exists."}"#,
                Some(40002),
                "Topic 'x' already exists.",
            ),
            (r#"{"error_code":"404","message":null}"#, Some(404), ""),
            (
                r#"{"errors":[{"id":"1","status":"401","detail":"invalid API key"}]}"#,
                None,
                "invalid API key",
            ),
            (
                r#"{"error":"invalid_client","error_description":"no such client"}"#,
                None,
                "no such client",
            ),
            (
                "<html>\n<head><title>Error 429 Too Many Requests</title></head><body>…</body></html>",
                None,
                "Error 429 Too Many Requests",
            ),
            (
                "<html><h1>502 Bad&amp;Gateway</h1>",
                None,
                "502 Bad&Gateway",
            ),
            (
                "upstream connect error\n or \u{1b}[31mdisconnect",
                None,
                "upstream connect error or [31mdisconnect",
            ),
            ("<", None, ""),
            ("{broken", None, ""),
            ("", None, ""),
        ] {
            assert_eq!(
                explain(body.as_bytes(), str::to_owned),
                (code, message.to_owned()),
                "{body}"
            );
        }
    }

    #[test]
    fn a_page_is_cut_to_a_line() {
        let (_, message) = explain("ż".repeat(100_000).as_bytes(), str::to_owned);
        assert!(message.len() <= LONGEST + '…'.len_utf8());
        assert!(message.ends_with('…'));
    }

    #[test]
    fn a_secret_is_taken_out_before_the_message_is_cut() {
        let body = format!("{}{}", "x".repeat(LONGEST - 4), "s3cret-word");
        let (_, message) = explain(body.as_bytes(), |text| text.replace("s3cret-word", "***"));
        assert!(message.ends_with("x***"), "{message}");
    }

    proptest::proptest! {
        #[test]
        fn no_reply_breaks_it(body: Vec<u8>) {
            let (_, message) = explain(&body, str::to_owned);
            proptest::prop_assert!(message.len() <= LONGEST + 3);
        }

        #[test]
        fn no_page_breaks_it(body in "<(html|title|h1|/title|TİTLE|é)[>a-zé<]{0,20}") {
            explain(body.as_bytes(), str::to_owned);
        }
    }
}
