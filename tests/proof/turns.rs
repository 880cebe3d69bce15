//! Histories of a topic on a bidirectional link, by the seed: it is written to, reversed, failed over, promoted and
//! restored, clusters vanish and come back. Beside the sandbox goes a model that knows every record by its own
//! number. `LINKWRIGHT_TURNS` says how many histories, `LINKWRIGHT_PROOF_SEED` from which seed on.
//!
//! What must hold: the side that took over last is never the one that is cut; a preview shows what is cut; a record
//! that exists nowhere else is cut only where the preview was above 0; and whatever is not cut is kept.

use std::collections::BTreeSet;
use std::time::Duration;

use linkwright::address::{LinkName, TopicName};
use linkwright::api::{Client, Mode, Verb};
use linkwright::diff;
use linkwright::diff::direction::{Decision, Wanted, decide};
use linkwright::diff::writer::{Row, Seen, Side, Which};
use linkwright::live::MirrorStatus;
use linkwright_sandbox::Reach;
use serde_json::Value;

use super::choices::Choices;
use super::proof::setting;
use crate::support::bench::{Bench, stepped};

const WORLD: &str = "
version: 1
clock: { mode: manual }
clusters:
  - id: lkc-a
    name: a
    bootstrap_servers: a:9092
    topics: [{ name: t, partitions: 1, records: 10 }]
    links: [{ name: both, remote: lkc-b, mode: BIDIRECTIONAL, cluster_link_id: pair }]
  - id: lkc-b
    name: b
    bootstrap_servers: b:9092
    links:
      - name: both
        remote: lkc-a
        mode: BIDIRECTIONAL
        cluster_link_id: pair
        mirrors: [{ source_topic: t }]
";

const IDS: [&str; 2] = ["lkc-a", "lkc-b"];

/// What came up in a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Came {
    CutNothing,
    CutTheLast,
    Reversed,
    FailedOver,
    Promoted,
    Refused,
}

/// The logs as they must be, record by record.
struct Model {
    logs: [Vec<u64>; 2],
    mirror: Option<usize>,
    /// How long each log was when its mirror stopped last.
    stopped: [usize; 2],
    /// Which stop was each side's last, counted over both.
    last_stop: [u64; 2],
    stops: u64,
    next: u64,
    cut: [bool; 2],
    lost: u64,
    came: BTreeSet<Came>,
    refused: bool,
    previews: u64,
}

fn statuses(world: &Value) -> [Option<(MirrorStatus, i64)>; 2] {
    IDS.map(|id| {
        let row = world["clusters"][id]["halves"]["both"]["mirrors"].get("t")?;
        let status = MirrorStatus::from_word(row["status"].as_str()?);
        Some((status, row["state_time"].as_i64()?))
    })
}

fn is_live(row: &Option<(MirrorStatus, i64)>) -> bool {
    row.as_ref()
        .is_some_and(|(status, _)| *status != MirrorStatus::Stopped)
}

impl Model {
    /// Lets a while pass, and takes in what came of it.
    fn passes(&mut self, bench: &Bench, restored: bool) {
        bench.sandbox.advance(Duration::from_secs(400));
        let world = bench.sandbox.snapshot();
        let rows = statuses(&world);
        assert!(!(is_live(&rows[0]) && is_live(&rows[1])), "{rows:?}");
        let now = rows.iter().position(is_live);
        // A cluster that links cannot reach still reads others itself.
        let reads = |mirror: usize| !self.cut[1 - mirror];
        if let Some(was) = self.mirror {
            if reads(was) {
                self.logs[was] = self.logs[1 - was].clone();
            }
            if now != Some(was) {
                self.stopped[was] = self.logs[was].len();
                self.stops += 1;
                self.last_stop[was] = self.stops;
            }
        } else if let (Some(at), true) = (now, restored) {
            let to = self.stopped[1 - at].min(self.logs[at].len());
            let cut = self.logs[at].split_off(to);
            let kept: BTreeSet<u64> = self.logs[1 - at].iter().copied().collect();
            let last = cut.iter().filter(|record| !kept.contains(record)).count();
            self.lost += last as u64;
            // Only what the other side has never had is beyond its end.
            assert_eq!(last, cut.len());
            self.came.insert(match last {
                0 => Came::CutNothing,
                _ => Came::CutTheLast,
            });
            if reads(at) {
                self.logs[at] = self.logs[1 - at].clone();
            }
        }
        self.mirror = now;
        self.compare(bench, &world);
    }

    /// The sandbox has the same records, and knows of the same losses.
    fn compare(&self, bench: &Bench, world: &Value) {
        for (side, id) in IDS.iter().enumerate() {
            if self.mirror != Some(side) {
                let end = &world["clusters"][id]["topics"]["t"]["ends"][0];
                assert_eq!(end.as_u64(), Some(self.logs[side].len() as u64), "{id}");
            }
        }
        let told = bench.sandbox.harms();
        let told: u64 = told
            .iter()
            .map(|harm| {
                let rest = harm.message.split(" cut ").nth(1).unwrap();
                rest.split(' ').next().unwrap().parse::<u64>().unwrap()
            })
            .sum();
        assert_eq!(told, self.lost);
    }

    fn side(&self, side: usize, rows: &[Option<(MirrorStatus, i64)>; 2]) -> Side {
        match self.cut[side] {
            true => Side::Lost,
            false => Side::Read(Seen {
                row: rows[side].clone().map(|(status, since)| Row {
                    status,
                    since_ms: Some(since),
                }),
                topic: true,
                mirror_of: None,
                in_error: false,
            }),
        }
    }

    /// Does what the spec calls for whose primary is this side.
    async fn apply(&mut self, bench: &Bench, primary: usize) -> bool {
        let rows = statuses(&bench.sandbox.snapshot());
        let wanted = Wanted {
            paused: false,
            copy: true,
        };
        let (p, q) = (self.side(primary, &rows), self.side(1 - primary, &rows));
        let decision = decide(wanted, &p, &q);
        self.refused = matches!(decision, Decision::Refuse(_));
        let Decision::Act(which, verbs) = decision else {
            if self.refused {
                self.came.insert(Came::Refused);
            }
            return false;
        };
        let at = match which {
            Which::Primary => primary,
            Which::Other => 1 - primary,
        };
        let verb = match verbs[0] {
            diff::Verb::Reverse => Verb::ReverseAndStart,
            diff::Verb::Failover => Verb::Failover,
            diff::Verb::Resume => Verb::Resume,
            diff::Verb::Restore => return self.restore(bench, at).await,
            _ => return false,
        };
        if calls(bench, at, verb, Mode::Perform).await.is_some() {
            self.came.insert(match verb {
                Verb::ReverseAndStart => Came::Reversed,
                _ => Came::FailedOver,
            });
        }
        false
    }

    /// A preview is what is cut, and what the model says.
    async fn restore(&mut self, bench: &Bench, at: usize) -> bool {
        // The side that took over last is kept.
        assert!(self.last_stop[1 - at] > self.last_stop[at]);
        let verb = Verb::TruncateAndRestore;
        let Some(shown) = calls(bench, at, verb, Mode::Rehearse).await else {
            return false;
        };
        let cut = calls(bench, at, verb, Mode::Perform).await;
        let expected = self.logs[at].len().saturating_sub(self.stopped[1 - at]);
        assert_eq!(shown, Some(expected as i64));
        assert_eq!(cut, Some(shown));
        self.previews += 1;
        true
    }
}

/// Makes a call on the topic; what it cuts, if it is taken.
async fn calls(bench: &Bench, side: usize, verb: Verb, mode: Mode) -> Option<Option<i64>> {
    let client: &Client = &bench.clients[["a", "b"][side]];
    let link = LinkName::from("both");
    let topics = [TopicName::from("t")];
    let items = client
        .alter_mirrors(&link, verb, &topics, mode)
        .await
        .ok()?;
    let item = items.first()?;
    item.accepted().ok()?;
    Some(item.messages_truncated)
}

async fn play(c: &mut Choices) -> (BTreeSet<Came>, u64) {
    let bench = Bench::new(WORLD);
    let mut model = Model {
        logs: [(0..10).collect(), (0..10).collect()],
        mirror: Some(1),
        stopped: [0, 0],
        last_stop: [0, 0],
        stops: 0,
        next: 10,
        cut: [false, false],
        lost: 0,
        came: BTreeSet::new(),
        refused: false,
        previews: 0,
    };
    let mut primary = 0;
    for _ in 0..c.below(10) + 6 {
        let mut restored = false;
        let side = c.below(2);
        match c.below(10) {
            0..=2 => {
                let records = c.below(40) as u64 + 1;
                let written = bench.sandbox.produce(IDS[side], "t", records);
                assert_eq!(written, model.mirror != Some(side));
                if written {
                    model.logs[side].extend(model.next..model.next + records);
                    model.next += records;
                }
            }
            3 => {
                // One cluster at a time: with both lost there is nothing to decide.
                let cut = !model.cut[side] && !model.cut[1 - side];
                model.cut[side] = cut;
                let reach = [Reach::Reachable, Reach::Cut][usize::from(cut)];
                bench.sandbox.set_reachable(IDS[side], reach);
            }
            4 => {
                // Someone else, with another tool.
                let verb = [Verb::Failover, Verb::Promote][c.below(2)];
                if let Some(at) = model.mirror
                    && calls(&bench, at, verb, Mode::Perform).await.is_some()
                {
                    model.came.insert(Came::Promoted);
                }
            }
            5 => primary = 1 - primary,
            _ => {
                restored = model.apply(&bench, primary).await;
                // Whoever is told to declare the other side does so, or not.
                if model.refused && c.chance(60) {
                    primary = 1 - primary;
                }
            }
        }
        model.passes(&bench, restored);
    }
    (model.came, model.previews)
}

#[test]
fn no_turn_cuts_the_only_copy_of_a_record_unseen() {
    let histories = setting("LINKWRIGHT_TURNS", 500);
    let first = setting("LINKWRIGHT_PROOF_SEED", 1);
    let mut came = std::collections::BTreeMap::<Came, u64>::new();
    let mut previews = 0;
    for seed in first..first + histories {
        let played = std::panic::catch_unwind(|| stepped(play(&mut Choices::of_seed(seed))));
        let (these, some) = played.unwrap_or_else(|_| panic!("seed {seed}"));
        previews += some;
        for one in these {
            *came.entry(one).or_default() += 1;
        }
    }
    println!("{histories} histories with {previews} restores: {came:?}");
    assert!(histories < 500 || came.len() == 6, "{came:?}");
    assert!(histories < 500 || previews * 5 >= histories, "{previews}");
}
