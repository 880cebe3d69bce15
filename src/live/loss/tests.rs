//! Every rule of the loss model, and what holds for any figures.

use proptest::prelude::*;

use super::*;
use crate::live::samples::{lags, link, mirror};
use crate::live::{LinkError, LinkState};

fn row(status: MirrorStatus, partitions: u32, lags: Vec<PartitionLag>) -> MirrorFact {
    MirrorFact {
        partitions,
        status,
        lags: lags.into(),
        ..mirror(&[], &[])
    }
}

fn active(figures: &[(i64, i64)]) -> MirrorFact {
    let count = u32::try_from(figures.len()).unwrap();
    row(MirrorStatus::Active, count, lags(figures))
}

#[test]
fn one_read_never_proves_a_mirror_current() {
    let well = link(Some(LinkError::NoError));
    let seen = loss(&active(&[(0, 200), (0, 200)]), Some(&well), &[]);
    assert_eq!(seen.loss, Loss::AtLeast(0));
    assert_eq!((seen.least, seen.lagging, seen.never_fetched), (0, 0, 0));
    let seen = loss(&active(&[(3, 200), (0, -1), (48, 9)]), Some(&well), &[]);
    assert_eq!(seen.loss, Loss::AtLeast(51));
    assert_eq!((seen.least, seen.lagging, seen.never_fetched), (51, 2, 1));
}

#[test]
fn two_reads_prove_it_where_every_partition_was_seen_to_move() {
    let well = link(None);
    let now = active(&[(3, 200), (0, 100)]);
    let both = lags(&[(9, 150), (0, 99)]);
    assert_eq!(loss(&now, Some(&well), &both).loss, Loss::Known(3));
    for (earlier, why) in [
        (lags(&[(9, 150), (0, 100)]), "one stood still"),
        (lags(&[(9, 150), (0, 101)]), "one went backwards"),
        (lags(&[(9, 150), (0, -1)]), "one had never fetched"),
        (lags(&[(9, 150)]), "one was not listed"),
    ] {
        let seen = loss(&now, Some(&well), &earlier);
        assert_eq!(seen.loss, Loss::AtLeast(3), "{why}");
    }
}

#[test]
fn a_mirror_that_is_not_active_is_not_known_however_its_figures_moved() {
    let well = link(None);
    let earlier = lags(&[(9, 150)]);
    for status in MirrorStatus::KNOWN {
        let now = row(status.clone(), 1, lags(&[(3, 200)]));
        let seen = loss(&now, Some(&well), &earlier).loss;
        let expected = match status {
            MirrorStatus::Active => Loss::Known(3),
            MirrorStatus::SourceUnavailable | MirrorStatus::LinkFailed => {
                Loss::Unknown(LossUnknown::SourceUnavailable)
            }
            _ => Loss::AtLeast(3),
        };
        assert_eq!(seen, expected, "{status}");
    }
}

#[test]
fn what_the_figures_do_not_say_is_unknown_and_says_why() {
    let well = link(None);
    let why = |row: &MirrorFact, link: Option<&LinkFact>| loss(row, link, &[]).unknown();
    let none = row(MirrorStatus::Active, 3, Vec::new());
    assert_eq!(why(&none, Some(&well)), Some(LossUnknown::Missing));
    let no_partitions = row(MirrorStatus::Active, 0, Vec::new());
    assert_eq!(why(&no_partitions, Some(&well)), Some(LossUnknown::Missing));
    let some = row(MirrorStatus::Active, 3, lags(&[(0, 1), (0, 1)]));
    assert_eq!(why(&some, Some(&well)), Some(LossUnknown::Partial));
    let negative = active(&[(0, 1), (-1, 1)]);
    assert_eq!(why(&negative, Some(&well)), Some(LossUnknown::Negative));
    let failing = link(Some(LinkError::Timeout));
    let behind = active(&[(300, 1)]);
    assert_eq!(why(&behind, Some(&failing)), Some(LossUnknown::LinkInError));
    assert_eq!(why(&behind, None), Some(LossUnknown::LinkInError));
    // The lower figure is told all the same.
    assert_eq!(loss(&behind, Some(&failing), &[]).least, 300);
    let mut unavailable = link(None);
    unavailable.state = Some(LinkState::Unavailable);
    assert_eq!(
        why(&behind, Some(&unavailable)),
        Some(LossUnknown::LinkInError)
    );
}

#[test]
fn a_bound_is_kept_by_figures_only() {
    let of = |loss, least| MirrorLoss {
        loss,
        least,
        ..MirrorLoss::default()
    };
    assert!(!of(Loss::Known(5), 5).exceeds(5));
    assert!(of(Loss::AtLeast(6), 6).exceeds(5));
    assert!(of(Loss::Unknown(LossUnknown::Missing), 0).exceeds(5));
    assert!(of(Loss::Unknown(LossUnknown::Partial), 0).exceeds(5));
    assert!(of(Loss::Unknown(LossUnknown::Negative), 0).exceeds(5));
    assert!(!of(Loss::Unknown(LossUnknown::LinkInError), 5).exceeds(5));
    assert!(of(Loss::Unknown(LossUnknown::SourceUnavailable), 6).exceeds(5));
}

fn any_loss() -> impl Strategy<Value = Loss> {
    prop_oneof![
        any::<u64>().prop_map(Loss::Known),
        any::<u64>().prop_map(Loss::AtLeast),
        Just(Loss::Unknown(LossUnknown::Negative)),
        Just(Loss::Unknown(LossUnknown::LinkInError)),
    ]
}

proptest! {
    #[test]
    fn losses_add_up_in_any_order(a in any_loss(), b in any_loss(), c in any_loss()) {
        prop_assert_eq!(a.and(b), b.and(a));
        prop_assert_eq!(a.and(b).and(c), a.and(b.and(c)));
        // A sum is known only where every part is.
        prop_assert_eq!(a.and(b).is_known(), a.is_known() && b.is_known());
    }

    #[test]
    fn the_whole_is_what_its_partitions_are(
        figures in prop::collection::vec((any::<i64>(), any::<i64>()), 0..6),
        earlier in prop::collection::vec((any::<i64>(), any::<i64>()), 0..6),
        partitions in 0u32..6,
        healthy in any::<bool>(),
    ) {
        let link = link((!healthy).then_some(LinkError::Timeout));
        let row = row(MirrorStatus::Active, partitions, lags(&figures));
        let whole = loss(&row, Some(&link), &lags(&earlier));
        let parts: Vec<Loss> = (row.lags.iter())
            .map(|lag| {
                let alone = MirrorFact { partitions: 1, lags: vec![*lag].into(), ..row.clone() };
                loss(&alone, Some(&link), &lags(&earlier)).loss
            })
            .collect();
        let complete = !parts.is_empty() && parts.len() >= partitions as usize;
        let unknown = parts.iter().any(|part| matches!(part, Loss::Unknown(_)));
        prop_assert_eq!(unknown || !complete, whole.unknown().is_some());
        let known = parts.iter().all(|part| part.is_known());
        prop_assert_eq!(known && complete, whole.loss.is_known());
        if let Loss::Known(n) | Loss::AtLeast(n) = whole.loss {
            prop_assert_eq!(n, whole.least);
            prop_assert!(figures.len() >= partitions as usize && !figures.is_empty());
            prop_assert!(figures.iter().all(|(lag, _)| *lag >= 0));
            prop_assert!(healthy);
        }
        // A second read that is the first again proves nothing.
        let again = loss(&row, Some(&link), &row.lags);
        prop_assert!(!again.loss.is_known());
    }
}
