//! Edits of the text of specs: a corpus of YAML styles, generated specs and edits, and verbs.

mod corpus;
mod environment;
mod generated;
mod verbs;
