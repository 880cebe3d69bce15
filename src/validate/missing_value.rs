//! Why a reference leads to no value: [`MissingValue`].

use std::fmt;

/// Why a reference leads to no value. A blank value is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MissingValue {
    /// The environment variable is not set.
    NotSet(String),
    /// It is set, to nothing but blanks.
    EmptyVariable(String),
    /// It is not set, and its default has nothing but blanks.
    EmptyDefault(String),
    /// It is not set, and the saved plan does not contain the default that the spec has.
    DefaultNotSaved(String),
    /// The file cannot be read.
    File {
        /// Its path.
        path: String,
        /// Why not.
        why: String,
    },
    /// The file has nothing but blanks.
    EmptyFile(String),
}

impl fmt::Display for MissingValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSet(name) => write!(f, "the environment variable `{name}` is not set"),
            Self::EmptyVariable(name) => {
                write!(f, "the environment variable `{name}` is set but empty")
            }
            Self::EmptyDefault(name) => write!(
                f,
                "the environment variable `{name}` is not set, and its default is empty"
            ),
            Self::DefaultNotSaved(name) => write!(
                f,
                "the environment variable `{name}` is not set, and a saved plan does not contain the \
                 default that the spec has for it"
            ),
            Self::File { path, why } => write!(f, "the file `{path}` cannot be read: {why}"),
            Self::EmptyFile(path) => write!(f, "the file `{path}` is empty"),
        }
    }
}

impl MissingValue {
    /// What to do.
    #[must_use]
    pub fn help(&self) -> String {
        match self {
            Self::NotSet(_) => "set it in the environment of the run".to_owned(),
            Self::EmptyVariable(_) => "set it to its value; pipelines often set a missing secret \
                 to an empty string, and a default is used only when the variable is not set"
                .to_owned(),
            Self::EmptyDefault(_) => "set it in the environment of the run".to_owned(),
            Self::DefaultNotSaved(_) => {
                "set it, or pass the spec's paths in addition to the plan".to_owned()
            }
            Self::File { .. } => {
                "check the path; in a spec it is relative to the folder of the spec".to_owned()
            }
            Self::EmptyFile(_) => "write the value into it".to_owned(),
        }
    }
}
