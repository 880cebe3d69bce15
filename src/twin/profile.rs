//! Which servers a cluster answers like, from what is in its answers and what is not.

use crate::api::wire;

/// The name of the sandbox's profile. None where nothing shows which: the newest one is then as good as another.
pub(super) fn of(
    is_cloud: bool,
    links: &[wire::Link],
    tasks: Option<bool>,
) -> Option<&'static str> {
    let has_state = links.iter().any(|row| row.link_state.is_some());
    Some(match (is_cloud, links.is_empty(), has_state, tasks) {
        (_, true, _, _) => return None,
        (true, _, false, _) => "cc-2022",
        (true, _, true, Some(false)) => "cc-2024",
        (true, _, true, Some(true)) => "cc-2026",
        (false, _, false, _) => "cp-old",
        (false, _, true, Some(false)) => "cp-7.5",
        (false, _, true, Some(true)) => "cp-8",
        (_, _, true, None) => return None,
    })
}
