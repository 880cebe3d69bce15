//! Who wrote which records: enough to say whether a record exists at a second place.
//!
//! A record is its writer and its offset. A writer is a topic from one moment at which it became
//! writable to the next: two logs hold the same record if both have its offset from the same writer.

use serde::{Deserialize, Serialize};

/// A run of records of one writer, in the log of one partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Span {
    pub(crate) writer: u64,
    pub(crate) from: i64,
    /// The offset after the last; the writer that still writes has the largest number.
    pub(crate) to: i64,
}

/// The runs of one partition, in the order of their offsets.
pub(crate) type Spans = Vec<Span>;

/// Everything from here on is from this writer.
pub(crate) fn open(writer: u64, from: i64) -> Span {
    Span {
        writer,
        from,
        to: i64::MAX,
    }
}

/// What lies between two offsets.
pub(crate) fn clip(spans: &[Span], from: i64, to: i64) -> Spans {
    let inside = spans.iter().map(|span| Span {
        writer: span.writer,
        from: span.from.max(from),
        to: span.to.min(to),
    });
    inside.filter(|span| span.from < span.to).collect()
}

/// What of the first is not in the second.
pub(crate) fn without(spans: &[Span], other: &[Span]) -> Spans {
    let mut left = spans.to_vec();
    for known in other {
        let mut next = Vec::with_capacity(left.len());
        for span in left {
            if span.writer != known.writer {
                next.push(span);
                continue;
            }
            let parts = [
                (span.from, span.to.min(known.from)),
                (span.from.max(known.to), span.to),
            ];
            next.extend(
                parts
                    .into_iter()
                    .filter(|(from, to)| from < to)
                    .map(|(from, to)| Span { from, to, ..span }),
            );
        }
        left = next;
    }
    left
}

/// How many records.
pub(crate) fn count(spans: &[Span]) -> i64 {
    spans.iter().map(|span| span.to - span.from).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(writer: u64, from: i64, to: i64) -> Span {
        Span { writer, from, to }
    }

    #[test]
    fn a_record_is_its_writer_and_its_offset() {
        let log = [span(1, 0, 100), span(2, 100, 150)];
        assert_eq!(
            without(&log, &[span(1, 0, 80), span(3, 80, 200)]),
            [span(1, 80, 100), span(2, 100, 150)]
        );
        assert_eq!(
            without(&log, &[span(1, 20, 30)]),
            [span(1, 0, 20), span(1, 30, 100), span(2, 100, 150)]
        );
        assert_eq!(without(&log, &log), []);
    }

    #[test]
    fn clipping_keeps_what_lies_between() {
        let log = [span(1, 0, 100), open(2, 100)];
        assert_eq!(clip(&log, 90, 120), [span(1, 90, 100), span(2, 100, 120)]);
        assert_eq!(count(&clip(&log, 90, 120)), 30);
        assert_eq!(clip(&log, 120, 120), []);
    }
}
