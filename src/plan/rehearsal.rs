//! What the server said to a rehearsal, and why an operation was not sent to it: [`Rehearsal`], data with
//! stable codes. The words are in `report`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::call::CallSeen;
use super::guard::RefusalKind;
use super::operation::{OpId, Operation, OperationKind};
use super::{Plan, Risk};
use crate::address::{ClusterName, HalfAddress};
use crate::diff::{Cut, Effect};
use crate::live::Unread;

/// What a rehearsal brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Rehearsed {
    /// What the server said to each operation, or why it was not asked.
    pub said: BTreeMap<OpId, Rehearsal>,
    /// Whether it has the calls that not every server has.
    pub calls: BTreeMap<OpId, CallSeen>,
    /// What restores would delete.
    pub cuts: BTreeMap<OpId, Cut>,
}

impl Plan {
    /// Takes in what a rehearsal brought.
    pub fn take_in(&mut self, rehearsed: Rehearsed) {
        let Rehearsed { said, calls, cuts } = rehearsed;
        self.rehearsal = said;
        for (id, seen) in calls {
            let op = &mut self.operations[id.index()];
            if let OperationKind::ReverseMirror { call, .. }
            | OperationKind::RestoreMirror { call, .. } = &mut op.kind
            {
                *call = seen;
            }
        }
        for (id, cut) in cuts {
            self.operations[id.index()].is_cut_by(cut);
        }
        self.drop_answered_refusals();
    }

    /// Takes over what was previewed when `other` was made, for operations that both have: more than that is
    /// not approved.
    pub fn take_cuts_of(&mut self, other: &Self) {
        let previewed: BTreeMap<_, _> = (other.operations.iter())
            .filter_map(|op| match &op.kind {
                OperationKind::RestoreMirror { cut, .. } => Some((&op.address, cut)),
                _ => None,
            })
            .collect();
        for op in &mut self.operations {
            if matches!(op.kind, OperationKind::RestoreMirror { .. })
                && let Some(cut) = previewed.get(&op.address)
            {
                op.is_cut_by((*cut).clone());
            }
        }
        self.drop_answered_refusals();
    }

    /// Takes back refusals of a loss where nothing is lost.
    fn drop_answered_refusals(&mut self) {
        let operations = &self.operations;
        self.refusals.retain_mut(|refusal| {
            if refusal.kind != RefusalKind::NotAllowed(Risk::DataLoss) {
                return true;
            }
            let loses = |id: &OpId| operations[id.index()].risks.contains(Risk::DataLoss);
            refusal.operations.retain(loses);
            !refusal.operations.is_empty()
        });
    }
}

impl Operation {
    /// Notes what a restore deletes, as it was previewed, and what follows from that.
    fn is_cut_by(&mut self, previewed: Cut) {
        let OperationKind::RestoreMirror { cut, .. } = &mut self.kind else {
            return;
        };
        *cut = previewed.clone();
        let is_nothing = previewed.is_nothing();
        for effect in &mut self.effects {
            match effect {
                Effect::Cuts { cut, .. } => *cut = previewed.clone(),
                // Where nothing is deleted, nothing that follows it notices.
                Effect::CutsSourceOf(readers) if is_nothing => {
                    *effect = Effect::StaysSourceOf(std::mem::take(readers));
                }
                _ => {}
            }
        }
        if is_nothing {
            self.risks.remove(Risk::DataLoss);
        }
    }
}

/// What the server said when an operation was sent with `validate_only`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[must_use]
pub enum Rehearsal {
    /// It would take it.
    Accepted,
    /// It would not, in its words.
    Refused(String),
    /// It could not be asked, and why.
    Unknown(NotValidated),
    /// It was not asked: other operations must come first.
    Waits,
    /// It was not asked: the API has no `validate_only` for this, or nothing is sent.
    NoForm,
    /// It was not asked, and why.
    Withheld(NotSent),
    /// The server carried it out although it was asked only to validate, and how that was seen.
    Acted(Ignored),
}

/// Why the server did not say whether it would take an operation.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum NotValidated {
    /// A secret that the request needs cannot be used: why, without its value.
    Secret(String),
    /// The spec gives no REST endpoint for the cluster.
    NoEndpoint(ClusterName),
    /// The response leaves the mirror topic out.
    LeftOut,
    /// The link no longer exists.
    Gone,
    /// What the server, or the way to it, says.
    Server(String),
}

/// Why an operation was not sent.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum NotSent {
    /// A guard refuses it: the code of the refusal.
    NotAllowed(Cow<'static, str>),
    /// It is unknown whether the endpoint honours `validate_only`.
    Unproven(Unproven),
    /// The endpoint does not honour `validate_only`.
    Ignored(Ignored),
}

/// Why it is unknown whether an endpoint honours `validate_only`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Unproven {
    /// No request of the plan can test it.
    NoTest,
    /// The policy does not allow reversible changes.
    NotAllowed,
    /// The configs that would show it could not be read.
    ConfigsUnread(HalfAddress, Option<Unread>),
    /// The configs that would show it do not exist.
    ConfigsGone(HalfAddress),
    /// The server did not accept a change.
    NotAccepted,
    /// The link has no setting to test it with.
    NoSetting(HalfAddress),
    /// The server, or the way to it, did not answer the test.
    Server {
        /// The link.
        half: HalfAddress,
        /// The setting that it was tested with.
        config: Cow<'static, str>,
        /// What was said.
        words: String,
    },
}

/// How it was seen that a server ignored `validate_only`, or that it may have.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Ignored {
    /// It carried out an operation of the plan: these configs show it.
    Operation {
        /// The link.
        half: HalfAddress,
        /// The configs.
        configs: Vec<String>,
    },
    /// It changed the setting that it was tested with.
    Trial(Trial, Restored),
    /// The setting could not be read after the test.
    TrialUnread(Trial),
}

/// A setting that a server was asked to validate another value of.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Trial {
    /// The link.
    pub half: HalfAddress,
    /// The setting.
    pub config: Cow<'static, str>,
    /// The value that it had.
    pub before: u64,
    /// The value that was tried.
    pub tried: u64,
}

/// Whether a setting that a test changed was put back.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Restored {
    /// A read shows it.
    Yes,
    /// The server accepted the request, and does not show the value.
    NotShown,
    /// It was not: what the server, or the way to it, says.
    No(String),
}

impl Rehearsal {
    /// Why the server was not asked, could not be asked or acted: a stable code, for machines.
    #[must_use]
    pub fn code(&self) -> Option<&'static str> {
        match self {
            Self::Accepted | Self::Refused(_) | Self::Waits | Self::NoForm => None,
            Self::Unknown(why) => Some(why.code()),
            Self::Withheld(why) => Some(why.code()),
            Self::Acted(how) => Some(how.code()),
        }
    }
}

impl NotValidated {
    fn code(&self) -> &'static str {
        match self {
            Self::Secret(_) => "secret",
            Self::NoEndpoint(_) => "no-endpoint",
            Self::LeftOut => "left-out",
            Self::Gone => "gone",
            Self::Server(_) => "server",
        }
    }
}

impl NotSent {
    fn code(&self) -> &'static str {
        match self {
            Self::NotAllowed(_) => "not-allowed",
            Self::Unproven(why) => why.code(),
            Self::Ignored(how) => how.code(),
        }
    }
}

impl Unproven {
    fn code(&self) -> &'static str {
        match self {
            Self::NoTest => "unproven-no-test",
            Self::NotAllowed => "unproven-not-allowed",
            Self::ConfigsUnread(..) => "unproven-configs-unread",
            Self::ConfigsGone(_) => "unproven-configs-gone",
            Self::NotAccepted => "unproven-not-accepted",
            Self::NoSetting(_) => "unproven-no-setting",
            Self::Server { .. } => "unproven-server",
        }
    }
}

impl Ignored {
    fn code(&self) -> &'static str {
        match self {
            Self::Operation { .. } => "ignored-by-operation",
            Self::Trial(_, Restored::Yes) => "ignored-restored",
            Self::Trial(_, Restored::NotShown | Restored::No(_)) => "ignored-not-restored",
            Self::TrialUnread(_) => "ignored-unread",
        }
    }
}
