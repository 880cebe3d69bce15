//! Taking secrets out of texts that come from elsewhere: [`Scrubber`].
//!
//! Servers quote what they were sent: an error about a JAAS line may repeat the password in it.
//! What the client shows passes through here first.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

/// Secrets to be replaced by `***`, with the pieces of them that a server might quote alone.
#[derive(Clone, Default)]
pub(crate) struct Scrubber {
    pieces: Vec<SecretString>,
}

/// Shorter pieces than this are replaced only as part of a longer one: taking every `on` or `1` out
/// of a message would leave nothing to read, and such a text keeps no secret.
const SHORTEST_PIECE: usize = 4;

/// Lines of keys and certificates are this long or longer.
const SHORTEST_LINE: usize = 16;

impl Scrubber {
    /// Adds a secret: all of it, what is in quotes in it, and its longer lines.
    pub(crate) fn add(&mut self, secret: &SecretString) {
        let text = secret.expose_secret();
        let mut pieces: Vec<&str> = vec![text, text.trim()];
        pieces.extend(text.split('"').skip(1).step_by(2));
        pieces.extend(
            text.lines()
                .map(str::trim)
                .filter(|line| line.len() >= SHORTEST_LINE),
        );
        for piece in pieces {
            if piece.len() >= SHORTEST_PIECE && !self.holds(piece) {
                self.pieces.push(SecretString::from(piece));
            }
        }
        self.sort();
    }

    /// Adds the secrets of another.
    pub(crate) fn add_all(&mut self, other: &Self) {
        for piece in &other.pieces {
            if !self.holds(piece.expose_secret()) {
                self.pieces.push(piece.clone());
            }
        }
        self.sort();
    }

    /// Whether there is nothing to take out.
    pub(crate) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// The longest first, so that a part does not break up its whole.
    fn sort(&mut self) {
        self.pieces
            .sort_by_key(|piece| std::cmp::Reverse(piece.expose_secret().len()));
    }

    /// The text without the secrets.
    pub(crate) fn scrub(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for piece in &self.pieces {
            let piece = piece.expose_secret();
            if text.contains(piece) {
                text = text.replace(piece, "***");
            }
            let escaped = piece.replace('\\', "\\\\").replace('"', "\\\"");
            if escaped != piece && text.contains(&escaped) {
                text = text.replace(&escaped, "***");
            }
        }
        text
    }

    fn holds(&self, piece: &str) -> bool {
        self.pieces
            .iter()
            .any(|known| known.expose_secret() == piece)
    }
}

impl fmt::Debug for Scrubber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scrubber({} pieces)", self.pieces.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_and_its_quoted_parts_are_taken_out() {
        let mut scrubber = Scrubber::default();
        scrubber.add(&SecretString::from(
            "PlainLoginModule required username=\"KEY1\" password=\"s3cret/+\";",
        ));
        assert_eq!(
            scrubber.scrub("cannot parse password=\"s3cret/+\" near KEY1"),
            "cannot parse password=\"***\" near ***"
        );
        assert_eq!(
            scrubber.scrub("{\"v\":\"PlainLoginModule required username=\\\"KEY1\\\" password=\\\"s3cret/+\\\";\"}"),
            "{\"v\":\"***\"}"
        );
        assert!(!format!("{scrubber:?}").contains("s3cret"));
    }

    #[test]
    fn short_secrets_do_not_eat_the_message() {
        let mut scrubber = Scrubber::default();
        scrubber.add(&SecretString::from("on"));
        assert_eq!(scrubber.scrub("connection refused"), "connection refused");
    }

    #[test]
    fn key_lines_are_taken_out_one_by_one() {
        let mut scrubber = Scrubber::default();
        scrubber.add(&SecretString::from(
            "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQ\nAB\n-----END PRIVATE KEY-----\n",
        ));
        assert_eq!(
            scrubber.scrub("bad key: MIIEvQIBADANBgkqhkiG9w0BAQ"),
            "bad key: ***"
        );
    }
}
