//! Where in a spec a value is: [`Path`], as environments write it: `links.orders-dr.mirrors."orders.placed".state`.

use std::fmt;

use crate::spec::{ValueAddress, quoted_key};

/// The keys that lead to a value. A key that is a number leads to that item of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(pub Vec<String>);

impl Path {
    /// The path of these keys.
    pub fn of<T: Into<String>>(keys: impl IntoIterator<Item = T>) -> Self {
        Self(keys.into_iter().map(Into::into).collect())
    }

    /// Reads keys that are separated by dots; a key with a dot is in quotes.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let address = ValueAddress::parse(text).map_err(|why| format!("`{text}`: {why}"))?;
        Ok(Self(address.keys().to_vec()))
    }

    /// The path of something below this one.
    #[must_use]
    pub fn join(&self, below: &Self) -> Self {
        Self(self.0.iter().chain(&below.0).cloned().collect())
    }

    /// This path with one more key.
    #[must_use]
    pub fn key(&self, key: impl Into<String>) -> Self {
        let mut keys = self.0.clone();
        keys.push(key.into());
        Self(keys)
    }

    /// Whether it is this path or below it.
    #[must_use]
    pub fn is_within(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, key) in self.0.iter().enumerate() {
            let dot = if at == 0 { "" } else { "." };
            write!(f, "{dot}{}", quoted_key(key))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_reads_back_as_it_was_printed() {
        for text in [
            "links",
            "links.orders-dr.prefix",
            "links.orders-dr.mirrors.\"orders.placed\".state",
            "links.a.mirrors.\"orders.*\"",
        ] {
            assert_eq!(Path::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Path::parse("\"a\".b").unwrap(), Path::of(["a", "b"]));
        for text in ["", ".", "a.", ".a", "a..b", "\"a", "\"a\"b", "\"\""] {
            assert!(Path::parse(text).is_err(), "{text:?}");
        }
    }
}
