//! Verbs for people in an incident, as far as they need no process: what they make of a spec, what is planned for
//! their addresses alone, and that nothing is left to do once it is applied.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use linkwright::address::{HalfAddress, TopicName};
use linkwright::diagnostic::Diagnostic;
use linkwright::edit::verbs::{self, Asked, Live, Loss, Verb};
use linkwright::edit::{self, Edit};
use linkwright::live::{MirrorStatus, Reading};
use linkwright::plan::{self, Plan};
use linkwright::read::mirrors_of;
use linkwright::refresh::{Depth, Observation, refresh};
use linkwright::spec::{self, Input, Spec};
use linkwright_sandbox::{FaultAction, FaultMatch, FaultSpec};

use crate::support::bench::{Bench, TODAY, everything_allowed, read, show, stepped, tell};

const WORLD: &str = "\
version: 1
clusters:
  - id: lkc-east01
    name: east
    bootstrap_servers: east.example:9092
    topics:
      - { name: orders, partitions: 1, records: 10 }
      - { name: payments, partitions: 1, records: 10 }
      - { name: refunds, partitions: 1, records: 10 }
      - { name: new-a, partitions: 1, records: 10 }
  - id: lkc-west01
    name: west
    bootstrap_servers: west.example:9092
";

const CLUSTERS: &str = "\
version: 1
clusters:
  east:
    id: lkc-east01
    rest_endpoint: https://east.example:443
    bootstrap_servers: east.example:9092
    rest_auth: { basic: { username: \"${env:KEY}\", password: \"${env:SECRET}\" } }
  west:
    id: lkc-west01
    rest_endpoint: https://west.example:443
    bootstrap_servers: west.example:9092
    rest_auth: { basic: { username: \"${env:KEY}\", password: \"${env:SECRET}\" } }
x-link: &link
  sasl_plain: { username: \"${env:LINK_KEY}\", password: \"${env:LINK_SECRET}\" }
links:
";

const ONE_WAY: &str = "  \
  dr:
    source: east
    destination: west
    credentials: *link
    auto_create_mirrors:
      topics: { include: [\"new-*\"] }
    mirrors:
      orders: {}                 # the shop
      payments: { state: paused }
      refunds: {}
      \"ref*\": { state: mirroring }
";

const TOPICS: &str = "  \
  dr:
    mode: bidirectional
    halves:
      east: { credentials: *link }
      west: { credentials: *link }
    topics:
      orders: { primary: east }
      payments: { primary: east, state: paused }
      refunds: { primary: east }
      \"ref*\": { primary: east }
";

/// Clusters that are as a spec says.
struct Incident {
    bench: Bench,
    text: String,
}

impl Incident {
    async fn of(links: &str) -> Self {
        let mut bench = Bench::new(WORLD);
        bench.secrets.or_names = true;
        let incident = Self {
            bench,
            text: format!("{CLUSTERS}{links}"),
        };
        let desired = read(&[("links.yaml", &incident.text)]).unwrap();
        incident.bench.converge(&desired, 6).await;
        // Until auto-create has looked, and everything copies.
        incident.bench.sandbox.advance(Duration::from_secs(900));
        incident.bench.converge(&desired, 6).await;
        incident
    }

    /// With another text, which the clusters are as already.
    fn rewritten(mut self, from: &str, to: &str) -> Self {
        assert!(self.text.contains(from), "{from}");
        self.text = self.text.replacen(from, to, 1);
        self
    }

    fn spec(&self) -> Spec {
        let files = [(Arc::from("links.yaml"), Arc::from(self.text.as_str()))];
        spec::parse(&files).0
    }

    /// No request to the east is answered any more.
    fn lose_the_east(&self) {
        self.bench.sandbox.add_fault(FaultSpec {
            name: None,
            on: FaultMatch {
                cluster: Some("lkc-east01".to_owned()),
                ..FaultMatch::default()
            },
            skip: 0,
            times: None,
            probability: 1.0,
            action: FaultAction::ResetBeforeEffect,
        });
    }

    async fn asked(
        &self,
        verb: Verb,
        addresses: &[&str],
        loss: Option<&Loss>,
    ) -> Result<Asked, Vec<Diagnostic>> {
        let spec = self.spec();
        let addresses: Vec<String> = addresses.iter().map(|&it| it.to_owned()).collect();
        let mut live = Live::new();
        for half in verbs::to_read(&spec, verb, &addresses) {
            let topics = self.live(&half).await;
            live.insert(half, topics);
        }
        verbs::of_addresses(&spec, verb, &addresses, loss, &live)
    }

    async fn live(&self, half: &HalfAddress) -> BTreeMap<TopicName, bool> {
        let client = &self.bench.clients[&half.cluster];
        let Reading::Read(rows) = mirrors_of(client, [half.link.clone()]).await else {
            panic!("{half} is not read");
        };
        let rows = rows[&half.link].iter();
        rows.map(|(topic, row)| (topic.clone(), row.status != MirrorStatus::Stopped))
            .collect()
    }

    /// Changes the spec, plans what was named, applies it, and has nothing left to do for the whole spec. Says
    /// what was planned.
    async fn carry_out(&mut self, asked: &Asked) -> Vec<String> {
        let plan = self.planned(asked).await;
        let desired = read(&[("links.yaml", &self.text)]).unwrap();
        assert!(!plan.is_refused(), "{}\n{}", self.text, show(&plan));
        let report = self.bench.apply(&plan).await;
        let again = self.bench.plan(&desired).await;
        assert!(
            !again.has_changes() && !again.is_refused(),
            "{}\n{}\n{}",
            self.text,
            tell(&report),
            show(&again)
        );
        let operations = plan.operations.iter();
        operations
            .map(|it| format!("{} {}", it.kind.word(), it.address))
            .collect()
    }

    /// Changes the spec, and plans what was named.
    async fn planned(&mut self, asked: &Asked) -> Plan {
        self.rewrite(&asked.edits);
        let desired = read(&[("links.yaml", &self.text)]).unwrap();
        let (allow, options) = (everything_allowed(), &self.bench.options);
        let sources = self.bench.sources();
        let looked = refresh(
            &desired,
            sources,
            options,
            &allow,
            &asked.targets,
            Depth::Plan,
        );
        let Observation { plan, .. } = looked.await.unwrap();
        plan
    }

    fn rewrite(&mut self, edits: &[Edit]) {
        let files = [(Arc::from("links.yaml"), Arc::from(self.text.as_str()))];
        let spec = self.spec();
        let changed = edit::changed(edits, &spec, &Input::of(&files)).unwrap();
        if let Some((_, text)) = changed.texts.into_iter().next() {
            self.text = text;
        }
    }

    async fn act(&mut self, verb: Verb, addresses: &[&str]) -> Vec<String> {
        let asked = self.asked(verb, addresses, None).await.unwrap();
        self.carry_out(&asked).await
    }

    #[track_caller]
    fn says(&self, line: &str) {
        assert!(
            self.text.contains(line),
            "{line:?} is not in\n{}",
            self.text
        );
    }

    #[track_caller]
    fn says_nothing_of(&self, line: &str) {
        assert!(!self.text.contains(line), "{line:?} is in\n{}", self.text);
    }
}

fn loss() -> Loss {
    Loss {
        reason: "region down: \"INC-4711\"".to_owned(),
        until: jiff::civil::date(2026, 12, 1),
    }
}

#[test]
fn a_verb_changes_one_word_of_the_spec_and_plans_what_it_names() {
    stepped(async {
        let mut incident = Incident::of(ONE_WAY).await;
        let done = incident.act(Verb::Pause, &["west/dr/orders"]).await;
        assert_eq!(done, ["pause-mirror west/dr/orders"]);
        incident.says("      orders: { state: paused }                 # the shop\n");
        let done = incident.act(Verb::Resume, &["west/dr/orders"]).await;
        assert_eq!(done, ["resume-mirror west/dr/orders"]);
        // A second time there is nothing to do, and that is no error.
        assert!(
            incident
                .act(Verb::Resume, &["west/dr/orders"])
                .await
                .is_empty()
        );
        // What auto-create has created gets an entry of its own.
        let done = incident.act(Verb::Pause, &["west/dr/new-a"]).await;
        assert_eq!(done, ["pause-mirror west/dr/new-a"]);
        incident.says("      new-a: { state: paused }\n");
        let done = incident
            .act(Verb::Promote, &["west/dr/orders", "west/dr/orders"])
            .await;
        assert_eq!(done, ["promote-mirror west/dr/orders"]);
        // All that is left, without what has stopped, and without what was declared and never created.
        let (refunds, never) = (
            "      refunds: {}\n",
            "      refunds: {}\n      never: {}\n",
        );
        incident = incident.rewritten(refunds, never);
        let asked = incident.asked(Verb::Failover, &["west/dr"], None).await;
        let asked = asked.unwrap();
        for (note, words) in asked.notes.iter().zip([
            "west/dr/orders stays as it is: the spec says promoted",
            "west/dr/never stays as it is: there is no such mirror topic",
        ]) {
            assert!(note.starts_with(words), "{:#?}", asked.notes);
        }
        assert_eq!(asked.notes.len(), 2);
        incident = incident.rewritten(never, refunds);
        incident.lose_the_east();
        let done = incident.carry_out(&asked).await;
        let failed_over = ["new-a", "payments", "refunds"];
        assert_eq!(
            done,
            failed_over.map(|it| format!("failover-mirror west/dr/{it}"))
        );
        incident.says("      \"ref*\": { state: mirroring }\n");
    });
}

#[test]
fn a_pattern_keeps_what_it_says_and_the_topic_gets_a_key_of_its_own() {
    stepped(async {
        let mut incident = Incident::of(ONE_WAY)
            .await
            .rewritten("      refunds: {}\n", "");
        let done = incident.act(Verb::Promote, &["west/dr/refunds"]).await;
        assert_eq!(done, ["promote-mirror west/dr/refunds"]);
        incident.says("      \"ref*\": { state: mirroring }\n");
        incident.says("      refunds: { state: promoted }\n");
        // Pausing a link pauses what will come too; stopping it does not.
        let done = incident.act(Verb::Pause, &["west/dr"]).await;
        assert_eq!(
            done,
            ["pause-mirror west/dr/new-a", "pause-mirror west/dr/orders"]
        );
        incident.says("      \"ref*\": { state: paused }\n");
        let mut incident = Incident::of(TOPICS)
            .await
            .rewritten("      refunds: { primary: east }\n", "");
        let asked = incident
            .asked(Verb::Promote, &["west/dr/refunds"], None)
            .await
            .unwrap();
        let done = incident.carry_out(&asked).await;
        assert_eq!(done, ["promote-mirror west/dr/refunds"]);
        incident.says("      \"ref*\": { primary: east }\n");
        incident.says("      refunds: { primary: west, copy: none }\n");
    });
}

#[test]
fn a_failover_of_topics_declares_the_loss_and_needs_the_surviving_cluster_only() {
    stepped(async {
        let mut incident = Incident::of(TOPICS).await;
        let refused = incident
            .asked(Verb::Failover, &["west/dr"], None)
            .await
            .unwrap_err();
        assert_eq!(refused[0].code.0, "LW575");
        incident.lose_the_east();
        let loss = loss();
        let asked = incident
            .asked(Verb::Failover, &["west/dr"], Some(&loss))
            .await
            .unwrap();
        let done = incident.carry_out(&asked).await;
        let topics = ["orders", "payments", "refunds"];
        assert_eq!(
            done,
            topics.map(|it| format!("failover-mirror west/dr/{it}"))
        );
        incident.says(
            "    lost: { reason: \"region down: \\\"INC-4711\\\"\", until: \"2026-12-01\" }\n",
        );
        incident.says("      orders: { primary: west }\n");
        incident.says("      \"ref*\": { primary: west }\n");
        // Once more: the spec says so, and there is nothing to do.
        let again = incident
            .asked(Verb::Failover, &["west/dr"], None)
            .await
            .unwrap();
        assert!(again.edits.is_empty());
        assert!(incident.carry_out(&again).await.is_empty());
    });
}

#[test]
fn a_switchover_reverses_every_topic_and_goes_back_the_same_way() {
    stepped(async {
        let mut incident = Incident::of(TOPICS).await;
        for (to, from) in [("west", "east"), ("east", "west")] {
            let asked = verbs::switchover(&incident.spec(), "dr", to).unwrap();
            let done = incident.carry_out(&asked).await;
            let reversed = done.iter().filter(|it| it.starts_with("reverse"));
            assert_eq!(reversed.count(), 3, "{done:#?}");
            incident.says(&format!("orders: {{ primary: {to} }}"));
            incident.says_nothing_of(&format!("primary: {from}"));
        }
        let asked = verbs::switchover(&incident.spec(), "dr", "east").unwrap();
        assert!(asked.edits.is_empty());
    });
}

#[test]
fn what_a_hold_or_an_exception_keeps_as_it_is_is_named_beside_what_is_not() {
    const HOLD: &str = "hold: { reason: load test, until: 2099-01-01 }";
    let of_mirror = format!("payments: {{ state: paused, {HOLD} }}");
    let of_topic = format!("payments: {{ primary: east, state: paused, {HOLD} }}");
    let of_link = format!("  dr:\n    {HOLD}\n");
    let except = "exceptions:\n  - { address: west/dr/payments, field: state, reason: load test, until: 2099-01-01 }\nlinks:\n";
    let (both, one) = (["west/dr/orders", "west/dr/payments"], ["west/dr/payments"]);
    stepped(async {
        for (links, from, to, addresses, kept, free) in [
            (
                ONE_WAY,
                "payments: { state: paused }",
                of_mirror.as_str(),
                &both[..],
                "LW273 west/dr/payments",
                &both[..1],
            ),
            (
                ONE_WAY,
                "payments: { state: paused }",
                &of_mirror,
                &one,
                "LW273 west/dr/payments",
                &[],
            ),
            (
                ONE_WAY,
                "payments: { state: paused }",
                &of_mirror,
                &["west/dr"],
                "LW273 west/dr/payments",
                &["west/dr/new-a", "west/dr/orders", "west/dr/refunds"],
            ),
            (ONE_WAY, "  dr:\n", &of_link, &both, "LW273 west/dr", &[]),
            (
                ONE_WAY,
                "links:\n",
                except,
                &both,
                "LW272 west/dr/payments",
                &both[..1],
            ),
            (
                TOPICS,
                "payments: { primary: east, state: paused }",
                &of_topic,
                &both,
                "LW273 east/dr/payments",
                &both[..1],
            ),
            // What is not named hinders nothing.
            (
                ONE_WAY,
                "payments: { state: paused }",
                &of_mirror,
                &both[..1],
                "",
                &both[..1],
            ),
            (ONE_WAY, "links:\n", except, &both[..1], "", &both[..1]),
        ] {
            let mut incident = Incident::of(links).await.rewritten(from, to);
            incident.bench.options.today = Some(TODAY);
            incident.bench.options.hold_back = Some(TODAY);
            let asked = incident
                .asked(Verb::Promote, addresses, None)
                .await
                .unwrap();
            let plan = incident.planned(&asked).await;
            assert!(!plan.is_refused(), "{}", show(&plan));
            let found = plan::hindered(&plan, &asked.targets);
            let found = found
                .iter()
                .map(|it| format!("{} {}", it.kind.code(), it.address));
            let kept: Vec<&str> = Some(kept).filter(|it| !it.is_empty()).into_iter().collect();
            assert_eq!(found.collect::<Vec<_>>(), kept, "{addresses:?} with {to}");
            let changed = plan::changed(&plan, &asked.targets).map(ToString::to_string);
            assert_eq!(changed.collect::<Vec<_>>(), free, "{addresses:?} with {to}");
        }
    });
}

#[test]
fn what_cannot_be_read_is_not_taken_for_done() {
    stepped(async {
        for (links, verb) in [(TOPICS, Verb::Promote), (ONE_WAY, Verb::Promote)] {
            let mut incident = Incident::of(links).await;
            incident.lose_the_east();
            let asked = incident
                .asked(verb, &["west/dr/orders"], None)
                .await
                .unwrap();
            let plan = incident.planned(&asked).await;
            let is_kept = !plan::hindered(&plan, &asked.targets).is_empty();
            assert!(
                plan.is_refused() || plan.has_changes() || is_kept,
                "{}",
                show(&plan)
            );
            assert!(!is_kept || links == TOPICS, "{}", show(&plan));
        }
    });
}

#[test]
fn what_a_verb_cannot_be_applied_to_is_refused_with_the_reason_and_what_to_do() {
    stepped(async {
        let one_way = Incident::of(ONE_WAY).await;
        let stopped = Incident::of(ONE_WAY)
            .await
            .rewritten("orders: {} ", "orders: { state: failed-over } ");
        let topics = Incident::of(TOPICS).await;
        let cases: &[(&Incident, Verb, &str, &str, &str)] = &[
            (
                &one_way,
                Verb::Pause,
                "west/dr/ordrs",
                "LW541",
                "did you mean `west/dr/orders`?",
            ),
            (
                &one_way,
                Verb::Pause,
                "west/rd/orders",
                "LW541",
                "did you mean `west/dr/orders`?",
            ),
            (
                &one_way,
                Verb::Failover,
                "east/dr/orders",
                "LW541",
                "did you mean `west/dr/orders`?",
            ),
            (
                &one_way,
                Verb::Failover,
                "west",
                "LW541",
                "did you mean `west/dr`?",
            ),
            (
                &one_way,
                Verb::Failover,
                "dr",
                "LW541",
                "did you mean `west/dr`?",
            ),
            (
                &one_way,
                Verb::Failover,
                "payments",
                "LW541",
                "did you mean `west/dr/payments`?",
            ),
            (
                &topics,
                Verb::Failover,
                "payments",
                "LW541",
                "did you mean `west/dr/payments`?",
            ),
            (&one_way, Verb::Failover, "/", "LW541", "CLUSTER/LINK"),
            (
                &topics,
                Verb::Pause,
                "west/dr/",
                "LW541",
                "did you mean `west/dr`?",
            ),
            (
                &one_way,
                Verb::Failover,
                "west/dr/zzzzzz",
                "LW541",
                "linkwright accept west/dr/zzzzzz",
            ),
            (&stopped, Verb::Pause, "west/dr/orders", "LW576", "failback"),
            (
                &stopped,
                Verb::Resume,
                "west/dr/orders",
                "LW576",
                "failback",
            ),
            (
                &stopped,
                Verb::Promote,
                "west/dr/orders",
                "LW576",
                "linkwright status --mirrors",
            ),
            (
                &topics,
                Verb::Pause,
                "east/dr/orders",
                "LW576",
                "`west/dr/orders`",
            ),
            (
                &topics,
                Verb::Failover,
                "east/dr/orders",
                "LW576",
                "`west/dr/orders`",
            ),
            (
                &topics,
                Verb::Resume,
                "east/dr",
                "LW576",
                "the half on the other cluster",
            ),
            (&topics, Verb::Failover, "west/dr/orders", "LW575", "--lost"),
            (
                &topics,
                Verb::Pause,
                "west/dr/order",
                "LW541",
                "did you mean `west/dr/orders`?",
            ),
        ];
        for (incident, verb, address, code, words) in cases {
            let problems = incident.asked(*verb, &[address], None).await.unwrap_err();
            let [problem] = problems.as_slice() else {
                panic!("{address}: {problems:#?}");
            };
            assert_eq!(problem.code.0, *code, "{verb:?} {address}: {problem:#?}");
            assert!(
                problem.help.contains(words),
                "{verb:?} {address}: {problem:#?}"
            );
        }
        // All that is wrong is said at once.
        let problems = one_way.asked(
            Verb::Pause,
            &["west/a", "west/dr/orders", "west/dr/b"],
            None,
        );
        assert_eq!(problems.await.unwrap_err().len(), 2);
        for (incident, link, to, code, words) in [
            (
                &one_way,
                "dr",
                "west",
                "LW577",
                "linkwright promote west/dr",
            ),
            (&topics, "dr", "south", "LW577", "`east` and `west`"),
            (&topics, "d", "west", "LW541", "did you mean `dr`?"),
        ] {
            let problems = verbs::switchover(&incident.spec(), link, to).unwrap_err();
            assert_eq!(problems[0].code.0, code);
            assert!(problems[0].help.contains(words), "{problems:#?}");
        }
        let lost = topics.rewritten(
            "    rest_auth: { basic: { username: \"${env:KEY}\", password: \"${env:SECRET}\" } }\n",
            "    rest_auth: { basic: { username: \"${env:KEY}\", password: \"${env:SECRET}\" } }\n    lost: { reason: gone, until: 2026-12-01 }\n",
        );
        let problems = verbs::switchover(&lost.spec(), "dr", "west").unwrap_err();
        assert!(
            problems[0].help.contains("linkwright failover west/dr"),
            "{problems:#?}"
        );
        let promoted = lost.asked(Verb::Promote, &["west/dr/orders"], None).await;
        assert!(
            promoted.unwrap_err()[0]
                .help
                .contains("linkwright failover west/dr/orders")
        );
    });
}
