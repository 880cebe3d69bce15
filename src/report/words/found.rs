//! What the words of a finding are made of: [`FindingWords`].

/// A finding in words. None of them names the finding's own address, so that equal findings about
/// many mirror topics can be said once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FindingWords {
    /// What is found, as a sentence without its end.
    pub summary: String,
    /// Why it matters. May be empty.
    pub why: String,
    /// What to do about it. May be empty.
    pub help: String,
    /// What it is about in detail, one line each: differences, problems, names. May be empty.
    pub details: Vec<String>,
    /// What to do, step by step, where the help is more than a sentence.
    pub steps: Vec<String>,
}

/// The words for a finding without details and steps.
pub(super) fn words(summary: String, why: &str, help: &str) -> FindingWords {
    FindingWords {
        summary,
        why: why.to_owned(),
        help: help.to_owned(),
        details: Vec::new(),
        steps: Vec::new(),
    }
}
