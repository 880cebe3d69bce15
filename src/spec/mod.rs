//! The spec: what people write, with the place of every value. Text → [`Spec`].
//!
//! Reading goes in two steps. `yaml` makes one tree of nodes from the parser's events and bounds
//! what hostile text can cost; `decode` turns nodes into the types of the language, each declared
//! once with its texts, its JSON Schema and its decoder. Every problem of every file is collected;
//! what could be read is there even so, so that one misspelled line does not hide the next.
//!
//! This module takes text. It reads no files, knows no clock and resolves no reference.

mod acl;
mod allow;
mod cluster;
pub mod codes;
mod credentials;
pub(crate) mod decode;
mod duration;
mod foreign;
mod governance;
mod link;
mod located;
mod mask;
mod members;
mod mirrors;
mod named;
pub(crate) mod node;
mod object;
mod offset;
mod pattern;
mod problems;
mod reference;
mod role;
mod scalar;
mod schema;
mod syntax;
mod topics;
mod unreadable;
mod version;
mod yaml;

use std::collections::BTreeSet;
use std::sync::Arc;

pub use acl::AclFilter;
pub use allow::Allow;
pub use cluster::{
    BasicAuth, BearerAuth, ClientAuthentication, Cluster, ClusterKind, MdsAuth, MtlsAuth, Nothing,
    OAuth, RestAuth,
};
pub use credentials::{
    Credentials, Encryption, Kind as CredentialsKind, Mtls, SaslJaas, SaslOauthbearer, SaslPlain,
    SaslScram, ScramMechanism,
};
pub use duration::Duration;
pub use foreign::skipped;
pub use governance::{
    BlastRadius, Day, Exception, FailoverPolicy, Hold, Lost, OffsetSyncOrder, Policy,
    PromotePolicy, RetireMirrors, Retired, Risk, Timeouts,
};
pub use link::{
    AclSync, AutoCreateMirrors, Connection, ConsumerOffsetSync, Half, Link, Mode, Settings,
    TopicConfigSync, UndeclaredConfigs,
};
pub use located::Located;
pub use mask::masked;
pub use members::Json;
pub use mirrors::{Declared, Mirror, MirrorState, Mirrors};
pub use named::{Entry, Named};
pub use object::{LinkObject, link_objects, name_of};
pub use offset::StartOffset;
pub use pattern::{
    BadPattern, Filter, LongPattern, More, Pattern, PatternType, parse as parse_pattern,
};
pub use reference::{Plain, Raw, Secret, Text, secret};
pub use role::{ConnectionMode, LinkMode, Role};
pub use schema::json_schema;
pub use topics::{Copy, CopyState, Topic, Topics};
pub use unreadable::{no_spec_in, not_utf8, unreadable};
pub use version::PlatformVersion;
pub use yaml::Limits;

use crate::diagnostic::{Diagnostic, Place};
use decode::{Cx, Decode, record};
pub use decode::{Purpose, Used};
use problems::Problems;
pub(crate) use problems::not_shown;

/// A commented spec to start from, as `linkwright init` writes it.
pub const STARTER: &str = include_str!("starter.yaml");

record! {
    "the spec"
    /// A Linkwright spec: cluster links as code. Keys that begin with `x-` are ignored: use them,
    /// for example, for values that YAML anchors repeat.
    pub struct File {
        /// The version of the spec language: `1`.
        pub version: Located<Version>,
        /// The clusters, each under a name of your own.
        #[schemars(default)]
        pub clusters: Named<Cluster>,
        /// The links, each under its name.
        #[schemars(default)]
        pub links: Named<Link>,
        /// Links to delete. Nothing else deletes a link.
        #[schemars(default)]
        pub retired: Vec<Retired>,
        /// Known drift.
        #[schemars(default)]
        pub exceptions: Vec<Exception>,
        /// What apply may do, and within which limits.
        pub policy: Option<Policy>,
    }
}

/// The version of the spec language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version;

impl Decode for Version {
    fn decode(node: &node::Node, cx: &mut Cx<'_>) -> Option<Self> {
        let text = node.scalar().map_or("", |scalar| &scalar.text);
        if text == "1" {
            return Some(Self);
        }
        let place = cx.place(node.span);
        cx.report(
            Diagnostic::error(codes::VERSION, "unknown version of the spec language")
                .at(&place, "expected `1`")
                .why("the same fields may have another meaning in a newer version")
                .help(
                    "write `version: 1`, or use the Linkwright version that the spec was written \
                 for",
                ),
        );
        None
    }
}

impl schemars::JsonSchema for Version {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Version".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "const": 1 })
    }
}

/// Everything that the files of a run say.
#[derive(Clone, Debug, Default)]
pub struct Spec {
    /// Clusters by name.
    pub clusters: Named<Cluster>,
    /// Links by key.
    pub links: Named<Link>,
    /// Links to delete.
    pub retired: Vec<Retired>,
    /// Known drift.
    pub exceptions: Vec<Exception>,
    /// The policy, if one is written.
    pub policy: Option<Policy>,
    /// Comments that silence warnings.
    pub allows: Vec<Allow>,
    /// Every file was read to its end, its clusters and links too, so that a name that is not here
    /// is declared nowhere.
    pub complete: bool,
    /// Files of a folder that are no specs and were not read: those of other programs.
    pub foreign: Vec<Arc<str>>,
    references: Vec<Used>,
    /// Where plaintext secrets are.
    secrets: Vec<Place>,
}

/// Reads the files of a run, each with its name and its text. What could be read is returned along
/// with everything that is wrong; nothing may be planned while there is an error.
#[must_use]
pub fn parse(files: &[(Arc<str>, Arc<str>)]) -> (Spec, Vec<Diagnostic>) {
    parse_within(files, &BTreeSet::new(), &Limits::default())
}

/// [`parse`] within other limits. Of the files that were found in a folder, those of other programs are
/// skipped ([`Spec::foreign`]); in a file that was named, the same is an error.
#[must_use]
pub fn parse_within(
    files: &[(Arc<str>, Arc<str>)],
    found: &BTreeSet<Arc<str>>,
    limits: &Limits,
) -> (Spec, Vec<Diagnostic>) {
    let mut problems = Problems::default();
    let mut spec = Spec {
        complete: true,
        ..Spec::default()
    };
    for (file, text) in files {
        let mut of_file = Problems::default();
        let document = yaml::load(file, text, limits, &mut of_file);
        if document.root.as_ref().is_some_and(foreign::is_foreign) {
            match found.contains(file) {
                true => spec.foreign.push(file.clone()),
                false => {
                    problems.push(foreign::not_a_spec(file));
                    spec.complete = false;
                }
            }
            continue;
        }
        problems.append(of_file);
        read(file, text, document, &mut spec, &mut problems);
    }
    (spec, problems.sorted())
}

/// Reads a file of another kind with the means of specs.
pub(crate) fn decode_document<T: Decode>(
    name: &Arc<str>,
    text: &str,
) -> (Option<T>, Vec<Diagnostic>) {
    let mut problems = Problems::default();
    let document = yaml::load(name, text, &Limits::default(), &mut problems);
    let root = document.root.filter(|_| document.complete);
    let decoded = root.and_then(|root| {
        let mut cx = Cx {
            file: name,
            problems: &mut problems,
            references: &mut Vec::new(),
            purpose: Purpose::Call,
            secrets: &mut Vec::new(),
            owner: None,
        };
        T::decode(&root, &mut cx)
    });
    (decoded, problems.sorted())
}

/// Every reference in the spec and its place, in the order of the files.
pub fn references(spec: &Spec) -> impl Iterator<Item = &Used> {
    spec.references.iter()
}

fn read(
    name: &Arc<str>,
    text: &str,
    document: yaml::Document,
    spec: &mut Spec,
    problems: &mut Problems,
) {
    spec.complete &= document.complete;
    let allows = allow::read(&document.comments, text, name, problems);
    spec.allows.extend(allows);
    let root = document.root.filter(|_| document.complete);
    let Some(root) = root.filter(|root| !root.is_empty_scalar()) else {
        if document.complete {
            problems.push(nothing_declared(name));
        }
        return;
    };
    let mut cx = Cx {
        file: name,
        problems,
        references: &mut spec.references,
        purpose: Purpose::Link,
        secrets: &mut spec.secrets,
        owner: None,
    };
    let Some(mut fields) = cx.fields(&root, "the spec") else {
        spec.complete = false;
        return;
    };
    fields.allow_extensions();
    let version = fields.field::<Located<Version>>("version", &mut cx);
    cx.purpose = Purpose::Call;
    let clusters = fields.readable("clusters", &mut cx);
    cx.purpose = Purpose::Link;
    let links = fields.readable("links", &mut cx);
    let retired = fields.field::<Vec<Retired>>("retired", &mut cx);
    let exceptions = fields.field::<Vec<Exception>>("exceptions", &mut cx);
    let policy = fields.field::<Option<Policy>>("policy", &mut cx).flatten();
    let before = cx.count();
    fields.finish(&mut cx);
    // A missing section may be under a misspelled key.
    let misspelt = cx.count() > before;
    let lacks_one =
        clusters.as_ref().is_none_or(Named::is_empty) || links.as_ref().is_none_or(Named::is_empty);
    // A file without its version is still read; the problem has been reported.
    drop(version);
    if misspelt && lacks_one || clusters.is_none() || links.is_none() {
        spec.complete = false;
    }
    spec.clusters
        .merge(clusters.unwrap_or_default(), "cluster", problems);
    spec.links
        .merge(links.unwrap_or_default(), "link", problems);
    spec.retired.extend(retired.unwrap_or_default());
    spec.exceptions.extend(exceptions.unwrap_or_default());
    match (&spec.policy, policy) {
        (None, policy) => spec.policy = policy,
        (Some(_), None) => {}
        (Some(first), Some(second)) => problems.push(
            Diagnostic::error(codes::DECLARED_TWICE, "the policy is declared twice")
                .at(&second.place, "second")
                .at(&first.place, "first")
                .why("a run has one policy, and Linkwright does not guess which of two counts")
                .help("keep one of them"),
        ),
    }
}

fn nothing_declared(file: &Arc<str>) -> Diagnostic {
    let start = node::Span {
        start: 0,
        end: 0,
        line: 1,
        column: 1,
    };
    Diagnostic::warning(codes::NOTHING_DECLARED, "the file declares nothing")
        .at(&start.place(file), "empty, or comments only")
        .help("remove it, or start from the output of `linkwright init`")
}
