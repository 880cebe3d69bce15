//! The estimate of a drill against what is lost: mirror topics are read twice, what a failover would lose is estimated from
//! that alone, then the source is lost and its mirror topics are failed over. The sandbox knows every record.
//! `LINKWRIGHT_ESTIMATES` says how many worlds, `LINKWRIGHT_PROOF_SEED` from which seed on.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::time::Duration;

use linkwright::address::TopicName;
use linkwright::apply::Interrupts;
use linkwright::live::estimate::of_link;
use linkwright::live::{LossEstimate, Sample};
use linkwright::refresh::{self, Asked};
use linkwright_clock::Clock;
use linkwright_sandbox::Reach;

use super::choices::Choices;
use super::proof::setting;
use crate::support::bench::{Bench, Calls, everything_allowed, read, stepped, tell};

/// One topic and its mirror.
#[derive(Debug)]
struct Topic {
    name: String,
    partitions: usize,
    records: u64,
    /// Records a second, over all partitions.
    rate: f64,
    /// How fast it is written once it has been read, as a part of that.
    later: f64,
    lag: u64,
    /// Records a second that the mirror copies at most.
    copies: Option<f64>,
    is_paused: bool,
}

#[derive(Debug)]
struct Case {
    topics: Vec<Topic>,
    /// Seconds from the start to the first read, between the reads, and from the second read to the loss.
    waits: [u64; 3],
    /// Whether the source is lost already before it is read, so many seconds after the start.
    lost_before: Option<u64>,
}

impl Topic {
    fn of(number: usize, is_steady: bool, c: &mut Choices) -> Self {
        let rate = c.pick(&[0.0, 3.0, 20.0, 100.0, 2_000.0, 50_000.0]);
        let copies = match c.below(5) {
            0 => Some(rate * 0.5),
            1 => Some(rate),
            2 => Some(rate * 1.5 + 10.0),
            _ => None,
        };
        Self {
            name: format!("t{number}"),
            partitions: c.below(6) + 1,
            records: 1_000_000 + c.below(1_000) as u64,
            later: match is_steady {
                true => 1.0,
                false => c.pick(&[0.0, 0.5, 1.3, 2.0]),
            },
            lag: c.pick(&[0, 0, 7, 400, 20_000]),
            copies,
            is_paused: c.chance(5),
            rate,
        }
    }

    fn is_steady(&self) -> bool {
        self.rate > 0.0 && (self.later - 1.0).abs() < f64::EPSILON && !self.is_paused
    }
}

impl Case {
    fn of(c: &mut Choices) -> Self {
        let is_steady = !c.chance(30);
        let count = c.below(3) + 1;
        Self {
            topics: (0..count).map(|it| Topic::of(it, is_steady, c)).collect(),
            waits: [
                c.below(30) as u64 + 2,
                c.pick(&[5, 10, 30]),
                c.below(40) as u64,
            ],
            lost_before: c.chance(10).then(|| c.below(40) as u64),
        }
    }

    fn world(&self) -> String {
        let (mut topics, mut mirrors) = (String::new(), String::new());
        for topic in &self.topics {
            topics.push_str(&format!(
                "\n      - {{ name: {}, partitions: {}, records: {}, produce_per_s: {:.1} }}",
                topic.name, topic.partitions, topic.records, topic.rate
            ));
            let copies = topic
                .copies
                .map(|rate| format!(", copies_per_s: {rate:.1}"));
            mirrors.push_str(&format!(
                "\n          - {{ source_topic: {}, lag: {}, status: {}{} }}",
                topic.name,
                topic.lag,
                if topic.is_paused { "PAUSED" } else { "ACTIVE" },
                copies.unwrap_or_default()
            ));
        }
        format!(
            "version: 1
clock: {{ mode: {{ auto: {{ speed: 1.0 }} }} }}
clusters:
  - id: lkc-east01
    name: east
    bootstrap_servers: east.example:9092
    topics:{topics}
  - id: lkc-west01
    name: west
    bootstrap_servers: west.example:9092
    links:
      - name: dr
        remote: lkc-east01
        configs: {{ security.protocol: SASL_SSL, sasl.mechanism: PLAIN, sasl.jaas.config: x }}
        mirrors:{mirrors}
"
        )
    }

    fn spec(&self) -> String {
        let mirrors = self.topics.iter();
        let mirrors = mirrors.map(|topic| format!("{}: {{ state: failed-over }}", topic.name));
        format!(
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
    mirrors: {{ {} }}
",
            mirrors.collect::<Vec<_>>().join(", ")
        )
    }
}

/// What was written to a source topic until it was lost.
struct Written {
    /// The end of each partition when it began to be written at its present pace.
    first: Vec<i64>,
    /// How long ago that was when it was lost, in seconds.
    seconds: f64,
    /// Records a second, in each partition.
    rate: f64,
}

impl Written {
    fn of(bench: &Bench, topic: &str) -> Self {
        let world = bench.sandbox.snapshot();
        let topic = &world["clusters"]["lkc-east01"]["topics"][topic];
        let ends = topic["ends"].as_array().unwrap();
        let since = topic["since"].as_i64().unwrap();
        Self {
            first: ends.iter().map(|end| end.as_i64().unwrap()).collect(),
            seconds: (bench.sandbox.now_ms() - since) as f64 / 1000.0,
            rate: topic["rate"].as_f64().unwrap() / ends.len() as f64,
        }
    }

    /// How many records of each partition are not copied.
    fn missing(&self, copied: &[i64]) -> Vec<u64> {
        let end = |first: &i64| first + (self.rate * self.seconds) as i64;
        let ends = self.first.iter().map(end);
        let missing = ends.zip(copied).map(|(end, copied)| end - copied);
        missing.map(|it| it.max(0) as u64).collect()
    }

    /// How old the oldest of them was, as if each partition had always been written at this pace.
    fn oldest(&self, copied: &[i64]) -> Duration {
        let missing = self.missing(copied).into_iter().zip(copied);
        let behind = missing.zip(&self.first).filter(|((it, _), _)| *it > 0);
        let ages = behind
            .map(|((_, copied), first)| self.seconds - (copied + 1 - first) as f64 / self.rate);
        Duration::from_secs_f64(ages.fold(0.0, f64::max))
    }
}

/// What was estimated of a topic, and what was lost.
#[derive(Debug)]
struct Outcome {
    estimate: LossEstimate,
    /// Records.
    lost: u64,
    /// How old the oldest of them was, where that is known.
    behind: Option<Duration>,
    is_steady: bool,
}

async fn play(case: &Case) -> Vec<Outcome> {
    let desired = read(&[("spec.yaml", &case.spec())]).unwrap();
    let bench = Bench::open(&case.world()).unwrap();
    let bench = bench.calling_those_of(&desired, &Calls::default());
    let clock = Clock::wall();
    let cut = || assert!(bench.sandbox.set_reachable("lkc-east01", Reach::Cut));
    let [first, between, after] = case.waits.map(Duration::from_secs);
    let lost_before = case.lost_before.map(Duration::from_secs);
    let lost_before = lost_before.filter(|lost| *lost < first + between);
    let sample = Sample::After(between);
    let reading = async {
        clock.sleep(first).await;
        refresh::health(&desired, &bench.clients, Asked::All, &sample).await
    };
    let losing = async {
        if let Some(lost) = lost_before {
            clock.sleep(lost).await;
            cut();
        }
    };
    let (health, ()) = futures_util::join!(reading, losing);
    let link = &health.links[0];
    let mirrors = link.mirrors.as_ref().unwrap();
    let estimates = of_link(&link.row, mirrors, link.sampled, after);
    // One whose pace stays the same is left alone, so that it is known when each record was written.
    let changed = |topic: &&Topic| (topic.later - 1.0).abs() >= f64::EPSILON;
    for topic in case.topics.iter().filter(changed) {
        let rate = topic.rate * topic.later;
        assert!(
            bench
                .sandbox
                .set_produce_rate("lkc-east01", &topic.name, rate)
        );
    }
    clock.sleep(after).await;
    if lost_before.is_none() {
        cut();
    }
    let written: BTreeMap<&str, Written> = (case.topics.iter())
        .map(|topic| (topic.name.as_str(), Written::of(&bench, &topic.name)))
        .collect();
    let plan = bench.plan_within(&desired, &everything_allowed()).await;
    let report = bench
        .apply_with(&plan, &bench.settings(), Interrupts::none())
        .await;
    let world = bench.sandbox.snapshot();
    let topics = &world["clusters"]["lkc-west01"]["topics"];
    let outcomes = case.topics.iter().map(|topic| {
        assert!(
            plan.operations.len() == case.topics.len(),
            "{}",
            tell(&report)
        );
        let copied = topics[&topic.name]["ends"].as_array().unwrap();
        let copied: Vec<i64> = copied.iter().map(|it| it.as_i64().unwrap()).collect();
        let written = &written[topic.name.as_str()];
        let is_steady = topic.is_steady() && lost_before.is_none();
        Outcome {
            estimate: estimates[&TopicName::from(topic.name.as_str())],
            lost: written.missing(&copied).iter().sum(),
            behind: is_steady.then(|| written.oldest(&copied)),
            is_steady,
        }
    });
    outcomes.collect()
}

#[test]
fn what_a_drill_estimates_holds_what_is_lost() {
    let worlds = setting("LINKWRIGHT_ESTIMATES", 30);
    let first = setting("LINKWRIGHT_PROOF_SEED", 1);
    let (mut all, mut held, mut bounded, mut steady, mut exact) = (0, 0, 0, 0, 0);
    let (mut of_time, mut time_held, mut time_bounded) = (0, 0, 0);
    let (mut errors, mut wrong) = (Vec::new(), Vec::new());
    for seed in first..first + worlds {
        let case = Case::of(&mut Choices::of_seed(seed));
        for (topic, outcome) in case.topics.iter().zip(stepped(play(&case))) {
            let Outcome { estimate, lost, .. } = &outcome;
            all += 1;
            let holds = estimate.records.holds(*lost);
            held += usize::from(holds);
            bounded += usize::from(estimate.records.high().is_some());
            if let Some(likely) = estimate.records.likely().filter(|_| outcome.is_steady) {
                steady += 1;
                exact += usize::from(likely == *lost);
                errors.push(likely.abs_diff(*lost) as f64 / (*lost).max(1) as f64);
            }
            // A thousandth of a second for the rounding of both.
            let time = outcome.behind.map(|behind| {
                of_time += 1;
                time_bounded += usize::from(estimate.behind.high().is_some());
                let near = [behind.saturating_sub(MOMENT), behind, behind + MOMENT];
                near.iter().any(|behind| estimate.behind.holds(*behind))
            });
            time_held += usize::from(time == Some(true));
            if !holds || time == Some(false) {
                wrong.push(format!(
                    "seed {seed}: {:?} {topic:?}: {outcome:?}",
                    case.waits
                ));
            }
        }
    }
    errors.sort_by(f64::total_cmp);
    let median = errors.get(errors.len() / 2).copied().unwrap_or(0.0);
    let words = format!(
        "estimates of {all} mirror topics in {worlds} worlds: {held} hold what was lost, {bounded} have an upper bound; \
         {time_held} of {of_time} hold how far behind it was, {time_bounded} with an upper bound; of {steady} that were written steadily the median error is \
         {:.1} %, {exact} are exact\n{}",
        median * 100.0,
        wrong.join("\n")
    );
    std::io::stderr().write_all(words.as_bytes()).unwrap();
    assert!(held * 100 >= all * 99, "{words}");
    assert!(time_held * 100 >= of_time * 99, "{words}");
    assert!(median <= 0.1, "{words}");
    // Otherwise "at least nothing" would be true.
    assert!(bounded * 10 >= all * 7 && steady * 3 >= all, "{words}");
    assert!(time_bounded * 2 >= of_time, "{words}");
}

const MOMENT: Duration = Duration::from_millis(1);
