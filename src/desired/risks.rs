//! A set of risks: [`Risks`].

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Risk;

/// How much an operation can hurt: a set of [`Risk`]s, in ascending order. Each of a hundred thousand
/// operations has one, so that it needs no memory of its own.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Risks(u8);

impl Risks {
    /// Whether the risk is among them.
    #[must_use]
    pub fn contains(self, risk: Risk) -> bool {
        self.0 & Self::bit(risk) != 0
    }

    /// Adds a risk.
    pub fn insert(&mut self, risk: Risk) {
        self.0 |= Self::bit(risk);
    }

    /// Takes a risk away.
    pub fn remove(&mut self, risk: Risk) {
        self.0 &= !Self::bit(risk);
    }

    /// The risks, in ascending order.
    pub fn iter(self) -> impl Iterator<Item = Risk> {
        Risk::ALL
            .into_iter()
            .filter(move |risk| self.contains(*risk))
    }

    fn bit(risk: Risk) -> u8 {
        1 << risk as u8
    }
}

impl FromIterator<Risk> for Risks {
    fn from_iter<I: IntoIterator<Item = Risk>>(risks: I) -> Self {
        let mut set = Self::default();
        risks.into_iter().for_each(|risk| set.insert(risk));
        set
    }
}

/// All that are in one of them.
impl FromIterator<Self> for Risks {
    fn from_iter<I: IntoIterator<Item = Self>>(sets: I) -> Self {
        Self(sets.into_iter().fold(0, |all, set| all | set.0))
    }
}

impl<const N: usize> From<[Risk; N]> for Risks {
    fn from(risks: [Risk; N]) -> Self {
        risks.into_iter().collect()
    }
}

impl std::fmt::Debug for Risks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// A list, as machines read it.
impl Serialize for Risks {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Risks {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::<Risk>::deserialize(deserializer)?
            .into_iter()
            .collect())
    }
}
