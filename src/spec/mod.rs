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
mod cloud;
mod cluster;
pub mod codes;
mod credentials;
pub(crate) mod decode;
mod duration;
mod environment;
mod foreign;
mod given;
mod governance;
mod guard_file;
mod link;
mod located;
mod mask;
mod members;
mod mirrors;
mod moved;
mod named;
pub(crate) mod node;
mod object;
mod offset;
mod origin;
mod pattern;
mod problems;
pub mod quote;
mod reference;
mod render;
mod role;
mod scalar;
mod schema;
mod substitute;
mod syntax;
mod topics;
mod tree;
mod unreadable;
mod value_address;
mod values;
mod variable;
mod version;
mod yaml;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use acl::AclFilter;
pub use allow::Allow;
pub use cloud::ConfluentCloud;
pub use cluster::{
    BasicAuth, BearerAuth, ClientAuthentication, Cluster, ClusterKind, MdsAuth, MtlsAuth, Nothing,
    OAuth, RestAuth,
};
pub use credentials::{
    Credentials, Encryption, Kind as CredentialsKind, Mtls, SaslJaas, SaslOauthbearer, SaslPlain,
    SaslScram, ScramMechanism,
};
pub use duration::Duration;
pub use environment::{EnvironmentFile, FOLDER, environment_schema, is_environment_name};
pub use foreign::{Foreign, skipped};
pub use given::Given;
pub use governance::{
    BlastRadius, Day, Exception, FailoverPolicy, Hold, Lost, OffsetSyncOrder, Policy,
    PromotePolicy, RetireMirrors, Retired, Risk, Timeouts,
};
pub use guard_file::{Allowed, GuardCluster, GuardFile, GuardReferences};
pub use link::{
    AclSync, AutoCreateMirrors, Connection, ConsumerOffsetSync, Half, Link, Mode, Objectives,
    Settings, TopicConfigSync, UndeclaredConfigs,
};
pub use located::Located;
pub use mask::masked;
pub use members::Json;
pub use mirrors::{Declared, Mirror, MirrorState, Mirrors};
pub use named::{Entry, Named};
pub use object::{LinkObject, link_objects, name_of};
pub use offset::StartOffset;
pub use origin::{Origin, Origins, ValueSource};
pub use pattern::{
    BadPattern, Filter, LongPattern, More, Pattern, PatternType, parse as parse_pattern,
};
pub use reference::{Plain, Raw, Secret, Text, secret};
pub use render::render;
pub use role::{ConnectionMode, LinkMode, Role};
pub use schema::json_schema;
pub use topics::{Copy, CopyState, Topic, Topics};
pub use unreadable::{no_spec_in, not_utf8, unreadable};
pub use value_address::{BadAddress, ValueAddress, quoted_key};
pub use values::PROCESS_PREFIX;
pub use variable::{Variable, VariableType, Variables};
pub use version::PlatformVersion;
pub use yaml::Limits;

pub(crate) use scalar::{is_ambiguous_word, resolve};

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
        /// Variables, by their names: `${var:NAME}` in the spec is the value of one. Environments give
        /// them their values.
        #[schemars(default)]
        pub variables: Variables,
        /// The clusters, each under a name of your own.
        #[schemars(default)]
        pub clusters: Named<Cluster>,
        /// Confluent Cloud's own API, where its Switchover service manages links.
        pub confluent_cloud: Option<ConfluentCloud>,
        /// The links, each under its name.
        #[schemars(default)]
        pub links: Named<Link>,
        /// Links to delete. Nothing else deletes a link.
        #[schemars(default)]
        pub retired: Vec<Retired>,
        /// Known drift.
        #[schemars(default)]
        pub exceptions: Vec<Exception>,
        /// Links whose key was renamed in the spec and that have their old name on the clusters:
        /// `OLD: NEW`.
        #[schemars(default, extend("examples" = [{"orders-dr": "orders-west"}]))]
        pub moved: Named<Located<String>>,
        /// What apply may do, and within which limits.
        pub policy: Option<Policy>,
        /// The shared store for leases, the ledger, archives and runs: `file:///PATH`, `s3://BUCKET/PREFIX`,
        /// `az://CONTAINER/PREFIX` or `gs://BUCKET/PREFIX`. `--store` and `LINKWRIGHT_STORE` override it.
        #[schemars(extend("examples" = ["s3://example-links/prod"]))]
        pub store: Option<Located<String>>,
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
    /// Confluent Cloud's own API, if a key for it is written.
    pub confluent_cloud: Option<ConfluentCloud>,
    /// The shared store, if one is written.
    pub store: Option<Located<String>>,
    /// Comments that silence warnings.
    pub allows: Vec<Allow>,
    /// Every file was read to its end, its clusters and links too, so that a name that is not here
    /// is declared nowhere.
    pub complete: bool,
    /// Files of a folder that are not specs and were skipped: those of other programs, and sandbox worlds.
    pub foreign: BTreeMap<Arc<str>, Foreign>,
    /// Where values come from that an environment or a variable gives.
    pub origins: Origins,
    /// Every variable that has a value, with the value as text: part of what a spec is digested by.
    pub variables: Vec<(String, String)>,
    references: Vec<Used>,
    /// Where plaintext secrets are.
    secrets: Vec<Place>,
}

/// The files of a run, with what is chosen of them.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// Each file of the spec with its name and its text.
    pub files: &'a [(Arc<str>, Arc<str>)],
    /// Those that were found in a folder: of these, files that are not specs are skipped
    /// ([`Spec::foreign`]); in a file that was named, the same is an error.
    pub found: &'a BTreeSet<Arc<str>>,
    /// How much a file may hold.
    pub limits: Limits,
    /// The file of the chosen environment, with its name and its text.
    pub environment: Option<&'a (Arc<str>, Arc<str>)>,
    /// The names of the environments that there are.
    pub environments: &'a [String],
    /// Values of variables from the command line: names and values.
    pub variables: &'a [(String, String)],
    /// Values of environment variables; asked for declared variables only, by `LINKWRIGHT_VAR_` and the
    /// variable's name in capitals.
    pub process: &'a dyn Fn(&str) -> Option<String>,
    /// A file of the spec or the chosen environment could not be read: what is not here is not missing.
    pub is_partial: bool,
}

impl<'a> Input<'a> {
    /// Files that were named, without an environment and without values for variables.
    #[must_use]
    pub fn of(files: &'a [(Arc<str>, Arc<str>)]) -> Self {
        static NONE: BTreeSet<Arc<str>> = BTreeSet::new();
        Self {
            files,
            found: &NONE,
            limits: Limits::default(),
            environment: None,
            environments: &[],
            variables: &[],
            process: &|_| None,
            is_partial: false,
        }
    }
}

/// Reads the files of a run, each with its name and its text. What could be read is returned along
/// with everything that is wrong; nothing may be planned while there is an error.
#[must_use]
pub fn parse(files: &[(Arc<str>, Arc<str>)]) -> (Spec, Vec<Diagnostic>) {
    read(&Input::of(files))
}

/// [`parse`] with an environment, values for variables, and other limits.
#[must_use]
pub fn read(input: &Input<'_>) -> (Spec, Vec<Diagnostic>) {
    let mut problems = Problems::default();
    let tree = tree::of(input, &mut problems);
    let mut spec = Spec {
        complete: tree.complete,
        foreign: tree.foreign,
        origins: tree.origins,
        variables: tree.variables,
        allows: tree.allows,
        ..Spec::default()
    };
    let mut moved = Named::default();
    for file in tree.files {
        let of_file = decode_file(file, &tree.names, &mut spec, &mut problems);
        moved.merge(of_file, "moved link", &mut problems);
    }
    moved::apply(&moved, &mut spec.links, &spec.origins, &mut problems);
    let mut problems = problems.sorted();
    spec.origins.explain(&mut problems);
    (spec, problems)
}

/// Where a value of a spec is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its key.
    pub key: Place,
    /// The value: a scalar, a list or mapping on one line, or the first entry of one over several lines. In
    /// the file of the environment where that sets it.
    pub value: Place,
    /// Where it comes from, if it is not simply written there.
    pub origins: Vec<Origin>,
}

/// Where the value of an address is written, with the environment that is chosen; nothing where the spec has
/// no such value. More than one place only where files declare the same name, which is an error.
#[must_use]
pub fn locate(input: &Input<'_>, address: &ValueAddress) -> Vec<Written> {
    let tree = tree::of(input, &mut Problems::default());
    let place = |span: node::Span| {
        let file = usize::try_from(span.file).ok();
        let file = file.and_then(|index| tree.names.get(index));
        span.place(&file.cloned().unwrap_or_default())
    };
    let roots = tree.files.iter().filter_map(|file| file.root.as_ref());
    let found = roots.filter_map(|root| {
        let value = place(environment::walk(root, address.keys())?.span);
        Some(Written {
            key: place(environment::key_of(root, address.keys())?),
            origins: tree.origins.of(&value).to_vec(),
            value,
        })
    });
    found.collect()
}

/// Reads a file of another kind with the means of specs.
pub(crate) fn decode_document<T: Decode>(
    name: &Arc<str>,
    text: &str,
) -> (Option<T>, Vec<Diagnostic>) {
    let mut problems = Problems::default();
    let document = yaml::load(name, 0, text, &Limits::default(), &mut problems);
    let root = document.root.filter(|_| document.complete);
    let decoded = root.and_then(|root| {
        let mut cx = Cx {
            file: name,
            files: std::slice::from_ref(name),
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

/// What a text says, aliases and merge keys applied, and what is wrong with it as YAML.
pub(crate) fn tree_of(name: &Arc<str>, text: &str) -> (Option<node::Node>, Vec<Diagnostic>) {
    let mut problems = Problems::default();
    let document = yaml::load(name, 0, text, &Limits::default(), &mut problems);
    let root = document.root.filter(|root| !root.is_empty_scalar());
    (root, problems.sorted())
}

/// Every reference in the spec and its place, in the order of the files.
pub fn references(spec: &Spec) -> impl Iterator<Item = &Used> {
    spec.references.iter()
}

/// Decodes one file into the spec, and returns its `moved`.
fn decode_file(
    file: tree::File,
    files: &[Arc<str>],
    spec: &mut Spec,
    problems: &mut Problems,
) -> Named<Located<String>> {
    spec.allows.extend(file.allows);
    let name = &file.name;
    let Some(root) = file.root else {
        if file.complete {
            problems.push(nothing_declared(name));
        }
        return Named::default();
    };
    let mut cx = Cx {
        file: name,
        files,
        problems,
        references: &mut spec.references,
        purpose: Purpose::Link,
        secrets: &mut spec.secrets,
        owner: None,
    };
    let Some(mut fields) = cx.fields(&root, "the spec") else {
        spec.complete = false;
        return Named::default();
    };
    fields.allow_extensions();
    // Variables were read before the others.
    fields.pass("variables");
    let version = fields.field::<Located<Version>>("version", &mut cx);
    cx.purpose = Purpose::Call;
    let clusters = fields.readable("clusters", &mut cx);
    let cloud = fields
        .field::<Option<ConfluentCloud>>("confluent_cloud", &mut cx)
        .flatten();
    cx.purpose = Purpose::Link;
    let links = fields.readable("links", &mut cx);
    let retired = fields.field::<Vec<Retired>>("retired", &mut cx);
    let exceptions = fields.field::<Vec<Exception>>("exceptions", &mut cx);
    let policy = fields.field::<Option<Policy>>("policy", &mut cx).flatten();
    let moved = fields.field("moved", &mut cx);
    let store = fields
        .field::<Option<Located<String>>>("store", &mut cx)
        .flatten();
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
        (Some(first), Some(second)) => {
            problems.push(twice("policy", &first.place, &second.place));
        }
    }
    match (&spec.confluent_cloud, cloud) {
        (None, cloud) => spec.confluent_cloud = cloud,
        (Some(_), None) => {}
        (Some(first), Some(second)) => {
            problems.push(twice("confluent_cloud", &first.place, &second.place));
        }
    }
    match (&spec.store, store) {
        (None, store) => spec.store = store,
        (Some(_), None) => {}
        (Some(first), Some(second)) => problems.push(twice("store", &first.place, &second.place)),
    }
    moved.unwrap_or_default()
}

/// That a section of which a run has one is there twice.
fn twice(section: &str, first: &Place, second: &Place) -> Diagnostic {
    let why = format!("a run has one {section}, and Linkwright does not guess which of two counts");
    Diagnostic::error(
        codes::DECLARED_TWICE,
        format!("the {section} is declared twice"),
    )
    .at(second, "second")
    .at(first, "first")
    .why(why)
    .help("keep one of them")
}

fn nothing_declared(file: &Arc<str>) -> Diagnostic {
    Diagnostic::warning(codes::NOTHING_DECLARED, "the file declares nothing")
        .at(&node::Span::START.place(file), "empty, or comments only")
        .help("remove it, or start from the output of `linkwright init`")
}
