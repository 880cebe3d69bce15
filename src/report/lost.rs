//! What a run lost, mirror topic by mirror topic, in words.

use super::words::{self, number};
use crate::apply::{Lost, OperationReport, Report};

/// The operations that stopped a mirror topic without copying everything first, with what was lost.
///
/// A promotion is not among them: the server waits until everything is copied.
pub(crate) fn of(report: &Report) -> impl Iterator<Item = (&OperationReport, &Lost)> {
    report.operations.iter().filter_map(|operation| {
        let lost = operation.lost.as_ref()?;
        let is_whole = operation.verb == "promote-mirror" && lost.loss.least == 0;
        (!is_whole).then_some((operation, lost))
    })
}

/// What was lost of one mirror topic, with where its copy ends.
pub(crate) fn words(lost: &Lost) -> String {
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
