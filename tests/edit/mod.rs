//! Edits of the text of specs: a corpus of YAML styles, and generated specs and edits.

mod corpus;
mod generated;
