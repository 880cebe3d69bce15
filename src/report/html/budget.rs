//! How much fits on a page: [`PageBudget`].

use maud::Markup;

/// No page is longer than about this, in bytes. Browsers show it and search it without delay.
const LIMIT: usize = 8 << 20;

/// What is left of a page, and what did not fit any more.
pub(super) struct PageBudget {
    left: usize,
    /// How many operations, findings and names were left out.
    pub(super) omitted: usize,
}

impl PageBudget {
    pub(super) fn new() -> Self {
        Self {
            left: LIMIT,
            omitted: 0,
        }
    }

    /// The piece, if it fits; otherwise what it shows is counted as left out. A piece is never cut.
    pub(super) fn fit(&mut self, piece: Markup, count: usize) -> Option<Markup> {
        match self.left.checked_sub(piece.0.len()) {
            Some(left) => {
                self.left = left;
                Some(piece)
            }
            None => {
                self.omitted += count;
                None
            }
        }
    }
}
