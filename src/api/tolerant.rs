//! Reading fields that servers leave out, null or write in more than one way.
//!
//! Nothing here invents a fact: a missing list stays an error where the list is the answer.

use std::fmt;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{
    Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor,
};
use serde_json::Value;

/// `null` where a value was declared: take the default, as if the field were missing.
pub(super) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// A text, though a number or a switch may stand where it was declared; null is `None`.
pub(super) fn text_or_none<'de, D>(deserializer: D) -> Result<Option<String>, D::Error>
where
    D: Deserializer<'de>,
{
    text_with(deserializer, str::to_owned)
}

/// What is taken from such a text, of which no copy is made.
pub(super) fn text_with<'de, D, T>(
    deserializer: D,
    take: impl FnOnce(&str) -> T,
) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
{
    deserializer.deserialize_any(Text(take))
}

struct Text<F>(F);

impl<T, F: FnOnce(&str) -> T> Text<F> {
    fn written(self, value: &Value) -> Option<T> {
        (!value.is_null()).then(|| (self.0)(&value.to_string()))
    }
}

impl<'de, T, F: FnOnce(&str) -> T> Visitor<'de> for Text<F> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some((self.0)(text)))
    }

    fn visit_bool<E: Error>(self, switch: bool) -> Result<Self::Value, E> {
        Ok(self.written(&switch.into()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(self.written(&number.into()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        Ok(self.written(&number.into()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        Ok(self.written(&number.into()))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        let list = Value::deserialize(SeqAccessDeserializer::new(list))?;
        Ok(self.written(&list))
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Self::Value, A::Error> {
        let object = Value::deserialize(MapAccessDeserializer::new(object))?;
        Ok(self.written(&object))
    }
}

/// A whole number, however it is written: `7`, `7.0`, `"7"`. What does not fit is drawn to the
/// nearest number that does; null is 0.
pub(super) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    Ok(deserializer.deserialize_any(Number)?.unwrap_or_default())
}

/// As [`number`], but null is `None`.
pub(super) fn number_or_none<'de, D>(deserializer: D) -> Result<Option<i64>, D::Error>
where
    D: Deserializer<'de>,
{
    deserializer.deserialize_any(Number)
}

struct Number;

impl Visitor<'_> for Number {
    type Value = Option<i64>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Some(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Some(i64::try_from(number).unwrap_or(i64::MAX)))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        // `as` saturates and turns NaN into 0; JSON has no NaN.
        #[expect(clippy::cast_possible_truncation, reason = "saturation is intended")]
        Ok(Some(number as i64))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        text.trim()
            .parse()
            .map(Some)
            .map_err(|_| E::invalid_value(Unexpected::Str(text), &self))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}

/// How many entries a list has, without keeping them: a link lists every mirror topic it has.
pub(super) fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
    struct Count;

    impl<'de> Visitor<'de> for Count {
        type Value = usize;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<usize, A::Error> {
            let mut count = 0;
            while list.next_element::<IgnoredAny>()?.is_some() {
                count += 1;
            }
            Ok(count)
        }

        fn visit_unit<E: Error>(self) -> Result<usize, E> {
            Ok(0)
        }

        /// A snapshot has the number.
        fn visit_u64<E: Error>(self, count: u64) -> Result<usize, E> {
            usize::try_from(count).map_err(E::custom)
        }
    }

    deserializer.deserialize_any(Count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_may_be_written_as_anything() {
        for (json, text) in [
            (r#""a\tb""#, Some("a\tb")),
            ("null", None),
            ("true", Some("true")),
            ("7", Some("7")),
            ("-7", Some("-7")),
            ("7.50", Some("7.5")),
            ("1e3", Some("1000.0")),
            (r#"[1, "a"]"#, Some(r#"[1,"a"]"#)),
            (r#"{"a": null}"#, Some(r#"{"a":null}"#)),
        ] {
            let from_text = text_or_none(&mut serde_json::Deserializer::from_str(json)).unwrap();
            assert_eq!(from_text.as_deref(), text, "{json}");
            let value: Value = serde_json::from_str(json).unwrap();
            assert_eq!(text_or_none(value).unwrap().as_deref(), text, "{json}");
        }
    }
}
