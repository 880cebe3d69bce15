//! The calls with their answers typed: what the rest of the program uses of a [`Client`].

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::client::{Client, Flavour};
use super::error::ApiError;
use super::request::{self, ConfigChange, Mode, NewLink, NewMirror, RemoteCheck, Request, Verb};
use super::retry::settle;
use super::wire;
use crate::address::{GroupName, LinkName, TopicName};

/// How a delete went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Deleted {
    /// The server accepted it; a read shows when it is gone.
    Accepted,
    /// It was gone before.
    AlreadyGone,
}

impl Client {
    /// The clusters behind the endpoint: one on Confluent Server.
    ///
    /// # Errors
    /// See [`Client::send`]; an answer of another shape is [`ApiError::Unintelligible`].
    pub async fn list_clusters(&self) -> Result<Vec<wire::Cluster>, ApiError> {
        self.list(&request::list_clusters()).await
    }

    /// Whether the cluster answers one request within this time. An answer of a server that fails (5xx) is
    /// none; that the credentials are refused is one.
    pub async fn answers(&self, within: Duration) -> bool {
        if let Some(answers) = self.recorded_answers() {
            return answers;
        }
        let answers = self.answers_now(within).await;
        self.record_answers(answers);
        answers
    }

    async fn answers_now(&self, within: Duration) -> bool {
        let request = request::list_links();
        let asked = self.clock().timeout(within, self.attempt(&request)).await;
        match asked {
            Ok(Ok(_)) => true,
            Ok(Err(error)) => error
                .status()
                .is_some_and(|status| status.is_client_error()),
            Err(_) => false,
        }
    }

    /// Every link object the cluster holds, rows without a name included.
    ///
    /// # Errors
    /// As [`Client::list_clusters`].
    pub async fn list_links(&self) -> Result<Vec<wire::Link>, ApiError> {
        let mut links: Vec<wire::Link> = self.list(&request::list_links()).await?;
        links.iter_mut().for_each(|link| self.clean(link));
        Ok(links)
    }

    /// One link with its tasks; `None` when there is none of that name.
    ///
    /// # Errors
    /// As [`Client::list_clusters`].
    pub async fn get_link(&self, link: &LinkName) -> Result<Option<wire::Link>, ApiError> {
        let mut link: Option<wire::Link> = self.find(&request::get_link(link)).await?;
        link.iter_mut().for_each(|link| self.clean(link));
        Ok(link)
    }

    /// Creates a link half with all its configs. The link is not usable at once: read until it is.
    ///
    /// # Errors
    /// As [`Client::send`]; see [`ApiError::already_exists`], [`ApiError::is_not_visible_yet`].
    pub async fn create_link(
        &self,
        link: &NewLink,
        check: RemoteCheck,
        mode: Mode,
    ) -> Result<(), ApiError> {
        self.act(&request::create_link(link, check, mode)).await
    }

    /// Deletes a link half. Its mirror topics must have been stopped.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn delete_link(&self, link: &LinkName, mode: Mode) -> Result<Deleted, ApiError> {
        match self.act(&request::delete_link(link, mode)).await {
            Ok(()) => Ok(Deleted::Accepted),
            Err(error) if error.is_not_found() => Ok(Deleted::AlreadyGone),
            Err(error) => Err(error),
        }
    }

    /// Every config of a link that the server knows, set or not; `None` when there is no such link.
    ///
    /// # Errors
    /// As [`Client::list_clusters`].
    pub async fn list_configs(
        &self,
        link: &LinkName,
    ) -> Result<Option<Vec<wire::Config>>, ApiError> {
        match self.list(&request::list_configs(link)).await {
            Err(error) if error.is_not_found() => Ok(None),
            result => result.map(Some),
        }
    }

    /// One config of a link; `None` when there is no such link or config.
    ///
    /// # Errors
    /// As [`Client::list_clusters`].
    pub async fn get_config(
        &self,
        link: &LinkName,
        name: &str,
    ) -> Result<Option<wire::Config>, ApiError> {
        self.find(&request::get_config(link, name)).await
    }

    /// Sets configs of a link and gives others back their defaults: in one request, or one by one
    /// where the server has no such call. kcp met a Platform server without it; the calls for one
    /// config are older.
    ///
    /// One by one, what came before a refused change stays; a rehearsal is not possible then.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn alter_configs(
        &self,
        link: &LinkName,
        changes: &[ConfigChange],
        mode: Mode,
    ) -> Result<(), ApiError> {
        match self.act(&request::alter_configs(link, changes, mode)).await {
            // A 404 may also speak of the link; the calls for one config then say so again.
            Err(error) if error.may_lack_the_call() && mode == Mode::Perform => {
                for request in request::alter_configs_one_by_one(link, changes) {
                    self.act(&request).await?;
                }
                Ok(())
            }
            result => result,
        }
    }

    /// Every mirror topic of every link: of each row what `C` takes, since there may be a hundred thousand.
    ///
    /// # Errors
    /// As [`Client::list_clusters`].
    pub async fn list_mirrors<C>(&self) -> Result<C, ApiError>
    where
        C: Default + Extend<wire::Mirror>,
    {
        let request = request::list_mirrors();
        if self.tape().get().is_none() {
            return self.list_now(&request).await;
        }
        // A recording has the rows as they are.
        let rows: Vec<wire::Mirror> = self.list(&request).await?;
        let mut taken = C::default();
        taken.extend(rows);
        Ok(taken)
    }

    /// The mirror topics of one link, of one status (the API's upper-case word) where given.
    ///
    /// # Errors
    /// As [`Client::list_clusters`].
    pub async fn list_mirrors_of(
        &self,
        link: &LinkName,
        status: Option<&str>,
    ) -> Result<Vec<wire::Mirror>, ApiError> {
        self.list(&request::list_mirrors_of(link, status)).await
    }

    /// One mirror topic, with what holds up its transition; `None` when there is none of that name.
    ///
    /// # Errors
    /// As [`Client::list_clusters`].
    pub async fn get_mirror(
        &self,
        link: &LinkName,
        topic: &TopicName,
    ) -> Result<Option<wire::Mirror>, ApiError> {
        let mut mirror: Option<wire::Mirror> = self.find(&request::get_mirror(link, topic)).await?;
        if let Some(mirror) = &mut mirror {
            for error in &mut mirror.mirror_state_transition_errors {
                error.error_message = self.scrub(&error.error_message);
            }
        }
        Ok(mirror)
    }

    /// Creates a mirror topic. It cannot be rehearsed.
    ///
    /// # Errors
    /// As [`Client::send`]; see [`ApiError::already_exists`], [`ApiError::is_not_visible_yet`].
    pub async fn create_mirror(&self, link: &LinkName, mirror: &NewMirror) -> Result<(), ApiError> {
        self.act(&request::create_mirror(link, mirror)).await
    }

    /// Applies a verb to mirror topics of one link. The call succeeds whatever becomes of each
    /// topic: look at each answer's [`accepted`](wire::AlterMirror::accepted), and count on topics
    /// for which there is none.
    ///
    /// # Errors
    /// As [`Client::send`], for the request as a whole.
    pub async fn alter_mirrors(
        &self,
        link: &LinkName,
        verb: Verb,
        topics: &[TopicName],
        mode: Mode,
    ) -> Result<Vec<wire::AlterMirror>, ApiError> {
        let request = request::alter_mirrors(link, verb, topics, mode);
        let mut items: Vec<wire::AlterMirror> = self.list(&request).await?;
        for item in &mut items {
            let is_denied = matches!(item.error_code, Some(401 | 403 | 40_301));
            if let Some(message) = &mut item.error_message {
                *message = self.scrub(message);
                if is_denied {
                    message.push_str(&format!(" (the call needs {})", request.needs));
                }
            }
        }
        Ok(items)
    }

    /// Every topic of the cluster, mirror topics among them.
    ///
    /// # Errors
    /// As [`Client::list_clusters`].
    pub async fn list_topics(&self) -> Result<Vec<wire::Topic>, ApiError> {
        self.list(&request::list_topics()).await
    }

    /// Every ACL of the cluster.
    ///
    /// Confluent Cloud lists service accounts by an internal number unless it is asked for
    /// `UserV2:*`, which gives the `sa-…` that people and filters use (OpenAPI document, Confluent
    /// CLI).
    ///
    /// # Errors
    /// As [`Client::list_clusters`].
    pub async fn list_acls(&self) -> Result<Vec<wire::Acl>, ApiError> {
        let principal = match self.flavour() {
            Flavour::Cloud => Some("UserV2:*"),
            Flavour::Platform => None,
        };
        self.list(&request::list_acls(principal)).await
    }

    /// Every consumer group of the cluster.
    ///
    /// # Errors
    /// As [`Client::list_clusters`].
    pub async fn list_groups(&self) -> Result<Vec<wire::Group>, ApiError> {
        self.list(&request::list_groups()).await
    }

    /// What a consumer group has committed, by partition. Not every kind of cluster has this call.
    ///
    /// # Errors
    /// As [`Client::list_clusters`].
    pub async fn list_group_lags(
        &self,
        group: &GroupName,
    ) -> Result<Vec<wire::GroupLag>, ApiError> {
        self.list(&request::list_group_lags(group)).await
    }

    /// One consumer group; `None` when there is none of that name.
    ///
    /// # Errors
    /// As [`Client::list_clusters`].
    pub async fn get_group(&self, group: &GroupName) -> Result<Option<wire::Group>, ApiError> {
        self.find(&request::get_group(group)).await
    }

    /// Takes out of a link's problems whatever secret the server quotes in them.
    fn clean(&self, link: &mut wire::Link) {
        if let Some(message) = &mut link.link_error_message {
            *message = self.scrub(message);
        }
        for task in link.tasks.iter_mut().flatten() {
            for error in &mut task.errors {
                error.error_message = self.scrub(&error.error_message);
            }
        }
    }

    /// For calls whose success says nothing: 200, 201 and 204 are all seen, with and without a body. A body
    /// that is not JSON is not the API's: a page of a proxy says 200 too, and nothing was done then, or
    /// something.
    async fn act(&self, request: &Request) -> Result<(), ApiError> {
        let body = self.send(request).await?;
        if body.trim_ascii().is_empty() {
            return Ok(());
        }
        self.parse::<serde::de::IgnoredAny>(request, &body)
            .map(drop)
    }

    async fn find<T>(&self, request: &Request) -> Result<Option<T>, ApiError>
    where
        T: Serialize + DeserializeOwned + wire::OfCluster,
    {
        self.taped(request, self.find_now(request)).await
    }

    async fn find_now<T>(&self, request: &Request) -> Result<Option<T>, ApiError>
    where
        T: DeserializeOwned + wire::OfCluster,
    {
        match self.send(request).await {
            Ok(body) => {
                let found: T = self.parse(request, &body)?;
                match found.cluster_id().filter(|id| *id != self.id().as_str()) {
                    Some(other) => Err(self.other_cluster(request, other)),
                    None => Ok(Some(found)),
                }
            }
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn list<T>(&self, request: &Request) -> Result<Vec<T>, ApiError>
    where
        T: Serialize + DeserializeOwned + wire::OfCluster,
    {
        self.taped(request, self.list_now(request)).await
    }

    async fn list_now<T, C>(&self, request: &Request) -> Result<C, ApiError>
    where
        T: DeserializeOwned + wire::OfCluster,
        C: Default + Extend<T>,
    {
        let body = self.send(request).await?;
        let list: wire::List<T, C> = self.parse(request, &body)?;
        if let Some(other) = list.of_another(self.id().as_str()) {
            return Err(self.other_cluster(request, other));
        }
        if list.goes_on() {
            return Err(self.unintelligible(
                request,
                "the list continues at an address that this version cannot follow".to_owned(),
            ));
        }
        Ok(list.kept())
    }

    pub(super) fn parse<T: DeserializeOwned>(
        &self,
        request: &Request,
        body: &[u8],
    ) -> Result<T, ApiError> {
        // The text is checked once as a whole, which is much cheaper than string by string.
        let parsed = match std::str::from_utf8(body) {
            Ok(text) => serde_json::from_str(text),
            Err(_) => serde_json::from_slice(body),
        };
        parsed.map_err(|error| {
            // serde quotes what it did not expect; a page of a proxy may quote our request.
            let reason = self.scrub(&error.to_string());
            let reason = if body.trim_ascii_start().starts_with(b"<") {
                format!("the response is HTML, not JSON ({reason})")
            } else {
                reason
            };
            self.unintelligible(request, reason)
        })
    }

    fn other_cluster(&self, request: &Request, other: &str) -> ApiError {
        settle(
            request.class,
            ApiError::OtherCluster {
                call: self.call(request),
                own: self.id().to_string(),
                other: self.scrub(other),
            },
        )
    }

    pub(super) fn unintelligible(&self, request: &Request, reason: String) -> ApiError {
        settle(
            request.class,
            ApiError::Unintelligible {
                call: self.call(request),
                reason,
            },
        )
    }
}
