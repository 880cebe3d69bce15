//! Linkwright keeps Confluent Cluster Linking as code: YAML files say which cluster links, mirror
//! topics, filters and sync settings should exist; a plan says what would make them so, in which
//! order and why; apply does it, and drift detects differences between live state and the spec.
//!
//! ```text
//!                  PURE: no I/O, no clock, no randomness, no async
//!         ┌──────────────────────────────────────────────────────────────┐
//!  YAML   │        spec            desired                               │
//!  ─────▶ │ parse ─────▶ Spec ────────────▶ Desired ─┐                   │
//!  text   │  (places)      │ validate               │                   │
//!         │                ▼                         ├─ diff ─▶ Changes ─┼─ plan ─▶ Plan
//!         │           Diagnostics                    │                   │           │
//!         │                              Snapshot ───┘                   │           │ saved plan
//!         └───────────────────────────────▲──────────────────────────────┘           │
//!                                         │ read                                     ▼
//!  REST  ◀──── api (requests, wire, transport) ◀────────────────────────────────── apply ─▶ Outcomes
//!                                                                                    │ Events
//!                                                                                    ▼
//!                                                      text | json | markdown ◀── report
//! ```
//!
//! Read the modules in this order: [`address`] and [`diagnostic`] (names and problems), [`spec`] (what
//! people write), [`desired`] (the desired state), [`live`] (the facts), [`diff`] (where they differ),
//! [`plan`] (what to do, in which order, and whether it may be done), [`health`] and [`drift`] (how live
//! clusters do, and where they differ from the spec), [`api`] and [`read`] (the
//! network), [`export`] (the way back: facts as specs), [`import`] (files of other tools as facts),
//! [`accept`] (differences as changes of the spec). `docs/architecture.md` says which module may use which, and a test enforces it;
//! `docs/words.md` has one word for each thing; `docs/decisions.md` says what becomes of each
//! difference.

pub use linkwright_engine::*;

pub mod cli;
pub mod report;
