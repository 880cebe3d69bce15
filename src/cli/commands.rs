//! Commands of a pipeline's runner that text from elsewhere could hold: [`Unarmed`].
//!
//! GitHub's runner obeys lines of a job's log that begin with `::`, and `##[` anywhere in a line: they set
//! masks, hide lines and write annotations. Names and messages of others must not.

use std::io::{self, Write};

/// A stream in which no text is a command of the runner.
pub(super) struct Unarmed<W> {
    to: W,
    /// Whether a runner reads it.
    is_read: bool,
    at: At,
}

/// What the line ends with so far.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    /// Nothing but white space.
    Start,
    /// One colon, and white space before it.
    Colon,
    /// So many `#`.
    Hashes(u8),
}

impl<W: Write> Unarmed<W> {
    pub(super) fn new(to: W, is_read: bool) -> Self {
        Self {
            to,
            is_read,
            at: At::Start,
        }
    }

    /// The stream itself, for commands of our own.
    pub(super) fn armed(&mut self) -> &mut W {
        &mut self.to
    }
}

impl<W: Write> Write for Unarmed<W> {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        if !self.is_read {
            return self.to.write(text);
        }
        let mut out = Vec::with_capacity(text.len() + 8);
        for byte in text {
            let (is_broken, next) = match (self.at, byte) {
                (_, b'\n' | b'\r') => (false, At::Start),
                (At::Start, b':') => (false, At::Colon),
                (At::Start, byte) if byte.is_ascii_whitespace() => (false, At::Start),
                (At::Colon, b':') => (true, At::Hashes(0)),
                (At::Hashes(2), b'[') => (true, At::Hashes(0)),
                (At::Hashes(count), b'#') => (false, At::Hashes((count + 1).min(2))),
                (_, b'#') => (false, At::Hashes(1)),
                _ => (false, At::Hashes(0)),
            };
            if is_broken {
                out.push(b' ');
            }
            out.push(*byte);
            self.at = next;
        }
        self.to.write_all(&out)?;
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(pieces: &[&str], is_read: bool) -> String {
        let mut out = Unarmed::new(Vec::new(), is_read);
        for piece in pieces {
            out.write_all(piece.as_bytes()).unwrap();
        }
        String::from_utf8(out.to).unwrap()
    }

    #[test]
    fn no_line_is_a_command_and_all_else_stays() {
        for (pieces, wanted) in [
            (&["::stop-commands::x\n"][..], ": :stop-commands::x\n"),
            (&["  ", ":", ":add-mask::x"], "  : :add-mask::x"),
            (&["a\n\t::error::b"], "a\n\t: :error::b"),
            (&["a ##[error]b"], "a ## [error]b"),
            (&["###[group]"], "### [group]"),
            (&["#", "#", "[x]"], "## [x]"),
            (&["a::b #[x] : :: #"], "a::b #[x] : :: #"),
        ] {
            assert_eq!(written(pieces, true), wanted, "{pieces:?}");
            assert_eq!(written(pieces, false), pieces.concat());
        }
    }
}
