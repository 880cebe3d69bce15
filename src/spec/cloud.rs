//! Confluent Cloud's own API: how its Switchover service is read.

use super::decode::record;
use super::located::Located;
use super::reference::{Secret, Text};

record! {
    "the Confluent Cloud API"
    /// Confluent Cloud's own API, which knows switchover pairs. It is only read, with a Cloud API key.
    pub struct ConfluentCloud {
        /// The Cloud API key, as a reference: not the key of a cluster.
        #[schemars(extend("examples" = ["${env:CLOUD_API_KEY}"]))]
        pub api_key: Located<Text>,
        /// Its secret, as a reference.
        #[schemars(extend("examples" = ["${env:CLOUD_API_SECRET}"]))]
        pub api_secret: Located<Secret>,
        /// The environments whose switchover pairs are read, by their ids. A pair may be in another
        /// environment than its clusters.
        #[schemars(length(min = 1), extend("examples" = [["env-abc123"]]))]
        pub environments: Vec<Located<String>>,
        /// Where the API is; `https://api.confluent.cloud` when left out.
        #[schemars(extend("examples" = ["https://api.confluent.cloud"]))]
        pub endpoint: Option<Located<String>>,
    }
}
