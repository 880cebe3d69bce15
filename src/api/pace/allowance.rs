//! What a cluster allows, as far as its answers show it: [`Window`], how many requests may be under way, and
//! [`Rate`], how many may be sent per second. No clock and no I/O.

use std::time::{Duration, Instant};

use super::super::retry::Quota;

/// Requests under way at the start.
const FIRST_UNDER_WAY: f64 = 8.0;
/// The first rate that is tried after a 429, in requests per second.
const FIRST_RATE: f64 = 10.0;
/// No cluster is asked less often than this, in requests per second.
const LOWEST: f64 = 0.1;
/// So many requests that passed make a measured rate sure.
const SURE: f64 = 64.0;
/// So many requests at one rate that all pass show that it is allowed.
const SEVERAL: f64 = 6.0;

/// What is measured is kept to by so much, so that hardly any request is one too many.
const JUST_BELOW: f64 = 0.96;

/// How many requests may be under way.
#[derive(Debug)]
pub(super) struct Window {
    size: f64,
    most: f64,
    /// Whether each round that is answered doubles it.
    doubles: bool,
    /// What was sent before has had its say.
    changed_at: Option<Instant>,
    round: Round,
    /// The quickest answer of any round.
    best: Duration,
}

/// As many requests as may be under way.
#[derive(Debug)]
struct Round {
    began_at: Instant,
    sent: u32,
    answers: u32,
    quickest: Duration,
    /// When no longer is waited for the rest of its answers.
    open_at: Option<Instant>,
}

impl Round {
    fn new(now: Instant) -> Self {
        Self {
            began_at: now,
            sent: 0,
            answers: 0,
            quickest: Duration::MAX,
            open_at: None,
        }
    }
}

/// How many requests may be sent per second.
#[derive(Debug)]
pub(super) struct Rate {
    /// The bound of our own.
    most: f64,
    /// What the server was found to let in; `None` until it refuses a request or says what is left.
    found: Option<Found>,
    /// What may be sent now, as of `at`.
    left: f64,
    at: Instant,
}

#[derive(Debug)]
struct Found {
    per_second: f64,
    since: Instant,
    /// How much may gather; more than one where the server says what is left.
    gathers: f64,
    /// When nothing was left for certain, if it ever was, and how many passed since.
    was_empty: bool,
    empty_at: Instant,
    passed: f64,
    /// Since when requests go at this rate, and how many of them passed.
    changed_at: Instant,
    at_rate: f64,
    /// The highest rate at which several passed, and the lowest that was refused.
    sustained: f64,
    ceiling: f64,
    /// What was measured last, and whether it was so twice.
    measured: Option<f64>,
    is_sure: bool,
    /// How many have passed in all, up to [`SURE`].
    certainty: f64,
    /// When the last 429 came, and since when the rate grows.
    refused_at: Instant,
    grown_at: Instant,
    /// When everything is let in again, by what the server says.
    full_at: Option<Instant>,
}

impl Window {
    /// At most so many.
    pub(super) fn new(most: usize, now: Instant) -> Self {
        let most = most.max(1) as f64;
        Self {
            size: FIRST_UNDER_WAY.min(most),
            most,
            doubles: true,
            changed_at: None,
            round: Round::new(now),
            best: Duration::MAX,
        }
    }

    /// Whether one more may be under way.
    pub(super) fn has_room(&self, under_way: usize, now: Instant) -> bool {
        // While the number doubles, one round is answered before the next is sent.
        let is_held = self.doubles
            && self.size < self.most
            && f64::from(self.round.sent) >= self.size
            && self.round.open_at.is_none_or(|at| at > now);
        (under_way as f64) < self.size.floor() && !is_held
    }

    /// When one more may be under way, if that is a matter of time.
    pub(super) fn opens_at(&self) -> Option<Instant> {
        self.round.open_at
    }

    /// One more is under way.
    pub(super) fn sent(&mut self, now: Instant) {
        if self.round.sent == 0 {
            self.round.began_at = now;
        }
        self.round.sent += 1;
    }

    pub(super) fn answered(&mut self, took: Duration, now: Instant) {
        let round = &mut self.round;
        round.quickest = round.quickest.min(took);
        round.answers += 1;
        if f64::from(round.answers) < self.size.floor() {
            // Those that take much longer than others hold up no one.
            if f64::from(round.answers) >= self.size / 4.0 && round.open_at.is_none() {
                let so_far = now.saturating_duration_since(round.began_at);
                round.open_at = Some(now + so_far * 2 + Duration::from_millis(5));
            }
            return;
        }
        self.best = self.best.min(round.quickest);
        let is_slow = round.quickest > self.best * 2 + Duration::from_millis(50);
        self.round = Round::new(now);
        let next = match (is_slow, self.doubles) {
            (true, _) => {
                self.doubles = false;
                (self.size * 0.9).max(FIRST_UNDER_WAY)
            }
            (false, true) => self.size * 2.0,
            (false, false) => self.size + 1.0,
        };
        self.size = next.min(self.most);
    }

    /// Half as many, once for everything that was under way at the time.
    pub(super) fn shrink(&mut self, sent_at: Instant, now: Instant) {
        if self.changed_at.is_none_or(|at| sent_at > at) {
            self.size = (self.size / 2.0).max(1.0);
            self.changed_at = Some(now);
        }
        self.doubles = false;
    }
}

/// What may go at once under our own bound: a tenth of a second's.
fn own_burst(per_second: f64) -> f64 {
    (per_second / 10.0).max(1.0)
}

impl Rate {
    /// At most so many per second.
    pub(super) fn new(most: u32, now: Instant) -> Self {
        let most = f64::from(most.max(1));
        Self {
            most,
            found: None,
            left: own_burst(most),
            at: now,
        }
    }

    /// The rate that the server was found to allow.
    pub(super) fn found(&self) -> Option<f64> {
        self.found.as_ref().map(|found| found.per_second)
    }

    /// Whether it was measured.
    pub(super) fn is_measured(&self) -> bool {
        self.found
            .as_ref()
            .is_some_and(|found| found.measured.is_some())
    }

    fn per_second(&self) -> f64 {
        self.found
            .as_ref()
            .map_or(self.most, |found| found.per_second.min(self.most))
    }

    /// Lets grow what may be sent.
    fn pass_time(&mut self, now: Instant) {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        let per_second = self.per_second();
        let mut gathers = own_burst(self.most);
        if let Some(found) = &mut self.found {
            gathers = found.gathers;
            if found.full_at.take_if(|at| *at <= now).is_some() {
                self.left = gathers;
            }
        }
        self.left = (self.left + passed * per_second).min(gathers);
        self.at = self.at.max(now);
    }

    /// Takes one, or says when there will be one.
    pub(super) fn take(&mut self, now: Instant) -> Option<Instant> {
        self.pass_time(now);
        // What a sum of fractions lacks of a whole is no reason to wait.
        if self.left >= 1.0 - 1e-6 {
            self.left -= 1.0;
            return None;
        }
        let wait = (1.0 - self.left) / self.per_second().max(LOWEST);
        let until = now + Duration::from_secs_f64(wait) + Duration::from_nanos(1);
        let full_at = self.found.as_ref().and_then(|found| found.full_at);
        Some(full_at.map_or(until, |at| until.min(at.max(now))))
    }

    /// A request was let in.
    pub(super) fn answered(&mut self, sent_at: Instant, now: Instant) {
        if let Some(found) = &mut self.found {
            found.answered(sent_at, now);
            found.per_second = found.per_second.clamp(LOWEST, self.most.max(LOWEST));
        }
    }

    /// A request was one too many: there was nothing left at the server. The next one waits a part of a turn
    /// longer, so that processes that are refused together do not come back together.
    pub(super) fn refused(&mut self, sent_at: Instant, now: Instant, longer: f64) {
        self.left = -longer;
        self.at = now;
        match &mut self.found {
            None => self.found = Some(Found::new(FIRST_RATE.min(self.most), now)),
            // Those that were under way when the first was refused say nothing new.
            Some(found) if sent_at <= found.refused_at => {}
            Some(found) => {
                found.refused(now);
                found.per_second = found.per_second.clamp(LOWEST, self.most.max(LOWEST));
            }
        }
    }

    /// The server says what is left, while so many others are under way.
    pub(super) fn shown(&mut self, quota: Quota, others: usize, is_refused: bool, now: Instant) {
        let Quota {
            limit,
            remaining,
            reset,
        } = quota;
        // A limit of one says no more than a 429 does.
        if limit < 2.0 {
            return;
        }
        self.pass_time(now);
        // So many will have been let in by then.
        let least = (limit - remaining).max(1.0) / reset.as_secs_f64().max(1.0);
        let found = self.found.get_or_insert_with(|| Found::new(least, now));
        if found.gathers < 2.0 {
            found.per_second = least;
        }
        found.gathers = limit;
        if remaining < 1.0 {
            found.empty(now);
        }
        found.per_second = found.per_second.clamp(LOWEST, self.most.max(LOWEST));
        found.full_at = is_refused.then(|| now + reset);
        if is_refused {
            // What has gathered by then is let in at once, and is no measure.
            (found.empty_at, found.passed) = (now + reset, -limit);
        }
        self.left = (remaining - others as f64).max(0.0);
    }
}

impl Found {
    fn new(per_second: f64, now: Instant) -> Self {
        Self {
            per_second,
            since: now,
            gathers: 1.0,
            was_empty: false,
            empty_at: now,
            passed: 0.0,
            changed_at: now,
            at_rate: 0.0,
            sustained: 0.0,
            ceiling: f64::INFINITY,
            measured: None,
            is_sure: false,
            certainty: 1.0,
            refused_at: now,
            grown_at: now,
            full_at: None,
        }
    }

    fn go_at(&mut self, per_second: f64, now: Instant) {
        self.per_second = per_second;
        self.changed_at = now;
        self.at_rate = 0.0;
    }

    fn answered(&mut self, sent_at: Instant, now: Instant) {
        // Those that were let in before nothing was left do not count.
        if sent_at <= self.since || now < self.empty_at {
            return;
        }
        self.passed += 1.0;
        self.certainty = (self.certainty + 1.0).min(SURE);
        if self.gathers > 1.0 {
            // More than this would be seen in what the server says is left.
            return;
        }
        if sent_at >= self.changed_at {
            self.at_rate += 1.0;
        }
        if !self.is_sure {
            let enough = match self.ceiling.is_finite() {
                true => SEVERAL,
                false => 1.0,
            };
            if self.at_rate < enough {
                return;
            }
            if self.at_rate >= SEVERAL {
                self.sustained = self.sustained.max(self.per_second);
            }
            self.is_sure = self.ceiling < self.per_second * 1.1;
            if !self.is_sure {
                let middle = (self.per_second * self.ceiling).sqrt();
                self.go_at(middle.min(self.per_second * 2.0), now);
                self.grown_at = now;
            }
            return;
        }
        // Time in which nothing was to be sent says nothing about the server.
        let step = now.saturating_duration_since(self.grown_at).as_secs_f64();
        let step = step.min(2.0 / self.per_second);
        let calm = now.saturating_duration_since(self.refused_at).as_secs_f64() / 10.0;
        let growth = (0.006 + 0.05 / self.certainty) * (1.0 + calm * calm);
        self.per_second *= 1.0 + growth * step;
        self.grown_at = now;
    }

    fn refused(&mut self, now: Instant) {
        self.full_at = None;
        self.refused_at = now;
        self.grown_at = now;
        if self.gathers > 1.0 {
            return self.empty(now);
        }
        if self.at_rate >= SEVERAL {
            self.sustained = self.sustained.max(self.per_second * 0.9);
        }
        self.ceiling = self.per_second;
        let time = now.saturating_duration_since(self.empty_at).as_secs_f64();
        let sustained = std::mem::take(&mut self.sustained);
        if self.passed < 1.0 || time <= 0.0 {
            self.is_sure = false;
            return self.go_at(self.per_second / 2.0, now);
        }
        let seen = self.passed / time;
        let next = match self.is_sure {
            true => seen,
            // What was let in more slowly than it might have been is no measure.
            false => seen.max(sustained.min(self.ceiling)),
        };
        let is_near = |one: f64, other: f64| (0.8..=1.25).contains(&(one / other));
        if self.is_sure && !(0.6..=1.6).contains(&(next / self.per_second)) {
            // Another client came or went.
            self.is_sure = false;
            self.certainty = 1.0;
        } else {
            self.is_sure |= self.measured.is_some_and(|before| is_near(next, before));
        }
        self.measured = Some(next);
        if self.passed >= SURE / 2.0 || !is_near(next, seen) {
            (self.empty_at, self.passed) = (now, 0.0);
        }
        self.go_at(next * JUST_BELOW, now);
    }

    /// The server says that nothing is left, or shows it.
    fn empty(&mut self, now: Instant) {
        if !self.was_empty {
            (self.was_empty, self.empty_at, self.passed) = (true, now, 0.0);
        }
        let time = now.saturating_duration_since(self.empty_at).as_secs_f64();
        if time >= 0.25 && self.passed >= 4.0 {
            self.per_second = self.passed / time * JUST_BELOW;
            self.measured = Some(self.per_second);
            if self.passed >= SURE / 2.0 {
                (self.empty_at, self.passed) = (now, 0.0);
            }
        }
    }
}
