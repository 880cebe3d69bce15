//! What a run lost, mirror topic by mirror topic, in words.

use std::collections::BTreeMap;

use super::words::{self, number};
use crate::apply::{Lost, OperationReport, Report};
use crate::plan::Turned;

/// The operations that stopped a mirror topic without copying everything first, or deleted records, with what
/// was lost.
///
/// A promotion is not among them: the server waits until everything is copied.
pub(crate) fn of(report: &Report) -> impl Iterator<Item = (&OperationReport, String)> {
    report.operations.iter().filter_map(|operation| {
        if let Some(cut) = operation.cut.as_ref().filter(|cut| !cut.is_nothing()) {
            return Some((operation, format!("{} were deleted", words::cut(cut))));
        }
        let lost = operation.lost.as_ref()?;
        let is_whole = operation.verb == "promote-mirror" && lost.loss.least == 0;
        (!is_whole).then(|| (operation, of_one(lost)))
    })
}

/// The topics that were turned, by where they are written now.
pub(crate) fn turned(report: &Report) -> BTreeMap<&Turned, Vec<&str>> {
    let mut turned: BTreeMap<_, Vec<&str>> = BTreeMap::new();
    for operation in &report.operations {
        if let (Some(ends), true, Some(topic)) = (
            &operation.turned,
            operation.outcome.is_reached(),
            operation.address.mirror(),
        ) {
            turned.entry(ends).or_default().push(topic.as_str());
        }
    }
    turned
}

/// What was lost of one mirror topic, with where its copy ends.
fn of_one(lost: &Lost) -> String {
    let mut text = match lost.is_outside {
        true => words::stopped_outside(&lost.loss),
        false => words::not_copied(&lost.loss),
    };
    let offsets: Vec<String> = lost
        .offsets
        .iter()
        .take(MAX_OFFSETS)
        .map(|(partition, offset)| match offset {
            ..0 => format!("{partition}: none"),
            offset => format!("{partition}: {offset}"),
        })
        .collect();
    if offsets.is_empty() {
        return text;
    }
    text.push_str(&format!(
        "; last source offsets by partition: {}",
        offsets.join(", ")
    ));
    let more = lost.offsets.len().saturating_sub(MAX_OFFSETS);
    if more > 0 {
        text.push_str(&format!(" and {} more in the run report", number(more)));
    }
    text
}

/// How many partitions of a mirror topic are listed.
const MAX_OFFSETS: usize = 12;
