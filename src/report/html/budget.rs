//! How much fits on a page: [`PageBudget`].

use maud::Markup;

use crate::report::view::More;

/// No page is longer than about this, in bytes. Browsers show it and search it without delay.
const LIMIT: usize = 8 << 20;

/// What is left of a page, and what did not fit any more.
pub(super) struct PageBudget {
    left: usize,
    /// How many items are still to come.
    items: usize,
    /// How many operations, findings and names were left out.
    pub(super) omitted: usize,
}

impl PageBudget {
    /// A page of about so many items.
    pub(super) fn of(items: usize) -> Self {
        Self {
            left: LIMIT,
            items,
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

    /// An item with as many of its rows as fit, and how many did not. The rows get an equal share of what is
    /// left, so that one item of very many does not keep the others off the page. Without rows, `count` is what the item
    /// shows.
    pub(super) fn item(
        &mut self,
        count: usize,
        rows: impl ExactSizeIterator<Item = Markup>,
        item: impl Fn(&[Markup], Option<More>) -> Markup,
    ) -> Option<Markup> {
        let total = rows.len();
        let mut share = self.left / self.items.max(1);
        self.items = self.items.saturating_sub(1);
        let without = item(&[], More::of(total));
        share = share.saturating_sub(without.0.len());
        self.fit(without, count.max(total))?;
        let mut shown = Vec::new();
        for row in rows {
            let Some(left) = share.checked_sub(row.0.len()) else {
                break;
            };
            share = left;
            self.left = self.left.saturating_sub(row.0.len());
            shown.push(row);
        }
        let more = total - shown.len();
        self.omitted += more;
        Some(item(&shown, More::of(more)))
    }
}

#[cfg(test)]
mod tests {
    use maud::{PreEscaped, html};

    use super::*;

    fn item(budget: &mut PageBudget, rows: usize) -> Option<String> {
        let rows = (0..rows).map(|_| PreEscaped("r".repeat(1_000)));
        let item = budget.item(1, rows, |rows, more| {
            html! { @for row in rows { (row) } @if let Some(more) = more { (more.to_string()) } }
        });
        item.map(Markup::into_string)
    }

    #[test]
    fn an_item_of_very_many_rows_leaves_room_for_the_others() {
        let mut budget = PageBudget::of(4);
        let first = item(&mut budget, 100_000).unwrap();
        assert!(first.len() <= LIMIT / 4 && first.ends_with(" more"));
        let second = item(&mut budget, 10).unwrap();
        assert_eq!(second.len(), 10_000);
        // What the small one has not used is for those after it.
        let third = item(&mut budget, 100_000).unwrap();
        assert!(third.len() > first.len());
        let rows = |text: &str| text.matches('r').count() / 1_000;
        assert_eq!(budget.omitted, 200_000 - rows(&first) - rows(&third));
        assert!(item(&mut budget, 3).is_some());
    }
}
