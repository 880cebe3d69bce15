//! The two tables of `docs/decisions.md`, row by row, against every combination of what two sides can
//! show.

use super::*;
use crate::diff::writer::Row;

/// Minutes at which a mirror stopped; the server of the last says nothing.
const TIMES: [Option<i64>; 4] = [Some(0), Some(4), Some(20), None];

fn seen(row: Option<Row>, topic: bool) -> Seen {
    Seen {
        row,
        topic,
        mirror_of: None,
        in_error: false,
    }
}

fn row(status: &MirrorStatus, minute: Option<i64>) -> Row {
    Row {
        status: status.clone(),
        since_ms: minute.map(|it| it * 60_000),
    }
}

/// Every side: unread, lost, and each row with and without the topic, with and without an error, with the
/// name free or taken by another link's mirror.
fn sides() -> Vec<Side> {
    let mut rows = vec![None];
    for status in MirrorStatus::KNOWN {
        let times = match status {
            Stopped => &TIMES[..],
            _ => &TIMES[..1],
        };
        rows.extend(times.iter().map(|time| Some(row(status, *time))));
    }
    rows.push(Some(row(&Other("TELEPORTING".to_owned()), Some(0))));
    let mut sides = vec![Side::Unread, Side::Lost];
    for row in rows {
        for bits in 0..8 {
            sides.push(Side::Read(Seen {
                topic: bits & 1 == 0,
                in_error: bits & 2 != 0,
                mirror_of: (bits & 4 != 0).then(|| "other".into()),
                ..seen(row.clone(), true)
            }));
        }
    }
    sides
}

fn word(side: &Side) -> &str {
    match side {
        Side::Unread => "unread",
        Side::Lost => "lost",
        Side::Read(Seen { row: None, .. }) => "none",
        Side::Read(Seen { row: Some(row), .. }) => row.status.word(),
    }
}

fn is(side: &Side, words: &[&str]) -> bool {
    words.contains(&word(side))
}

fn read(side: &Side, holds: impl Fn(&Seen) -> bool) -> bool {
    matches!(side, Side::Read(seen) if holds(seen))
}

fn is_live(side: &Side) -> bool {
    !is(side, &["unread", "lost", "none", "STOPPED"])
}

fn is_plain(side: &Side) -> bool {
    read(side, |seen| seen.topic && seen.mirror_of.is_none()) && is(side, &["none", "STOPPED"])
}

fn is_absent(side: &Side) -> bool {
    read(side, |seen| !seen.topic)
}

fn has_error(side: &Side) -> bool {
    read(side, |seen| seen.in_error)
}

fn is_taken(side: &Side) -> bool {
    read(side, |seen| seen.mirror_of.is_some())
}

/// The first table: who writes.
fn who(p: &Side, q: &Side) -> &'static str {
    let stopped_since = |side: &Side| match side {
        Side::Read(Seen { row: Some(row), .. }) => row.since_ms,
        _ => None,
    };
    let quiet = |side: &Side| is(side, &["none", "STOPPED"]);
    if is(p, &["unread", "lost"]) || is(q, &["unread", "lost"]) {
        return match () {
            () if is_live(p) => "Q",
            () if is_live(q) => "P",
            () if quiet(p) && !is_absent(p) => "P",
            () if quiet(q) && !is_absent(q) => "Q",
            () => "unknown",
        };
    }
    match (word(p), word(q)) {
        (a, b) if is_live(p) && is_live(q) => {
            let turning = a.starts_with("PENDING") || b.starts_with("PENDING");
            if turning { "turning" } else { "unknown" }
        }
        _ if quiet(p) && is_live(q) => "P",
        _ if is_live(p) && quiet(q) => "Q",
        ("STOPPED", "none") => "P",
        ("none", "STOPPED") => "Q",
        ("STOPPED", "STOPPED") => match (stopped_since(p), stopped_since(q)) {
            (Some(a), Some(b)) if (a - b).abs() <= 300_000 => "unknown",
            (Some(a), Some(b)) if a > b => "P",
            (Some(_), Some(_)) => "Q",
            _ => "unknown",
        },
        _ => match (is_absent(p), is_absent(q)) {
            (false, true) => "P",
            (true, false) => "Q",
            (false, false) => "unknown",
            (true, true) => "nowhere",
        },
    }
}

type Case = (&'static str, fn(&Side, &Side) -> bool, &'static str);

/// The second table. The first case that fits decides; `any` is any writer.
const CASES: &[Case] = &[
    ("any", |p, _| is(p, &["unread"]), "not-known"),
    ("any", |p, _| is(p, &["lost"]), "primary-lost"),
    (
        "any",
        |p, q| is(p, &["TELEPORTING"]) || is(q, &["TELEPORTING"]),
        "unknown-status",
    ),
    (
        "P",
        |p, _| is_taken(p),
        "refuse: primary is a mirror of another link",
    ),
    ("P", |_, q| is(q, &["ACTIVE", "PAUSED"]), "as state says"),
    (
        "P",
        |_, q| {
            is(
                q,
                &["SOURCE_UNAVAILABLE", "LINK_FAILED", "LINK_PAUSED", "FAILED"],
            )
        },
        "report",
    ),
    (
        "P",
        |_, q| {
            is(
                q,
                &[
                    "PENDING_MIRROR",
                    "PENDING_SETUP_FOR_RESTORE",
                    "PENDING_RESTORE",
                ],
            )
        },
        "wait at Q",
    ),
    (
        "P",
        |_, q| is(q, &["PENDING_SYNCHRONIZE", "PENDING_STOPPED"]),
        "refuse: another client",
    ),
    ("P", |_, q| is(q, &["unread", "lost"]), "no copy"),
    ("P", |p, _| is_absent(p), "refuse: source missing"),
    (
        "P",
        |_, q| is_taken(q),
        "refuse: other is a mirror of another link",
    ),
    ("P", |p, q| is(p, &["STOPPED"]) && is_plain(q), "restore"),
    ("P", |_, q| is_absent(q), "create"),
    (
        "Q",
        |p, q| is(p, &["ACTIVE"]) && is_plain(q) && !has_error(p) && !has_error(q),
        "reverse",
    ),
    // A mirror that is paused is resumed first, which a link in error does not do.
    (
        "Q",
        |p, q| {
            is(p, &["ACTIVE", "PAUSED"])
                && !is(q, &["unread", "lost"])
                && (has_error(p) || has_error(q))
        },
        "refuse: link in error",
    ),
    (
        "Q",
        |p, q| is_live(p) && is_absent(q),
        "refuse: source missing",
    ),
    (
        "Q",
        |p, q| is(p, &["ACTIVE", "PAUSED"]) && is_taken(q),
        "refuse: other is a mirror of another link",
    ),
    (
        "Q",
        |p, q| is(p, &["PAUSED"]) && read(q, |_| true),
        "resume, reverse",
    ),
    (
        "Q",
        |p, q| is(p, &["SOURCE_UNAVAILABLE", "LINK_FAILED", "LINK_PAUSED"]) && read(q, |_| true),
        "refuse: other is alive",
    ),
    (
        "Q",
        |p, q| is(p, &["FAILED"]) && read(q, |_| true),
        "refuse: failed",
    ),
    (
        "Q",
        |p, q| is_live(p) && is(q, &["unread"]),
        "refuse: other unread",
    ),
    ("Q", |p, q| is_live(p) && is(q, &["lost"]), "failover"),
    ("Q", |p, _| is_live(p), "wait at P"),
    ("Q", |p, _| !is_absent(p), "refuse: copy first"),
    ("Q", |p, _| is_absent(p), "refuse: create first"),
    ("nowhere", |_, _| true, "refuse: source missing"),
    (
        "turning",
        |p, _| word(p).starts_with("PENDING"),
        "wait at P",
    ),
    ("turning", |_, _| true, "wait at Q"),
    ("unknown", |_, q| is(q, &["unread"]), "not-known"),
    ("unknown", |_, q| is(q, &["lost"]), "not copied in time"),
    ("unknown", |_, _| true, "refuse: writer unknown"),
];

const PLAIN: Wanted = Wanted {
    paused: false,
    copy: true,
};

fn outcome(decision: &Decision) -> &'static str {
    match decision {
        Decision::Nothing => "as state says",
        Decision::Act(which, verbs) => match (which, verbs) {
            (Which::Other, [Verb::Resume | Verb::Pause]) => "as state says",
            (Which::Other, [Verb::Await]) => "wait at Q",
            (Which::Primary, [Verb::Await]) => "wait at P",
            (Which::Other, [Verb::Restore]) => "restore",
            (Which::Other, [Verb::Create]) => "create",
            (Which::Primary, [Verb::Reverse]) => "reverse",
            (Which::Primary, [Verb::Resume, Verb::Reverse]) => "resume, reverse",
            (Which::Primary, [Verb::Failover]) => "failover",
            _ => "other verbs",
        },
        Decision::Report(_) => "report",
        Decision::UnknownStatus(..) => "unknown-status",
        Decision::PrimaryLost => "primary-lost",
        Decision::NoCopy => "no copy",
        Decision::NotCopiedInTime => "not copied in time",
        Decision::NotKnown(_) => "not-known",
        Decision::Refuse(why) => match why {
            Refused::PrimaryIsMirrorOf(_) => "refuse: primary is a mirror of another link",
            Refused::OtherIsMirrorOf(_) => "refuse: other is a mirror of another link",
            Refused::ByAnotherClient(_) => "refuse: another client",
            Refused::LinkInError => "refuse: link in error",
            Refused::SourceMissing(_) => "refuse: source missing",
            Refused::OtherAlive(_) => "refuse: other is alive",
            Refused::Failed => "refuse: failed",
            Refused::OtherUnread => "refuse: other unread",
            Refused::CopyFirst => "refuse: copy first",
            Refused::CreateFirst => "refuse: create first",
            Refused::WriterUnknown => "refuse: writer unknown",
        },
    }
}

#[test]
fn the_tables_give_one_result_for_every_combination() {
    let sides = sides();
    let mut used = [false; 64];
    let mut count = 0;
    for p in &sides {
        for q in &sides {
            let who = who(p, q);
            let fits = |case: &&Case| (case.0 == "any" || case.0 == who) && case.1(p, q);
            let at = CASES.iter().position(|case| fits(&case));
            let at = at.unwrap_or_else(|| panic!("no case for {who}: {p:?}, {q:?}"));
            used[at] = true;
            count += 1;
            let decision = decide(PLAIN, p, q);
            assert_eq!(outcome(&decision), CASES[at].2, "{who}: {p:?}, {q:?}");
        }
    }
    assert!(count > 15_000, "{count}");
    let idle: Vec<_> = (CASES.iter().zip(used)).filter(|(_, used)| !used).collect();
    assert!(idle.is_empty(), "{:?}", idle.len());
}

#[test]
fn nothing_turns_where_a_side_was_not_read_and_nothing_fails_over_without_a_declared_loss() {
    let sides = sides();
    for (paused, copy) in [(false, true), (true, true), (false, false)] {
        for p in &sides {
            for q in &sides {
                let Decision::Act(_, verbs) = decide(Wanted { paused, copy }, p, q) else {
                    continue;
                };
                let both = read(p, |_| true) && read(q, |_| true);
                for verb in verbs {
                    let fails_over = *verb == Verb::Failover;
                    assert_eq!(both, !fails_over, "{p:?}, {q:?}: {verb:?}");
                    assert!(!fails_over || *q == Side::Lost, "{p:?}, {q:?}");
                    let turns = matches!(
                        verb,
                        Verb::Restore | Verb::Create | Verb::Reverse | Verb::ReverseAndPause
                    );
                    assert!(copy || !turns, "a copy that nobody wants: {p:?}, {q:?}");
                }
            }
        }
    }
}

#[test]
fn of_two_stopped_rows_the_later_is_written_and_west_is_restored_never_east() {
    // Reversed to west, west lost, failed over at east, west back.
    let west = Side::Read(seen(Some(row(&Stopped, Some(10))), true));
    let east = Side::Read(seen(Some(row(&Stopped, Some(40))), true));
    assert_eq!(
        decide(PLAIN, &east, &west),
        Decision::Act(Which::Other, &[Verb::Restore])
    );
    assert_eq!(
        decide(PLAIN, &west, &east),
        Decision::Refuse(Refused::CopyFirst),
        "east has records that west has not"
    );
}

#[test]
fn state_and_copy_choose_among_the_steps() {
    let active = Side::Read(seen(Some(row(&Active, Some(0))), true));
    let paused = Side::Read(seen(Some(row(&Paused, Some(0))), true));
    let plain = Side::Read(seen(None, true));
    let stopped = Side::Read(seen(Some(row(&Stopped, Some(0))), true));
    let absent = Side::Read(seen(None, false));
    let pause = Wanted {
        paused: true,
        copy: true,
    };
    let alone = Wanted {
        paused: false,
        copy: false,
    };
    let other = Which::Other;
    let primary = Which::Primary;
    for (wanted, p, q, which, verbs) in [
        (pause, &plain, &active, other, &[Verb::Pause][..]),
        (pause, &active, &plain, primary, &[Verb::ReverseAndPause]),
        (
            pause,
            &paused,
            &plain,
            primary,
            &[Verb::Resume, Verb::ReverseAndPause],
        ),
        (
            pause,
            &stopped,
            &plain,
            other,
            &[Verb::Restore, Verb::Pause],
        ),
        (pause, &plain, &absent, other, &[Verb::Create, Verb::Pause]),
        (PLAIN, &plain, &paused, other, &[Verb::Resume]),
        (alone, &active, &plain, primary, &[Verb::Promote]),
    ] {
        let decision = decide(wanted, p, q);
        assert!(
            matches!(decision, Decision::Act(at, it) if at == which && it == verbs),
            "{decision:?} for {verbs:?}"
        );
    }
    for (p, q) in [(&plain, &paused), (&stopped, &plain), (&plain, &absent)] {
        assert_eq!(decide(alone, p, q), Decision::Nothing, "left alone");
    }
}

#[test]
fn without_a_copy_it_does_not_matter_which_of_two_ordinary_topics_is_written() {
    let none = Wanted {
        paused: false,
        copy: false,
    };
    for p in &sides() {
        for q in &sides() {
            if who(p, q) == "unknown" && is_plain(p) && is(q, &["none", "STOPPED"]) {
                assert_eq!(decide(none, p, q), Decision::Nothing, "{p:?}, {q:?}");
            }
        }
    }
    let at = |minute| Side::Read(seen(Some(row(&Stopped, Some(minute))), true));
    assert_eq!(decide(none, &at(0), &at(4)), Decision::Nothing);
    assert_eq!(decide(none, &at(0), &at(20)), refuse(Refused::CopyFirst));
    assert_eq!(
        decide(PLAIN, &at(0), &at(4)),
        refuse(Refused::WriterUnknown)
    );
}

#[test]
fn a_copy_that_no_one_wants_is_not_missed_and_two_that_are_live_are_no_ordinary_topics() {
    let none = Wanted {
        paused: false,
        copy: false,
    };
    let plain = Side::Read(seen(None, true));
    for gone in [Side::Unread, Side::Lost] {
        assert_eq!(decide(none, &plain, &gone), Decision::Nothing);
        assert_eq!(decide(PLAIN, &plain, &gone), Decision::NoCopy);
    }
    let live = Side::Read(seen(Some(row(&Active, Some(0))), true));
    for copy in [none, PLAIN] {
        assert_eq!(decide(copy, &live, &live), refuse(Refused::WriterUnknown));
    }
}

#[test]
fn a_mirror_that_should_be_paused_is_so_while_its_link_is() {
    let plain = Side::Read(seen(None, true));
    let paused = Side::Read(seen(Some(row(&LinkPaused, Some(0))), true));
    let pause = Wanted {
        paused: true,
        ..PLAIN
    };
    assert_eq!(decide(pause, &plain, &paused), Decision::Nothing);
    let report = Decision::Report(LinkPaused);
    assert_eq!(decide(PLAIN, &plain, &paused), report);
}

#[test]
fn clocks_may_be_five_minutes_apart_and_no_millisecond_more() {
    let stopped = |since_ms| {
        let row = Row {
            status: Stopped,
            since_ms: Some(since_ms),
        };
        seen(Some(row), true)
    };
    for (p, q, expected) in [
        (300_000, 0, Writer::Unknown),
        (300_001, 0, Writer::At(Which::Primary)),
        (0, 300_000, Writer::Unknown),
        (0, 300_001, Writer::At(Which::Other)),
    ] {
        let found = writer(&stopped(p), &Side::Read(stopped(q)));
        assert_eq!(found, expected, "stopped at {p} and {q}");
    }
}
