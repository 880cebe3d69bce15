//! The codes of problems found while reading a file. `validate::structure` explains them.

use crate::diagnostic::Code;

/// The file cannot be read, or is not UTF-8 text.
pub const UNREADABLE: Code = Code("LW001");
/// Invalid YAML.
pub const SYNTAX: Code = Code("LW002");
/// The file is too large, too deep or too repetitive.
pub const LIMIT: Code = Code("LW003");
/// A duplicate key.
pub const DUPLICATE_KEY: Code = Code("LW004");
/// An unknown field.
pub const UNKNOWN_KEY: Code = Code("LW005");
/// A value of the wrong type.
pub const WRONG_TYPE: Code = Code("LW006");
/// A missing field.
pub const MISSING_FIELD: Code = Code("LW007");
/// A missing value.
pub const NOTHING_THERE: Code = Code("LW008");
/// A value that the field does not accept.
pub const UNKNOWN_WORD: Code = Code("LW009");
/// An invalid duration, or a duration without a unit.
pub const BAD_DURATION: Code = Code("LW010");
/// An invalid `${…}` reference.
pub const BAD_REFERENCE: Code = Code("LW011");
/// More than one YAML document in a file.
pub const SEVERAL_DOCUMENTS: Code = Code("LW012");
/// A pattern with a `*` that is not at its end.
pub const BAD_PATTERN: Code = Code("LW013");
/// An invalid date, time or number.
pub const BAD_VALUE: Code = Code("LW014");
/// An unknown version of the spec language.
pub const VERSION: Code = Code("LW015");
/// A name declared in two places.
pub const DECLARED_TWICE: Code = Code("LW016");
/// A `${…}` reference in a field that does not allow one.
pub const REFERENCE_NOT_HERE: Code = Code("LW017");
/// A name that other YAML parsers read as a boolean or null.
pub const AMBIGUOUS_WORD: Code = Code("LW018");
/// Nothing is declared.
pub const NOTHING_DECLARED: Code = Code("LW019");
/// A YAML tag, or a key that is not text.
pub const UNSUPPORTED_YAML: Code = Code("LW020");
/// An invalid allow comment.
pub const BAD_ALLOW: Code = Code("LW021");
/// YAML of another program.
pub const FOREIGN: Code = Code("LW024");
/// A sandbox world.
pub const WORLD: Code = Code("LW443");
/// A scenario of `linkwright test`.
pub const SCENARIO: Code = Code("LW535");
/// A variable that is not declared properly.
pub const VARIABLE: Code = Code("LW120");
/// A variable that is not declared.
pub const UNKNOWN_VARIABLE: Code = Code("LW121");
/// A variable without a value.
pub const NO_VALUE: Code = Code("LW122");
/// A value that a variable does not accept.
pub const VARIABLE_VALUE: Code = Code("LW123");
/// A variable that has to do with a secret.
pub const VARIABLE_AND_SECRET: Code = Code("LW124");
/// A variable in the value of a variable.
pub const VARIABLE_IN_VARIABLE: Code = Code("LW125");
/// A variable where none can be.
pub const VARIABLE_NOT_HERE: Code = Code("LW126");
/// A variable that nothing uses.
pub const UNUSED_VARIABLE: Code = Code("LW127");
/// An environment that cannot be used.
pub const ENVIRONMENT: Code = Code("LW130");
/// A text that is not the address of a value, or of one that an environment cannot change.
pub const VALUE_ADDRESS: Code = Code("LW131");
/// An address that leads nowhere.
pub const NO_SUCH_VALUE: Code = Code("LW132");
/// A key with a dot that is not quoted.
pub const KEY_NOT_QUOTED: Code = Code("LW133");
/// Two changes of one value.
pub const CHANGED_TWICE: Code = Code("LW134");
/// A change that changes nothing.
pub const CHANGES_NOTHING: Code = Code("LW135");
/// A renamed key that is not one.
pub const MOVED: Code = Code("LW136");
/// A spec that must not be rendered.
pub const NOT_RENDERED: Code = Code("LW137");
