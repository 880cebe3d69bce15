//! What is stated of a loss against what is lost: failovers and promotions by the seed, with sources that vanish
//! at any moment, lists that lie and figures that stand still. `LINKWRIGHT_LOSSES` says how many,
//! `LINKWRIGHT_PROOF_SEED` from which seed on.

use std::time::Duration;

use bytes::Bytes;
use linkwright::apply::{Cause, Interrupts, Outcome, Reason};
use linkwright::desired::Desired;
use linkwright::desired::Risk;
use linkwright::diff::Options;
use linkwright::live::{Loss, MirrorStatus};
use linkwright::plan::{Allow, Allowances};
use linkwright::read::{self, ReadRequest};
use linkwright_clock::Clock;
use linkwright_sandbox::Reach;

use super::choices::Choices;
use super::proof::setting;
use crate::support::bench::{Bench, read, stepped, tell};

/// What came of one case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    /// The plan was refused, and nothing was sent.
    Refused,
    /// The read before the request showed too great a loss, and nothing was sent.
    Blocked,
    /// A promotion was not sent, or did not end.
    Waited,
    /// It was promoted.
    Promoted,
    /// It was failed over, and the loss was stated so.
    Known,
    AtLeast,
    Unknown,
}

/// A lie of the list of mirror topics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lie {
    None,
    NoFigures,
    Negative,
    Partial,
    NeverFetched,
}

/// A case of one mirror topic.
#[derive(Debug)]
struct Case {
    partitions: usize,
    records: u64,
    lag: u64,
    rate: f64,
    promotes: bool,
    max_lag: Option<u64>,
    allows_loss: bool,
    lie: Lie,
    /// Whether producers write more than the link can copy once it is planned.
    bursts: bool,
    /// Seconds before the plan, from the plan to the run, and when contact is lost, counted from the start.
    waits: [u64; 2],
    lost_after: Option<u64>,
}

impl Case {
    fn of(c: &mut Choices) -> Self {
        let waits = [c.below(20) as u64 + 1, c.below(25) as u64];
        let all = waits[0] + waits[1] + 1;
        let case = Self {
            partitions: c.below(4) + 1,
            records: c.below(1000) as u64,
            lag: c.pick(&[0, 0, 7, 40]),
            rate: c.pick(&[0.0, 20.0, 100.0, 2_000.0]),
            promotes: c.chance(40),
            max_lag: c.pick(&[None, None, Some(0), Some(50), Some(100_000)]),
            allows_loss: !c.chance(15),
            lie: c.pick(&[
                Lie::None,
                Lie::None,
                Lie::None,
                Lie::None,
                Lie::NoFigures,
                Lie::Negative,
                Lie::Partial,
                Lie::NeverFetched,
            ]),
            bursts: c.chance(20),
            waits,
            lost_after: c.chance(60).then(|| match c.chance(20) {
                true => 0,
                false => c.below(usize::try_from(all).unwrap()) as u64,
            }),
        };
        // Most promotions are of a source whose producers have stopped; it may be lost at any moment.
        let is_planned = case.promotes && !c.chance(20);
        match is_planned {
            true => Self {
                rate: 0.0,
                bursts: false,
                lie: match case.lie {
                    Lie::NeverFetched => Lie::NeverFetched,
                    _ => Lie::None,
                },
                lost_after: case.lost_after.filter(|_| c.chance(40)),
                ..case
            },
            false => case,
        }
    }

    /// Whether a second read must show that the mirror fetches.
    fn is_steady(&self) -> bool {
        let moves = self.rate * 10.0 >= 4.0 * self.partitions as f64;
        moves
            && !self.bursts
            && self.lie == Lie::None
            && self.lost_after.is_none()
            && self.waits[1] >= 10
    }

    fn world(&self) -> String {
        format!(
            "version: 1
clock: {{ mode: {{ auto: {{ speed: 1.0 }} }} }}
clusters:
  - id: lkc-east01
    name: east
    bootstrap_servers: east.example:9092
    topics: [{{ name: orders, partitions: {}, records: {} }}]
  - id: lkc-west01
    name: west
    bootstrap_servers: west.example:9092
    links:
      - name: dr
        remote: lkc-east01
        configs: {{ security.protocol: SASL_SSL, sasl.mechanism: PLAIN, sasl.jaas.config: x }}
        mirrors: [{{ source_topic: orders, lag: {} }}]
",
            self.partitions,
            self.records,
            self.lag.min(self.records / self.partitions as u64)
        )
    }

    fn desired(&self) -> Desired {
        let bound = match self.max_lag {
            Some(max) => format!("failover: {{ max_lag: {max} }}, "),
            None => String::new(),
        };
        let spec = format!(
            "version: 1
clusters:
  east: {{ id: lkc-east01, bootstrap_servers: \"east.example:9092\" }}
  west:
    id: lkc-west01
    rest_endpoint: https://west.example:443
    bootstrap_servers: west.example:9092
    rest_auth: {{ basic: {{ username: \"${{env:A:-a}}\", password: \"${{env:B:-b}}\" }} }}
links:
  dr:
    source: east
    destination: west
    credentials: {{ sasl_plain: {{ username: \"${{env:K:-k}}\", password: \"${{env:S:-s}}\" }} }}
    mirrors: {{ orders: {{ state: {} }} }}
policy: {{ {bound}promote: {{ max_lag: 0, within: 20s }} }}
",
            if self.promotes {
                "promoted"
            } else {
                "failed-over"
            }
        );
        read(&[("spec.yaml", &spec)]).unwrap_or_else(|problems| panic!("{problems:?}"))
    }
}

/// Changes the figures in a list of mirror topics.
fn lying(lie: Lie, path: &str, body: Bytes) -> Bytes {
    if lie == Lie::None || !path.ends_with("/mirrors") {
        return body;
    }
    let mut list: serde_json::Value = serde_json::from_slice(&body).unwrap();
    for row in list["data"].as_array_mut().into_iter().flatten() {
        let lags = row["mirror_lags"].as_array_mut().unwrap();
        match lie {
            Lie::None => {}
            Lie::NoFigures => lags.clear(),
            Lie::Negative => lags[0]["lag"] = (-1).into(),
            Lie::Partial => drop(lags.pop()),
            Lie::NeverFetched => lags[0]["last_source_fetch_offset"] = (-1).into(),
        }
    }
    Bytes::from(list.to_string())
}

/// The end of each partition of the source.
fn ends(bench: &Bench) -> Vec<i64> {
    let world = bench.sandbox.snapshot();
    let topic = &world["clusters"]["lkc-east01"]["topics"]["orders"];
    let ends = topic["ends"].as_array().unwrap();
    let seconds = (bench.sandbox.now_ms() - topic["since"].as_i64().unwrap()) as f64 / 1000.0;
    let rate = topic["rate"].as_f64().unwrap() / ends.len() as f64;
    ends.iter()
        .map(|end| end.as_i64().unwrap() + (rate * seconds) as i64)
        .collect()
}

/// What is missing at the destination of the records before these ends.
async fn missing(bench: &Bench, ends: &[i64]) -> (MirrorStatus, u64) {
    let mut ask = ReadRequest::default();
    for cluster in bench.clients.keys() {
        ask.of(cluster);
    }
    let live = read::read(&bench.clients, &ask).await;
    let west = &live.clusters["west"];
    let row = west.mirrors.read().unwrap()["dr"]["orders"].clone();
    let mut lags = row.lags.to_vec();
    lags.sort_by_key(|lag| lag.partition);
    let copied = lags.iter().map(|lag| lag.last_source_fetch_offset.max(0));
    let missing = ends
        .iter()
        .zip(copied)
        .map(|(end, copied)| (end - copied).max(0) as u64);
    (row.status, missing.sum())
}

async fn sleep(bench: &Bench, from: &mut u64, seconds: u64, lost_after: Option<u64>) {
    let until = *from + seconds;
    if let Some(lost) = lost_after.filter(|lost| (*from..until).contains(lost)) {
        Clock::wall().sleep(Duration::from_secs(lost - *from)).await;
        assert!(bench.sandbox.set_reachable("lkc-east01", Reach::Cut));
        *from = lost;
    }
    Clock::wall()
        .sleep(Duration::from_secs(until - *from))
        .await;
    *from = until;
}

async fn play(case: &Case) -> End {
    let mut bench = Bench::open(&case.world()).unwrap();
    let desired = case.desired();
    bench = bench.calling_those_of(&desired, &crate::support::bench::Calls::default());
    let lie = case.lie;
    assert!(
        bench
            .sandbox
            .set_produce_rate("lkc-east01", "orders", case.rate)
    );
    let mut now = 0;
    sleep(&bench, &mut now, case.waits[0], case.lost_after).await;
    bench.tap.edit(move |path, body| lying(lie, path, body));
    let first = ends(&bench);
    let mut allowed = Allowances::from([Allow::Risk(Risk::Irreversible), Allow::BlastRadius]);
    if case.allows_loss {
        allowed.insert(Allow::Risk(Risk::DataLoss));
    }
    let plan = bench
        .plan_with(&desired, &Options::default(), &allowed)
        .await;
    if plan.is_refused() {
        let settings = bench.settings();
        let report = bench
            .try_apply_with(&plan, &settings, Interrupts::none())
            .await;
        assert!(report.is_err() || plan.operations.is_empty());
        assert_eq!(bench.writes(), []);
        return End::Refused;
    }
    assert!(
        case.promotes || case.allows_loss,
        "a failover without its allowance"
    );
    sleep(&bench, &mut now, case.waits[1], case.lost_after).await;
    if case.bursts {
        let rate = 200_000.0;
        assert!(bench.sandbox.set_produce_rate("lkc-east01", "orders", rate));
        Clock::wall().sleep(Duration::from_secs(2)).await;
    }
    let second = ends(&bench);
    let report = bench.apply(&plan).await;
    let [operation] = report.operations.as_slice() else {
        panic!("{}", tell(&report));
    };
    bench.tap.edit(|_, body| body);
    let (status, missed_first) = missing(&bench, &first).await;
    let (_, missed_second) = missing(&bench, &second).await;
    if case.promotes {
        if operation.outcome != Outcome::Done {
            return End::Waited;
        }
        assert_eq!(status, MirrorStatus::Stopped);
        assert_eq!(missed_second, 0, "promoted, and not everything is copied");
        return End::Promoted;
    }
    if let Outcome::Failed {
        reason: Reason::Moved | Reason::Stale,
        cause,
    } = &operation.outcome
    {
        assert_eq!(bench.writes(), []);
        if let Cause::LossAboveBound { loss, max } = cause {
            assert!(loss.exceeds(*max) && case.max_lag == Some(*max));
        }
        return End::Blocked;
    }
    assert_eq!(operation.outcome, Outcome::Done, "{}", tell(&report));
    assert_eq!(status, MirrorStatus::Stopped);
    let lost = operation.lost.clone().unwrap();
    if let Some(max) = case.max_lag {
        assert!(!lost.loss.exceeds(max), "sent beyond the bound");
    }
    match lost.loss.loss {
        Loss::Known(stated) => {
            // The mirror fetched after the first read, so what was at the source then is in the figure.
            assert!(
                stated >= missed_first,
                "{stated} stated, {missed_first} missing"
            );
            if case.lost_after.is_none() {
                assert!(
                    stated >= missed_second,
                    "{stated} stated, {missed_second} missing"
                );
            }
            End::Known
        }
        Loss::AtLeast(_) => End::AtLeast,
        Loss::Unknown(_) => End::Unknown,
    }
}

#[test]
fn what_is_stated_of_a_loss_is_true() {
    let cases = setting("LINKWRIGHT_LOSSES", 500);
    let first = setting("LINKWRIGHT_PROOF_SEED", 1);
    let mut ends = std::collections::BTreeMap::<End, u64>::new();
    let (mut steady, mut known) = (0_u64, 0_u64);
    for seed in first..first + cases {
        let case = Case::of(&mut Choices::of_seed(seed));
        let played = std::panic::catch_unwind(|| stepped(play(&case)));
        let end = played.unwrap_or_else(|_| panic!("seed {seed}: {case:?}"));
        *ends.entry(end).or_default() += 1;
        if case.is_steady() && matches!(end, End::Known | End::AtLeast | End::Unknown) {
            steady += 1;
            known += u64::from(end == End::Known);
        }
    }
    println!(
        "{cases} failovers and promotions: {ends:?}; steady and sampled: {known} of {steady} known"
    );
    // Otherwise saying "unknown" always would be true.
    assert!(known * 100 >= steady * 95, "{known} of {steady}");
    let promoted = ends.get(&End::Promoted).copied().unwrap_or_default();
    assert!(
        cases < 500 || steady > 10 && ends.len() == 7 && promoted * 10 >= cases,
        "{ends:?}"
    );
}
