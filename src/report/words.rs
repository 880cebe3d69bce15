//! The words: what operations, effects, findings and refusals are called, why they matter and what
//! to do about them. Every view takes its words from here, so that one thing has one name.
//!
//! Words hold names from outside as they came; a view makes them harmless when it writes them
//! ([`safe`](super::safe)). They are plain ASCII, so that every terminal can show them.

mod action;
mod answers;
pub(crate) mod attributes;
mod because;
mod cause;
mod configs;
mod drift;
mod effect;
mod estimate;
mod explain;
mod finding;
mod found;
mod hand_over;
mod health;
mod loss;
mod more;
mod number;
pub mod origin;
mod outage;
mod pace;
pub mod permission;
mod refusal;
mod rehearsal;
mod remediation;
mod sentence;
mod switchover;
mod topic;
pub mod verb;

pub use action::Action;
pub(crate) use action::{Family, details};
pub use because::{because, because_code, expectation, settle};
pub(crate) use cause::cut;
pub use cause::{cause, problem};
pub use configs::{Shown, is_secret, shown, value_words};
pub use drift::{
    DriftWords, drift, drift_summary, drift_title, drift_together, drift_weight, novelty_mark,
    since,
};
pub use effect::{EffectWords, Listing, Weight, cut_together, effect};
pub use estimate::{
    behind, estimate_fix, estimate_unknown, past_failover, records, seconds, took, written,
};
pub use explain::{Explanation, explain, explanations};
pub use finding::{class_title, faulty, finding};
pub use found::FindingWords;
pub use hand_over::{HandOverTime, NOT_CARRIED, hand_over, hand_over_title};
pub use health::{age, health_problem, limits, short};
pub use loss::{how_known, lag, lose_together, not_copied, stopped_outside};
pub use more::More;
pub use number::{duration, moment, number, percent, plural, quantity, range};
pub use outage::{OUTAGE_UNKNOWN, failover_steps, outage_missing, outage_since};
pub use pace::{catch_up, lag_and_pace, lag_of_plan, pace, paces, rate};
pub use refusal::{RefusalWords, refusal};
pub use rehearsal::rehearsal;
pub use remediation::{
    GROUPS_HOLD_UP, LAG_HOLDS_UP, for_link, link_error_help, link_error_words, mirror_error_words,
    task_problem_help,
};
pub use sentence::{
    capital, compared, irreversible, is_severe, no_changes, not_known, summary, tally, title,
};
pub use switchover::{pair_refusal, pair_remediation};
