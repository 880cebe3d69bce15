//! Addresses of values inside a spec, as environments write them: [`ValueAddress`].
//!
//! `links.orders-dr.prefix` names the value of the key `prefix` in the value of `orders-dr` in `links`. A
//! key with a dot is quoted: `links.orders-dr.mirrors."orders.placed".state`. An address goes through
//! mappings only; a list is one value.

use std::borrow::Cow;
use std::fmt;

use super::codes;
use super::decode::{Cx, Decode};
use super::node::{Node, shorten};
use crate::diagnostic::{Diagnostic, Place};

/// The keys that lead to a value, from the top of the spec.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ValueAddress {
    keys: Vec<String>,
}

/// Why a text is not an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadAddress {
    /// A key between two dots, before the first or after the last is empty.
    #[error("a key is empty")]
    EmptyKey,
    /// A quote is not closed.
    #[error("a quote is not closed")]
    OpenQuote,
    /// A quoted key is followed by something else than a dot.
    #[error("a quoted key ends with its quote")]
    AfterQuote,
    /// A quote inside a key that does not begin with one.
    #[error("a quote begins a key and ends it")]
    InnerQuote,
}

impl ValueAddress {
    /// The address of these keys; none where there is no key.
    #[must_use]
    pub fn of(keys: Vec<String>) -> Option<Self> {
        (!keys.is_empty()).then_some(Self { keys })
    }

    /// Its keys, from the top of the spec; there is at least one.
    #[must_use]
    pub fn keys(&self) -> &[String] {
        &self.keys
    }

    /// The key of the value itself.
    #[must_use]
    pub fn last(&self) -> &str {
        self.keys.last().map_or("", String::as_str)
    }

    /// The keys of the mapping that holds the value.
    #[must_use]
    pub fn parent(&self) -> &[String] {
        self.keys.split_last().map_or(&[], |(_, parent)| parent)
    }

    /// Whether another address is inside this one, or is the same.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        other.keys.starts_with(&self.keys)
    }

    /// Reads an address.
    ///
    /// # Errors
    /// When a key is empty or a quote is out of place.
    pub fn parse(text: &str) -> Result<Self, BadAddress> {
        let mut keys = Vec::new();
        let mut rest = text;
        loop {
            let (key, after) = match rest.strip_prefix('"') {
                Some(quoted) => unquoted(quoted)?,
                None => {
                    let end = rest.find('.').unwrap_or(rest.len());
                    let key = &rest[..end];
                    if key.contains('"') {
                        return Err(BadAddress::InnerQuote);
                    }
                    (key.to_owned(), &rest[end..])
                }
            };
            if key.is_empty() {
                return Err(BadAddress::EmptyKey);
            }
            keys.push(key);
            match after.strip_prefix('.') {
                Some(next) => rest = next,
                None if after.is_empty() => return Ok(Self { keys }),
                None => return Err(BadAddress::AfterQuote),
            }
        }
    }
}

/// A quoted key, after its first quote: `\"` and `\\` are a quote and a backslash.
fn unquoted(text: &str) -> Result<(String, &str), BadAddress> {
    let mut key = String::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Ok((key, &text[at + 1..])),
            '\\' => match letters.next() {
                Some((_, escaped)) => key.push(escaped),
                None => return Err(BadAddress::OpenQuote),
            },
            letter => key.push(letter),
        }
    }
    Err(BadAddress::OpenQuote)
}

/// A key as an address has it.
#[must_use]
pub fn quoted_key(key: &str) -> Cow<'_, str> {
    let is_plain = !key.is_empty()
        && !key.contains(|letter: char| {
            letter == '.' || letter == '"' || letter == '\\' || letter.is_whitespace()
        });
    if is_plain {
        return Cow::Borrowed(key);
    }
    let inner = key.replace('\\', "\\\\").replace('"', "\\\"");
    Cow::Owned(format!("\"{inner}\""))
}

impl fmt::Display for ValueAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, key) in self.keys.iter().enumerate() {
            if at > 0 {
                f.write_str(".")?;
            }
            f.write_str(&quoted_key(key))?;
        }
        Ok(())
    }
}

/// What is wrong with the text of an address.
pub(crate) fn bad_address(text: &str, why: BadAddress, place: &Place) -> Diagnostic {
    Diagnostic::error(
        codes::VALUE_ADDRESS,
        format!("`{}` is not the address of a value: {why}", shorten(text)),
    )
    .at(place, "expected keys with dots between them")
    .help(
        "write the keys from the top of the spec, and quote a key with a dot: \
         links.orders-dr.mirrors.\"orders.placed\".state",
    )
}

impl Decode for ValueAddress {
    fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        let text = cx.text(node, "the address of a value")?;
        match Self::parse(text) {
            Ok(address) => Some(address),
            Err(why) => {
                let problem = bad_address(text, why, &cx.place(node.span));
                cx.report(problem);
                None
            }
        }
    }
}

impl schemars::JsonSchema for ValueAddress {
    fn schema_name() -> Cow<'static, str> {
        "ValueAddress".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "The keys of a value from the top of the spec, with dots between them; a key \
                 with a dot is quoted.",
            "type": "string",
            "examples": [
                "links.orders-dr.prefix",
                "links.orders-dr.mirrors.\"orders.placed\".state",
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_reads_back_as_it_was_printed() {
        for text in [
            "policy",
            "links.orders-dr.prefix",
            "links.orders-dr.mirrors.\"orders.placed\".state",
            "links.orders-dr.mirrors.orders-*.state",
            r#"links."a\"b\\c"."two words""#,
        ] {
            assert_eq!(ValueAddress::parse(text).unwrap().to_string(), text);
        }
        let address = ValueAddress::parse("links.\"a.b\".c").unwrap();
        assert_eq!(address.keys(), ["links", "a.b", "c"]);
        assert_eq!((address.parent().len(), address.last()), (2, "c"));
        assert!(
            ValueAddress::parse("links.\"a.b\"")
                .unwrap()
                .covers(&address)
        );
        assert!(!address.covers(&ValueAddress::parse("links").unwrap()));
    }

    #[test]
    fn what_is_no_address_has_a_reason() {
        for (text, why) in [
            ("", BadAddress::EmptyKey),
            ("links.", BadAddress::EmptyKey),
            (".links", BadAddress::EmptyKey),
            ("links..a", BadAddress::EmptyKey),
            ("links.\"\"", BadAddress::EmptyKey),
            ("links.\"a", BadAddress::OpenQuote),
            ("links.\"a\\", BadAddress::OpenQuote),
            ("links.\"a\"b", BadAddress::AfterQuote),
            ("links.a\"b\"", BadAddress::InnerQuote),
        ] {
            assert_eq!(ValueAddress::parse(text), Err(why), "{text}");
        }
    }
}
