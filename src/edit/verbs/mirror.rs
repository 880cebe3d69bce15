//! Verbs on the mirror topics of a link that declares `mirrors`.

use super::super::address::{governing, key_of};
use super::super::covering::entry;
use super::super::files::{Edit, New};
use super::{Making, Outcome, Path, Value, Verb, find, unfit};
use crate::address::{HalfAddress, TopicName};
use crate::diagnostic::Place;
use crate::spec::{LinkObject, MirrorState};

/// What a verb makes of a declared state.
enum Step {
    /// The spec says so already.
    Nothing,
    /// The spec is to say this.
    State(&'static str),
    /// It has no effect on it.
    Unfit(&'static str),
}

impl Step {
    fn of(verb: Verb, declared: MirrorState) -> Self {
        use MirrorState::{FailedOver, Mirroring, Paused, Promoted};
        match (verb, declared) {
            (Verb::Failover, FailedOver)
            | (Verb::Promote, Promoted)
            | (Verb::Pause, Paused)
            | (Verb::Resume, Mirroring) => Self::Nothing,
            (Verb::Failover, _) => Self::State("failed-over"),
            (Verb::Promote, FailedOver) => {
                Self::Unfit("the spec says that it is failed over, which cannot be undone")
            }
            (Verb::Promote, _) => Self::State("promoted"),
            (Verb::Pause | Verb::Resume, Promoted | FailedOver) => Self::Unfit(
                "the spec says that it has stopped: it is an ordinary topic and copies nothing",
            ),
            (Verb::Pause, _) => Self::State("paused"),
            (Verb::Resume, _) => Self::State("mirroring"),
        }
    }
}

impl<'a> Making<'a> {
    /// One mirror topic.
    pub(super) fn mirror(
        &mut self,
        object: &LinkObject<'a>,
        half: &HalfAddress,
        topic: &str,
        text: &str,
    ) -> Outcome {
        let mirrors = &object.settings.mirrors;
        let source = topic.strip_prefix(object.prefix()).unwrap_or_default();
        let entry = entry(mirrors, source);
        let selects = |source: &str| {
            let filter = object.auto_create();
            filter.is_some_and(|filter| filter.filters().selects(source))
        };
        let (state, place) = match &entry {
            Some(entry) => (entry.value.0.state(), entry.name.place.clone()),
            None if !source.is_empty() && selects(source) => {
                (MirrorState::Mirroring, object.place.clone())
            }
            None => {
                let literal = mirrors.names().filter(|name| !name.contains('*'));
                let known: Vec<String> = literal
                    .map(|name| format!("{}{}", object.prefix(), name.as_str()))
                    .collect();
                let known = known.iter().map(String::as_str);
                return Err(find::no_topic(text, half, topic, known));
            }
        };
        match Step::of(self.verb, state) {
            Step::Unfit(why) => return Err(self.not_so(text, why, &place)),
            Step::State(word) if entry.is_some() => self.asked.edits.push(Edit {
                address: text.to_owned(),
                key: Path::of(["state"]),
                new: New::Value(Value::text(word)),
            }),
            Step::State(word) => {
                let path = section(object, half).key(source).key("state");
                self.set(&path, word);
            }
            Step::Nothing => {}
        }
        self.lose(object)
    }

    /// All mirror topics of a half: those that the spec names, and those that are live and that a pattern or
    /// auto-create covers.
    pub(super) fn mirrors(
        &mut self,
        object: &LinkObject<'a>,
        half: &HalfAddress,
        text: &str,
    ) -> Outcome {
        let edits = self.asked.edits.len();
        let mut is_fit = self.verb == Verb::Resume && self.resume_link(object, half);
        let section = section(object, half);
        let names: Vec<&str> = object
            .settings
            .mirrors
            .names()
            .map(|it| it.as_str())
            .collect();
        let live = self.live.get(half);
        for (name, declared) in object.settings.mirrors.iter() {
            // What a pattern governs is stopped by its own name, so that nothing is stopped that comes later.
            if name.contains('*') && self.verb.stops() {
                continue;
            }
            let topic = TopicName::from(format!("{}{}", object.prefix(), name.as_str()));
            let address = format!("{half}/{topic}");
            if self.verb.stops() && live.is_some_and(|live| !live.contains_key(&topic)) {
                self.note(format!(
                    "{address} stays as it is: there is no such mirror topic"
                ));
                continue;
            }
            match Step::of(self.verb, declared.0.state()) {
                Step::Unfit(why) => self.note(format!("{address} stays as it is: {why}")),
                Step::State(_)
                    if self.verb == Verb::Failover
                        && declared.0.state() == MirrorState::Promoted =>
                {
                    self.note(format!(
                        "{address} stays as it is: the spec says promoted; to fail over a promotion that \
                         does not end, name it"
                    ));
                }
                Step::State(word) => {
                    self.set(&section.key(name.as_str()).key("state"), word);
                    is_fit = true;
                }
                Step::Nothing => is_fit = true,
            }
        }
        let running = live.into_iter().flatten().filter(|(_, runs)| **runs);
        for (topic, _) in running {
            let Some(source) = topic.as_str().strip_prefix(object.prefix()) else {
                continue;
            };
            let pattern = governing(&names, source);
            let is_named = names.contains(&source);
            // Patterns that were set above govern it.
            if is_named || (pattern.is_some() && !self.verb.stops()) {
                continue;
            }
            match self.mirror(object, half, topic.as_str(), &format!("{half}/{topic}")) {
                Ok(()) => is_fit = true,
                Err(problem) if problem.code == super::codes::UNFIT => {
                    self.note(problem.summary.clone());
                }
                Err(_) => self.note(format!(
                    "{half}/{topic} stays as it is: the spec does not declare it, and auto-create does not select it"
                )),
            }
        }
        if !is_fit && self.asked.edits.len() == edits {
            let why = "the spec declares no mirror topic of it that could change";
            return Err(self.not_so(text, why, object.place));
        }
        self.lose(object)
    }

    /// Lets the link run again where the spec pauses it as a whole.
    fn resume_link(&mut self, object: &LinkObject<'a>, half: &HalfAddress) -> bool {
        const PAUSED: &str = crate::catalog::names::CLUSTER_LINK_PAUSED;
        let configs = object.raw.map(|settings| &settings.configs);
        let Some(Some(raw)) = configs.and_then(|configs| configs.get(PAUSED)) else {
            return false;
        };
        if raw.value.literal().as_deref() != Some("true") {
            return false;
        }
        let path = key_of(object, half, &Path::of(["configs", PAUSED]));
        self.asked.edits.push(Edit::set(&path, Value::Bool(false)));
        true
    }

    fn not_so(&self, text: &str, why: &str, place: &Place) -> Box<crate::diagnostic::Diagnostic> {
        let help = match self.verb {
            Verb::Failover | Verb::Promote => format!(
                "`linkwright status --mirrors` shows what is live; `linkwright set {text} state=…` changes \
                 what the spec says"
            ),
            Verb::Pause | Verb::Resume => {
                "to copy the topic again, declare a link in the other direction (runbook: failback)"
                    .to_owned()
            }
        };
        unfit(self.verb.word(), text, why, place, help)
    }
}

/// Where the mirror topics of a half are declared.
fn section(object: &LinkObject<'_>, half: &HalfAddress) -> Path {
    key_of(object, half, &Path::of(["mirrors"]))
}
