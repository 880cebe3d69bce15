//! The codes of problems that reading a file finds. What they mean is told in `validate::structure`.

use crate::diagnostic::Code;

/// The file cannot be read, or is not UTF-8 text.
pub const UNREADABLE: Code = Code("LW001");
/// The text is not YAML.
pub const SYNTAX: Code = Code("LW002");
/// The file is larger, deeper or more repetitive than any spec.
pub const LIMIT: Code = Code("LW003");
/// A key stands twice in one mapping.
pub const DUPLICATE_KEY: Code = Code("LW004");
/// A key that the spec language does not have here.
pub const UNKNOWN_KEY: Code = Code("LW005");
/// A value of the wrong type.
pub const WRONG_TYPE: Code = Code("LW006");
/// A field that must be there is not.
pub const MISSING_FIELD: Code = Code("LW007");
/// A key with nothing after it.
pub const NOTHING_THERE: Code = Code("LW008");
/// A word that is not one of those a field takes.
pub const UNKNOWN_WORD: Code = Code("LW009");
/// A duration without a unit, or that is none.
pub const BAD_DURATION: Code = Code("LW010");
/// A `${…}` that cannot be read.
pub const BAD_REFERENCE: Code = Code("LW011");
/// More than one YAML document in a file.
pub const SEVERAL_DOCUMENTS: Code = Code("LW012");
/// A pattern with a star where the server knows none.
pub const BAD_PATTERN: Code = Code("LW013");
/// A date, time or number that cannot be read.
pub const BAD_VALUE: Code = Code("LW014");
/// A version of the spec language that this Linkwright does not know.
pub const VERSION: Code = Code("LW015");
/// A name declared in two places.
pub const DECLARED_TWICE: Code = Code("LW016");
/// A `${…}` in a field that cannot hold one.
pub const REFERENCE_NOT_HERE: Code = Code("LW017");
/// A name that other YAML readers take for a boolean or null.
pub const AMBIGUOUS_WORD: Code = Code("LW018");
/// Nothing is declared.
pub const NOTHING_DECLARED: Code = Code("LW019");
/// A YAML tag, or a key that is no text.
pub const UNSUPPORTED_YAML: Code = Code("LW020");
/// An allow comment that cannot be followed.
pub const BAD_ALLOW: Code = Code("LW021");
