//! What was asked of a plan in addition to the spec: part of what was reviewed, so that whoever applies it
//! need not say it again.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::address::{Address, LinkName};
use crate::plan::Allow;

/// What was asked of a plan in addition to the spec.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// The only addresses it is about; none for everything.
    pub targets: BTreeSet<Address>,
    /// What was allowed in addition to the policy. For display only: `apply` never takes it.
    pub allow: BTreeSet<Allow>,
    /// The links whose credentials are rotated.
    pub rotate: BTreeSet<LinkName>,
}

/// What was asked of the plan in addition to the spec.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScopeV1 {
    /// The only addresses it is about: `cluster`, `cluster/link` or `cluster/link/topic`. Empty for
    /// everything.
    pub targets: BTreeSet<String>,
    /// What was allowed in addition to the policy, as `--allow` has it. For display only: `apply` never
    /// takes it.
    pub allow: BTreeSet<String>,
    /// The links whose credentials are rotated, as `--rotate` has it.
    pub rotate: BTreeSet<String>,
}

impl From<&Scope> for ScopeV1 {
    fn from(scope: &Scope) -> Self {
        let Scope {
            targets,
            allow,
            rotate,
        } = scope;
        Self {
            targets: targets.iter().map(ToString::to_string).collect(),
            allow: allow.iter().map(|allow| allow.word().to_owned()).collect(),
            rotate: rotate.iter().map(ToString::to_string).collect(),
        }
    }
}

impl ScopeV1 {
    /// Back again.
    pub(super) fn to_scope(&self) -> Result<Scope, String> {
        let targets = self
            .targets
            .iter()
            .map(|text| Address::parse(text).ok_or_else(|| format!("`{text}` is not an address")));
        let allow = self.allow.iter().map(|word| {
            Allow::from_word(word).ok_or_else(|| format!("unknown value `{word}` for --allow"))
        });
        Ok(Scope {
            targets: targets.collect::<Result<_, _>>()?,
            allow: allow.collect::<Result<_, _>>()?,
            rotate: self
                .rotate
                .iter()
                .map(|link| link.as_str().into())
                .collect(),
        })
    }
}
