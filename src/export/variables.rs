//! Secrets cannot be read, so an export names the environment variables that will hold them:
//! [`Variables`].

use std::collections::{BTreeMap, BTreeSet};

/// The variables of an export, each with what it is to hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Variables {
    holds: BTreeMap<String, String>,
    /// Names that something else uses.
    taken: BTreeSet<String>,
}

impl Variables {
    /// None yet, besides names that something else uses: what is to be secret for one link is never
    /// another's.
    pub(super) fn besides(taken: BTreeSet<String>) -> Self {
        Self {
            holds: BTreeMap::new(),
            taken,
        }
    }

    /// Every name that is used by now; none is kept back here.
    pub(super) fn give_up_taken(&mut self) -> BTreeSet<String> {
        let mut taken = std::mem::take(&mut self.taken);
        taken.extend(self.holds.keys().cloned());
        taken
    }

    /// The reference to a variable whose name is made of these words. Two that would have one name
    /// and hold different things get numbers.
    pub(super) fn reference(&mut self, words: &[&str], holds: impl Into<String>) -> String {
        let holds = holds.into();
        let base = name(words);
        let mut name = base.clone();
        let mut number = 2;
        let is_free = |name: &String| match self.holds.get(name) {
            Some(other) => *other == holds,
            None => !self.taken.contains(name),
        };
        while !is_free(&name) {
            name = format!("{base}_{number}");
            number += 1;
        }
        let reference = format!("${{env:{name}}}");
        self.holds.insert(name, holds);
        reference
    }

    /// A reference that is written elsewhere: what it holds is said once.
    pub(super) fn known(&mut self, name: &str, holds: impl Into<String>) {
        self.holds
            .entry(name.to_owned())
            .or_insert_with(|| holds.into());
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.holds
            .iter()
            .map(|(name, holds)| (name.as_str(), holds.as_str()))
    }

    pub(super) fn add(&mut self, others: &Self) {
        for (name, holds) in &others.holds {
            self.known(name, holds);
        }
    }
}

/// The name of a variable that is made of these words: `orders-dr`, `password` → `ORDERS_DR_PASSWORD`.
#[must_use]
pub fn name(words: &[&str]) -> String {
    let name: String = words
        .join("_")
        .chars()
        .map(|letter| match letter {
            letter if letter.is_ascii_alphanumeric() => letter.to_ascii_uppercase(),
            _ => '_',
        })
        .collect();
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        format!("_{name}")
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_of_words_and_never_shared_by_two_secrets() {
        let mut variables = Variables::default();
        let mut of = |link: &str, holds: &str| variables.reference(&["link", link], holds);
        assert_eq!(of("orders-dr", "one"), "${env:LINK_ORDERS_DR}");
        assert_eq!(of("orders.dr", "two"), "${env:LINK_ORDERS_DR_2}");
        assert_eq!(of("orders-dr", "one"), "${env:LINK_ORDERS_DR}");
        assert_eq!(name(&["1st"]), "_1ST");
        // Another link's variables, though they may hold the same by their description.
        let mut others = Variables::besides(variables.give_up_taken());
        let mut of = |link: &str, holds: &str| others.reference(&["link", link], holds);
        assert_eq!(of("orders_dr", "one"), "${env:LINK_ORDERS_DR_3}");
        assert_eq!(of("orders_dr", "one"), "${env:LINK_ORDERS_DR_3}");
        assert_eq!(of("orders", "one"), "${env:LINK_ORDERS}");
    }
}
