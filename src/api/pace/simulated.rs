//! A simulated server with a token bucket, and how close its clients come to what it allows. Pure: no clock.

use std::time::{Duration, Instant};

use linkwright_clock::Clock;

use super::super::retry::{Quota, random};
use super::allowance::{Rate, Window};

/// One trial.
#[derive(Clone, Copy, Debug)]
struct Trial {
    /// What the bucket lets in per second, and how much it holds.
    rate: f64,
    burst: f64,
    /// How long a request takes; with jitter, half of it to one and a half.
    latency: f64,
    /// Whether answers say what is left.
    shows_left: bool,
    requests: usize,
    seed: u64,
}

/// How a trial went.
struct Went {
    /// How many times the shortest possible time it took.
    times: f64,
    /// The part of all requests that was refused.
    refused: f64,
}

/// A request under way.
struct Sent {
    number: usize,
    at: f64,
    answer_at: f64,
    passes: bool,
    quota: Option<Quota>,
}

fn go(trial: Trial) -> Went {
    let began = Clock::wall().now();
    let at = |seconds: f64| -> Instant { began + Duration::from_secs_f64(seconds) };
    let seconds = |time: Instant| (time - began).as_secs_f64();
    let (mut window, mut rate) = (Window::new(64, began), Rate::new(10_000, began));
    let (mut tokens, mut filled_at) = (trial.burst, 0.0);
    let (mut to_send, mut sent, mut answered, mut refused) = (trial.requests, 0, 0, 0);
    let (mut now, mut held_until, mut ended_at, mut seed) = (0.0, 0.0, 0.0, trial.seed);
    let mut under_way: Vec<Sent> = Vec::new();
    while answered < trial.requests {
        let mut next = f64::INFINITY;
        while to_send > 0 && window.has_room(under_way.len(), at(now)) {
            if held_until > now {
                next = held_until;
                break;
            }
            if let Some(time) = rate.take(at(now)) {
                next = seconds(time);
                break;
            }
            window.sent(at(now));
            (to_send, sent) = (to_send - 1, sent + 1);
            let latency = trial.latency * (0.5 + random(&mut seed));
            let arrives = f64::max(now + latency / 2.0, filled_at);
            tokens = (tokens + (arrives - filled_at) * trial.rate).min(trial.burst);
            filled_at = arrives;
            let passes = tokens >= 1.0 - 1e-6;
            if passes {
                tokens = (tokens - 1.0).max(0.0);
            }
            let full_in = ((trial.burst - tokens) / trial.rate - 1e-9).ceil().max(0.0);
            under_way.push(Sent {
                number: sent,
                at: now,
                answer_at: now + latency,
                passes,
                quota: trial.shows_left.then(|| Quota {
                    limit: trial.burst,
                    remaining: tokens.floor(),
                    reset: Duration::from_secs_f64(full_in),
                }),
            });
            if trial.latency == 0.0 {
                break;
            }
        }
        if let Some(time) = window.opens_at().map(seconds)
            && time > now
        {
            next = next.min(time);
        }
        let first = (0..under_way.len())
            .min_by(|a, b| under_way[*a].answer_at.total_cmp(&under_way[*b].answer_at))
            .filter(|first| under_way[*first].answer_at <= next);
        let Some(first) = first else {
            assert!(next.is_finite() && now < 1e5, "nothing goes on: {trial:?}");
            now = next;
            continue;
        };
        let answer = under_way.remove(first);
        now = f64::max(now, answer.answer_at);
        if answer.passes {
            (answered, ended_at) = (answered + 1, now);
            window.answered(Duration::from_secs_f64(now - answer.at), at(now));
            rate.answered(at(answer.at), at(now));
        } else {
            (refused, to_send) = (refused + 1, to_send + 1);
            if !rate.is_measured() {
                window.shrink(at(answer.at), at(now));
            }
            rate.refused(at(answer.at), at(now), random(&mut seed));
        }
        if let Some(quota) = answer.quota {
            let others = under_way.len() + sent - answer.number;
            rate.shown(quota, others, !answer.passes, at(now));
            if !answer.passes {
                held_until = f64::max(held_until, now + quota.reset.as_secs_f64());
            }
        }
    }
    Went {
        times: ended_at * trial.rate / (trial.requests as f64 - trial.burst),
        refused: refused as f64 / sent as f64,
    }
}

/// The mean of some seeds: the order in which answers come decides about one or two requests.
fn usual(trial: Trial) -> Went {
    let all: Vec<Went> = (0..10).map(|seed| go(Trial { seed, ..trial })).collect();
    let mean = |of: fn(&Went) -> f64| all.iter().map(of).sum::<f64>() / all.len() as f64;
    Went {
        times: mean(|went| went.times),
        refused: mean(|went| went.refused),
    }
}

/// Every rate with a bucket of a second, at three latencies (all of them jitter).
fn trials(shows_left: bool) -> impl Iterator<Item = Trial> {
    let rates = [5.0, 10.0, 25.0, 40.0, 100.0];
    rates.into_iter().flat_map(move |rate| {
        [0.0, 0.005, 0.05].map(|latency| Trial {
            rate,
            burst: rate,
            latency,
            shows_left,
            requests: (20.0 * rate) as usize,
            seed: 0,
        })
    })
}

#[test]
fn a_limiter_that_says_nothing_is_found_out() {
    for trial in trials(false) {
        let went = usual(trial);
        assert!(went.times <= 1.3, "{trial:?}: {}", went.times);
        assert!(went.refused <= 0.1, "{trial:?}: {}", went.refused);
    }
}

#[test]
fn a_limiter_that_says_what_is_left_is_kept_to() {
    for trial in trials(true) {
        let went = usual(trial);
        assert!(went.times <= 1.1, "{trial:?}: {}", went.times);
        assert!(went.refused <= 0.1, "{trial:?}: {}", went.refused);
    }
}

#[test]
fn a_bucket_of_one_and_a_large_one_are_found_out_too() {
    for (burst, shows_left, most) in [(1.0, false, 1.5), (80.0, false, 1.3), (80.0, true, 1.2)] {
        for latency in [0.0, 0.005] {
            let trial = Trial {
                rate: 40.0,
                burst,
                latency,
                shows_left,
                requests: 800,
                seed: 7,
            };
            let went = go(trial);
            assert!(went.times <= most, "{trial:?}: {}", went.times);
            assert!(went.refused <= 0.1, "{trial:?}: {}", went.refused);
        }
    }
}

#[test]
fn a_server_without_a_limiter_is_asked_at_full_width() {
    let trial = Trial {
        rate: 1e9,
        burst: 1e9,
        latency: 0.01,
        shows_left: false,
        requests: 1_000,
        seed: 7,
    };
    let began = Clock::wall().now();
    let mut window = Window::new(64, began);
    let mut rate = Rate::new(10_000, began);
    let went = go(trial);
    assert!(went.refused == 0.0);
    // Rounds of 8, 16 and 32; then 64 at once.
    let mut now = began;
    let mut widths = Vec::new();
    for _ in 0..5 {
        let mut width = 0;
        while window.has_room(width, now) && rate.take(now).is_none() {
            window.sent(now);
            width += 1;
        }
        widths.push(width);
        now += Duration::from_millis(10);
        for _ in 0..width {
            window.answered(Duration::from_millis(10), now);
        }
    }
    assert_eq!(widths, [8, 16, 32, 64, 64]);
    // It fails: half as many, once for everything that was under way.
    for _ in 0..64 {
        window.shrink(now - Duration::from_millis(5), now);
    }
    assert!(window.has_room(31, now) && !window.has_room(32, now));
}
