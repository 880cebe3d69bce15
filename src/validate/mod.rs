//! Rules over a [`Spec`]: everything that can be known to be wrong before any network.
//!
//! Each rule is a file with its [`Rule`]: code, severity, words, an example and its fix as data,
//! and
//! a function. The registry [`RULES`] lists them in the order of their codes; `linkwright explain`,
//! `docs/rules.md`, the fixtures and the tests are made from it. To add a rule: copy the nearest
//! file, take the next free code, add it to `rules!` below, and run the tests with
//! `UPDATE_GENERATED=1`.
//!
//! A rule stays silent about what could not be read (`broken` records, files that are not
//! `complete`): people fix one thing at a time, and a misspelled key is not a missing one.

mod environments;
mod explain;
mod missing_value;
mod silence;
mod structure;
mod view;

use std::sync::LazyLock;

pub use explain::{explain, rules_page};
pub use missing_value::MissingValue;

use crate::diagnostic::{Code, Diagnostic, Place, Severity};
use crate::spec::{self, Purpose, Spec, Used};
use view::Check;

/// What rules know besides the spec.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    /// The day of the run; exceptions expire by it.
    pub today: jiff::civil::Date,
}

/// One thing that can be wrong with a spec.
#[derive(Debug)]
pub struct Rule {
    /// Its stable code.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in a few words.
    pub title: &'static str,
    /// Why it matters: what the server or Linkwright would do.
    pub why: &'static str,
    /// A spec that has the problem. Clusters that it names are declared elsewhere, see [`whole`].
    pub example: &'static str,
    /// The same without the problem.
    pub fix: &'static str,
    check: fn(&Check<'_>, &mut Vec<Diagnostic>),
}

impl Rule {
    /// A diagnostic of this rule, with its `why`.
    fn report(&self, place: &Place, summary: impl Into<String>, label: &str) -> Diagnostic {
        Diagnostic::new(self.severity, self.code, summary)
            .at(place, label)
            .why(self.why)
    }
}

/// Lists the rules, each in the file of its name.
macro_rules! rules {
    ($($module:ident)*) => {
        $(mod $module;)*

        /// Every rule that checks a whole spec, in the order of their codes.
        static CHECKS: &[&Rule] = &[$(&$module::RULE),*];
    };
}

rules! {
    unknown_cluster
    mode_fields
    two_halves
    link_to_itself
    missing_endpoint
    missing_bootstrap
    missing_credentials
    inbound_credentials
    one_kind
    unencrypted_cloud
    cannot_hold_links
    endpoint_form
    unencrypted_rest
    cluster_id
    same_cluster_twice
    link_name
    unusable_name
    topic_name
    prefix_form
    look_alike
    interval
    nothing_selected
    filters_while_off
    only_excludes
    exclude_covers_include
    shadowed_include
    idle_exclude
    star_in_name
    internal_topic
    group_prefix_without_prefix
    group_prefix_bidirectional
    acl_sync_with_prefix
    acl_sync_organizations
    acl_sync_kinds
    shadowed_acl_filter
    acl_principal
    acl_cluster_name
    acl_star
    plaintext_secret
    pem
    jaas_end
    missing_rest_auth
    oauth_pool
    owned_config
    unknown_config
    read_only_config
    platform_config
    store_location
    config_value
    jaas_name
    same_link_name
    same_prefix
    mirror_collision
    auto_create_collision
    groups_both_ways
    group_from_two_sources
    mirrors_both_ways
    chained_prefix
    pattern_end_state
    synced_mirror_config
    pattern_configs
    config_include
    sync_after_cutover
    prefix_in_key
    retired_and_declared
    retired_twice
    retired_without_reason
    expired_exception
    idle_exception
    allows_data_loss
    policy_number
    unused_cluster
    config_never_synced
    version_without_pairs
    topics_need_a_pair
    topics_and_mirrors
    unknown_primary
    topic_fields
    expired_loss
    restore_defect
    objective_bounds
    idle_objectives
    cloud_environments
    regex_pattern
    store_url
}

/// Every rule, those of the reader first.
pub static RULES: LazyLock<Vec<&'static Rule>> = LazyLock::new(|| {
    let mut rules: Vec<&Rule> = structure::RULES.iter().collect();
    rules.extend(environments::RULES.iter());
    rules.extend(CHECKS);
    rules.push(&silence::RULE);
    rules.sort_by_key(|rule| rule.code);
    rules
});

/// The rule of a code.
#[must_use]
pub fn rule(code: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.code.0 == code)
}

/// Everything that the rules find, sorted by place, without the warnings that a comment silences.
#[must_use]
pub fn check(spec: &Spec, context: &Context) -> Vec<Diagnostic> {
    let check = Check::new(spec, context);
    let mut problems = Vec::new();
    for rule in CHECKS {
        (rule.check)(&check, &mut problems);
    }
    problems = silence::apply(spec, problems);
    spec.origins.explain(&mut problems);
    crate::diagnostic::sort(&mut problems);
    bound(&mut problems);
    problems
}

/// The plaintext secrets of a spec, for which it must not be printed: those that a comment allows, too.
#[must_use]
pub fn not_rendered(spec: &Spec, context: &Context) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    (plaintext_secret::RULE.check)(&Check::new(spec, context), &mut found);
    let mut problems: Vec<Diagnostic> = found
        .iter()
        .filter_map(Diagnostic::place)
        .map(|place| {
            let summary = "a spec with a plaintext secret cannot be rendered";
            Diagnostic::error(spec::codes::NOT_RENDERED, summary)
                .at(place, "plaintext secret")
                .why("the output would have the secret")
                .help("write it as a reference such as `${env:NAME}`")
        })
        .collect();
    spec.origins.explain(&mut problems);
    problems
}

/// At most this many problems are reported at once.
const MAX_PROBLEMS: usize = 1000;

/// Cuts what is over the bound and says how much it was.
fn bound(problems: &mut Vec<Diagnostic>) {
    let Some(rest) = problems.get(MAX_PROBLEMS..).filter(|rest| !rest.is_empty()) else {
        return;
    };
    let worst = rest.iter().map(|problem| problem.severity).min();
    let more = Diagnostic::new(
        worst.unwrap_or(Severity::Warning),
        spec::codes::LIMIT,
        spec::not_shown(rest.len()),
    )
    .help("fix the errors above first");
    problems.truncate(MAX_PROBLEMS);
    problems.push(more);
}

/// A diagnostic for each reference that leads to no value, as `missing_value` says: an error where every
/// command needs the value, a note where only `apply` does.
#[must_use]
pub fn missing_references(
    spec: &Spec,
    missing_value: &dyn Fn(&Used) -> Option<MissingValue>,
) -> Vec<Diagnostic> {
    let mut problems: Vec<Diagnostic> = spec::references(spec)
        .filter_map(|used| Some((missing_value(used)?, used)))
        .map(|(missing_value, used)| {
            let (severity, label) = match used.purpose {
                Purpose::Call => (Severity::Error, "needed here"),
                Purpose::Link => (Severity::Note, "needed by apply, when it writes this"),
            };
            Diagnostic::new(
                severity,
                structure::MISSING_VALUE,
                missing_value.to_string(),
            )
            .at(&used.place, label)
            .help(missing_value.help())
        })
        .collect();
    spec.origins.explain(&mut problems);
    crate::diagnostic::sort(&mut problems);
    problems
}

/// An example as a whole spec: the clusters and credentials that it uses are declared before it.
#[must_use]
pub fn whole(example: &str) -> String {
    explain::whole(example)
}

#[cfg(test)]
mod tests;
