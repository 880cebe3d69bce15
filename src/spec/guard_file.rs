//! The guard file as written: [`GuardFile`].

use std::sync::Arc;

use super::decode::{choice, record};
use super::{Located, Named, Version, decode_document};
use crate::address::Address;
use crate::diagnostic::Diagnostic;

record! {
    "the guard file"
    /// What specs may do, whatever they say: kept where a pull request cannot change it, and given with
    /// `--guard`. What it does not list is not permitted.
    pub struct GuardFile {
        /// The version of the guard file: `1`.
        pub version: Located<Version>,
        /// The clusters that specs may name, by their id, each with the addresses that may be used for it.
        #[schemars(default)]
        pub clusters: Named<GuardCluster>,
        /// URLs of Confluent Cloud's own API that a Cloud API key may be sent to; none when left out.
        #[schemars(default)]
        pub cloud_endpoints: Vec<Located<String>>,
        /// Which environment variables and files references may read; none when left out.
        pub references: Option<GuardReferences>,
        /// The most that `policy.allow`, `--allow` or an approval may allow; `[reversible, disruptive]`
        /// when left out.
        pub allow: Option<Vec<Located<Allowed>>>,
        /// What nothing irreversible is done to: `CLUSTER`, `CLUSTER/LINK` or `CLUSTER/LINK/TOPIC`. Write
        /// the cluster's id: a spec chooses the names of clusters, so with a name it is protected on every
        /// cluster.
        #[schemars(default)]
        pub protect: Vec<Located<Address>>,
        /// Stores that specs may name, once specs have shared stores.
        #[schemars(default)]
        pub stores: Vec<Located<String>>,
    }
}

record! {
    "a cluster of the guard file"
    /// The addresses that may be used for a cluster.
    pub struct GuardCluster {
        /// URLs of its REST API.
        #[schemars(default)]
        pub rest_endpoints: Vec<Located<String>>,
        /// `host:port` where clients connect.
        #[schemars(default)]
        pub bootstrap_servers: Vec<Located<String>>,
        /// URLs that client ids and secrets may be sent to: of identity providers and of metadata services.
        #[schemars(default)]
        pub token_urls: Vec<Located<String>>,
    }
}

record! {
    "the references of the guard file"
    /// What references may read.
    pub struct GuardReferences {
        /// Names of environment variables; `NAME*` for those that begin with `NAME`.
        #[schemars(default)]
        pub env: Vec<Located<String>>,
        /// Folders of files, from the guard file's own folder.
        #[schemars(default)]
        pub files: Vec<Located<String>>,
    }
}

choice! {
    "something that can be allowed"
    /// Something that can be allowed.
    pub enum Allowed {
        /// Another operation can undo it.
        Reversible = "reversible",
        /// It may interrupt something.
        Disruptive = "disruptive",
        /// A topic becomes read-only on one of its clusters.
        Direction = "direction",
        /// No operation can undo it.
        Irreversible = "irreversible",
        /// It may lose data.
        DataLoss = "data-loss",
        /// More objects stopped or deleted than the policy's blast radius.
        BlastRadius = "blast-radius",
        /// Changes that an exception of the spec holds back.
        Exceptions = "exceptions",
    }
}

impl GuardFile {
    /// Reads a guard file: what could be read, and what is wrong with it.
    #[must_use]
    pub fn parse(name: &Arc<str>, text: &str) -> (Option<Self>, Vec<Diagnostic>) {
        decode_document(name, text)
    }
}
