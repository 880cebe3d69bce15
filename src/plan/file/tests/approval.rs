//! When an approval holds.

use jiff::Timestamp;

use super::{altered, read, read_of};
use crate::live::MirrorStatus;
use crate::plan::file::{ApprovalFileV1, ApprovalV1, NotApproved, OriginV1};
use crate::plan::{Allow, Allowances, Risk};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

#[test]
fn an_approval_holds_until_its_last_moment_and_may_not_end_before_it_was_made() {
    let saved = read(&altered(MirrorStatus::Active));
    let verified = |from: i64, until: i64, now: i64| {
        let approval = ApprovalV1::of(&saved, at(from), at(until));
        let file = ApprovalFileV1::new(approval, "key".to_owned(), b"signature");
        file.verify(&saved, at(now), "key", |_, _| true)
    };
    let ended = |until: i64| Err(NotApproved::Ended(at(until).to_string()));
    let backwards = NotApproved::Contradiction("it ends before it was made".to_owned());
    for (from, until, now, expected) in [
        (100, 200, 100, Ok(Allowances::default())),
        (100, 200, 150, Ok(Allowances::default())),
        (100, 200, 200, Ok(Allowances::default())),
        (100, 200, 201, ended(200)),
        (100, 200, 900, ended(200)),
        (100, 100, 100, Ok(Allowances::default())),
        (100, 100, 101, ended(100)),
        (100, 99, 99, Err(backwards.clone())),
        (100, 50, 10, Err(backwards)),
    ] {
        let said = format!("from {from} to {until}, at {now}");
        assert_eq!(verified(from, until, now), expected, "{said}");
    }
}

#[test]
fn an_approval_is_of_one_plan_with_one_key_and_allows_what_it_says() {
    let needing = |needs: &[&str]| {
        let origin = OriginV1 {
            needs: needs.iter().map(|&it| it.to_owned()).collect(),
            ..OriginV1::default()
        };
        read_of(&altered(MirrorStatus::Active), origin)
    };
    let saved = needing(&["data-loss", "blast-radius"]);
    let approval = ApprovalV1::of(&saved, at(100), at(200));
    let file = ApprovalFileV1::new(approval, "key".to_owned(), b"signature");
    let is_signature = |_: &[u8], signature: &[u8]| signature == b"signature";
    let verified = |of: &_, key: &str| file.verify(of, at(150), key, is_signature);
    let allowed = [Allow::Risk(Risk::DataLoss), Allow::BlastRadius];
    assert_eq!(verified(&saved, "key"), Ok(allowed.into()));
    let other_key = NotApproved::OtherKey {
        is: "key".to_owned(),
        wanted: "another".to_owned(),
    };
    assert_eq!(verified(&saved, "another"), Err(other_key));
    let other_plan = read(&altered(MirrorStatus::Failed));
    assert_eq!(
        verified(&other_plan, "key"),
        Err(NotApproved::OtherPlan("plan digest"))
    );
    // The plan is the same, and the file around it is another.
    assert_eq!(
        verified(&needing(&["data-loss"]), "key"),
        Err(NotApproved::OtherPlan("file digest"))
    );
    let forged = file.verify(&saved, at(150), "key", |_, _| false);
    assert_eq!(forged, Err(NotApproved::Signature));
}
