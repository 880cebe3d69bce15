//! Which servers a cluster answers like, from what is in its answers and what is not.

use crate::api::wire;
use crate::catalog::names;

/// A config that Platform 8 lists and earlier ones do not. No one can set it, so that no other list has it.
pub(super) const OF_EIGHT: &str = names::LINK_PREFIX;

/// The name of the sandbox's profile. None where nothing shows which: the newest one is then as good as another.
pub(super) fn of(
    is_cloud: bool,
    links: &[wire::Link],
    tasks: Option<bool>,
    lists_link_prefix: bool,
) -> Option<&'static str> {
    let has_state = links.iter().any(|row| row.link_state.is_some());
    Some(match (is_cloud, links.is_empty(), has_state, tasks) {
        (_, true, _, _) => return None,
        (true, _, false, _) => "cc-2022",
        (true, _, true, Some(false)) => "cc-2024",
        (true, _, true, Some(true)) => "cc-2026",
        (false, _, false, _) => "cp-old",
        // That Platform 8 reports tasks is in no recording. What it lists and 7.5 does not is.
        (false, _, true, Some(false)) if !lists_link_prefix => "cp-7.5",
        (false, _, true, Some(_)) => "cp-8",
        (_, _, true, None) => return None,
    })
}
