//! What an unquoted scalar is: YAML 1.2's core schema, narrowed.
//!
//! Only `true` and `false` are booleans, so that a cluster may be called `on` or `no`. Numbers with
//! leading zeros, underscores, hexadecimal or octal digits are text: parsers disagree about them.

use super::node::ScalarKind;

/// What a plain scalar is.
pub(crate) fn resolve(text: &str) -> ScalarKind {
    match text {
        "" => ScalarKind::Empty,
        "~" | "null" | "Null" | "NULL" => ScalarKind::Null,
        "true" | "True" | "TRUE" => ScalarKind::Bool(true),
        "false" | "False" | "FALSE" => ScalarKind::Bool(false),
        _ if is_int(text) => ScalarKind::Int,
        _ if is_float(text) => ScalarKind::Float,
        _ => ScalarKind::Text,
    }
}

/// Words that YAML 1.1 parsers read as a boolean or null when they are not quoted.
pub(crate) fn is_ambiguous_word(text: &str) -> bool {
    const WORDS: [&str; 10] = [
        "y", "n", "yes", "no", "on", "off", "true", "false", "null", "~",
    ];
    WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

fn is_int(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    all_digits(digits) && (digits == "0" || !digits.starts_with('0'))
}

fn is_float(text: &str) -> bool {
    let rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match rest.find(['e', 'E']) {
        Some(at) => (&rest[..at], Some(&rest[at + 1..])),
        None => (rest, None),
    };
    let exponent_fits = exponent
        .is_none_or(|exponent| all_digits(exponent.strip_prefix(['-', '+']).unwrap_or(exponent)));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    exponent_fits
        && (whole.is_empty() || is_int(whole))
        && (fraction.is_empty() || all_digits(fraction))
        && mantissa.bytes().any(|byte| byte.is_ascii_digit())
        && !whole.starts_with(['-', '+'])
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_numbers_are_read_strictly() {
        let is = |text, kind| assert_eq!(resolve(text), kind, "{text:?}");
        for text in [
            "yes", "no", "on", "off", "y", "017", "1_000", "0x1F", "0o17", "1.2.3", ".", "-",
        ] {
            is(text, ScalarKind::Text);
        }
        for text in ["0", "-1", "+5", "65536"] {
            is(text, ScalarKind::Int);
        }
        for text in ["1.20", "1e3", ".5", "5.", "-1.5E-3"] {
            is(text, ScalarKind::Float);
        }
        is("true", ScalarKind::Bool(true));
        is("FALSE", ScalarKind::Bool(false));
        is("~", ScalarKind::Null);
        is("", ScalarKind::Empty);
    }
}
