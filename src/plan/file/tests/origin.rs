//! Where a saved plan is from, against where it would be applied.

use super::{altered, read_of};
use crate::live::MirrorStatus;
use crate::plan::file::{ClusterV1, Moved, OriginV1, VERSION};

fn cluster(name: &str, id: &str, endpoint: &str) -> ClusterV1 {
    ClusterV1 {
        name: name.to_owned(),
        id: id.to_owned(),
        endpoint: Some(endpoint.to_owned()),
        simulated: false,
    }
}

/// What differs where these are the clusters, of a plan that was made for `east` and `west`.
fn differs(now: &[ClusterV1]) -> Vec<String> {
    let planned = OriginV1 {
        clusters: vec![
            cluster("east", "lkc-1", "https://east"),
            cluster("west", "lkc-2", "https://west"),
        ],
        ..OriginV1::default()
    };
    let saved = read_of(&altered(MirrorStatus::Active), planned);
    let moved = saved.elsewhere(now).into_iter();
    moved.map(|it| it.to_string()).collect()
}

#[test]
fn a_plan_is_for_the_clusters_that_it_was_made_for_and_no_others() {
    let east = || cluster("east", "lkc-1", "https://east");
    let west = || cluster("west", "lkc-2", "https://west");
    assert_eq!(differs(&[east(), west()]), [""; 0]);
    assert_eq!(differs(&[west(), east()]), [""; 0]);
    let said = |cluster: &str, what: &str, was: &str, is: &str| {
        format!("{cluster}: its {what} was {was} when the plan was made, and is {is} now")
    };
    assert_eq!(
        differs(&[east(), cluster("west", "lkc-3", "https://other")]),
        [
            said("west", "id", "lkc-2", "lkc-3"),
            said("west", "REST endpoint", "https://west", "https://other"),
        ]
    );
    assert_eq!(
        differs(&[east(), cluster("north", "lkc-4", "https://north")]),
        [
            said("west", "id", "lkc-2", "not declared"),
            said("north", "id", "not declared", "lkc-4"),
        ]
    );
    let simulated = ClusterV1 {
        simulated: true,
        ..west()
    };
    assert_eq!(
        differs(&[east(), simulated]),
        [said(
            "west",
            "REST endpoint",
            "https://west",
            "a simulated cluster"
        )]
    );
}

#[test]
fn what_moved_names_what_it_is_about() {
    let (address, operation) = ("west/dr".to_owned(), "alter-link".to_owned());
    let (gone, appeared) = (address.clone(), address.clone());
    for (moved, about) in [
        (
            Moved::Gone {
                address: gone,
                operation: operation.clone(),
            },
            Some("west/dr"),
        ),
        (
            Moved::Appeared {
                address: appeared,
                operation: operation.clone(),
            },
            Some("west/dr"),
        ),
        (
            Moved::Changed {
                address,
                operation,
                what: vec!["request"],
            },
            Some("west/dr"),
        ),
        (
            Moved::Cluster {
                cluster: "west".to_owned(),
                what: "id",
                was: "lkc-1".to_owned(),
                is: "lkc-2".to_owned(),
            },
            Some("west"),
        ),
        (
            Moved::Version {
                was: VERSION.to_owned(),
            },
            None,
        ),
        (Moved::Spec, None),
        (Moved::Order, None),
    ] {
        assert_eq!(moved.address(), about, "{moved}");
    }
}
