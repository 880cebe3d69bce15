//! Where values come from that are not simply written at their place: [`Origins`].
//!
//! The place of a value is where its text is. For most values that is all. The place of a value that an
//! environment sets is in the environment's file; [`Origin::Set`] says what it replaces in the spec. The
//! place of a value with `${var:NAME}` in it is that text; [`Origin::Variable`] says where the value of the
//! variable is written. Whoever changes a value asks [`Origins::of`] for its place, and changes the text at
//! that place only when there is no variable in it; [`locate`](super::locate) finds the place of an address.

use std::collections::{BTreeMap, HashMap};

use super::value_address::ValueAddress;
use crate::diagnostic::{Diagnostic, Label, Place};

/// Where a value comes from, in addition to its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// An environment sets it: its place is in the environment's file.
    Set {
        /// The address that the environment sets.
        address: ValueAddress,
        /// The value of the spec that it replaces; none where it adds one.
        replaces: Option<Place>,
        /// The mapping of the spec that holds it; none at the top of the spec.
        within: Option<Place>,
    },
    /// An environment removes a value from this mapping.
    Removed {
        /// The address that the environment removes.
        address: ValueAddress,
        /// Where it says so.
        place: Place,
    },
    /// A variable is in it.
    Variable {
        /// The variable.
        name: String,
        /// Where it is declared.
        declared: Place,
        /// Where its value is from.
        source: ValueSource,
    },
}

/// Where the value of a variable is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValueSource {
    /// `--var NAME=VALUE`.
    CommandLine,
    /// This environment variable.
    Process(String),
    /// The environment's file.
    Environment(Place),
    /// The default of its declaration.
    Default(Place),
}

impl ValueSource {
    /// Where the value is written, if that is a file.
    #[must_use]
    pub fn place(&self) -> Option<&Place> {
        match self {
            Self::Environment(place) | Self::Default(place) => Some(place),
            Self::CommandLine | Self::Process(_) => None,
        }
    }
}

/// Where the values of a spec come from, by their place.
#[derive(Clone, Debug, Default)]
pub struct Origins {
    by_place: HashMap<Place, Vec<Origin>>,
    removed: BTreeMap<ValueAddress, Place>,
}

impl Origins {
    /// What is known of the value at a place; nothing where it is simply written there.
    #[must_use]
    pub fn of(&self, place: &Place) -> &[Origin] {
        self.by_place.get(place).map_or(&[], Vec::as_slice)
    }

    /// Where an environment removes a value, if it does.
    #[must_use]
    pub fn removed(&self, keys: &[&str]) -> Option<&Place> {
        let keys = keys.iter().map(|key| (*key).to_owned()).collect();
        self.removed.get(&ValueAddress::of(keys)?)
    }

    pub(crate) fn add_removed(&mut self, address: ValueAddress, place: Place) {
        self.removed.insert(address, place);
    }

    pub(crate) fn add(&mut self, place: Place, origin: Origin) {
        let origins = self.by_place.entry(place).or_default();
        // What an alias repeats has one place.
        if !origins.contains(&origin) {
            origins.push(origin);
        }
    }

    /// Adds to diagnostics where values come from, so that each points at the spec and at the environment or
    /// the variable. An edit that would replace a variable by a value is taken out. To do it twice changes
    /// nothing.
    pub fn explain(&self, diagnostics: &mut [Diagnostic]) {
        if self.by_place.is_empty() {
            return;
        }
        for diagnostic in diagnostics {
            let mut more: Vec<Label> = Vec::new();
            for label in &diagnostic.labels {
                for origin in self.of(&label.place) {
                    more.extend(label_of(origin));
                }
            }
            for label in more {
                if !diagnostic.labels.iter().any(|it| it.place == label.place) {
                    diagnostic.labels.push(label);
                }
            }
            let has_variable = |place: &Place| {
                let mut origins = self.of(place).iter();
                origins.any(|origin| matches!(origin, Origin::Variable { .. }))
            };
            if diagnostic
                .fix
                .as_ref()
                .is_some_and(|it| has_variable(&it.place))
            {
                diagnostic.fix = None;
            }
        }
    }
}

fn label_of(origin: &Origin) -> Option<Label> {
    let label = |place: &Place, text: String| {
        Some(Label {
            place: place.clone(),
            text,
        })
    };
    match origin {
        Origin::Set {
            replaces: Some(place),
            ..
        } => label(place, "the environment replaces this".to_owned()),
        Origin::Set {
            within: Some(place),
            ..
        } => label(place, "the environment adds to this".to_owned()),
        Origin::Set { .. } => None,
        Origin::Removed { address, place } => label(place, format!("removes `{address}`")),
        Origin::Variable {
            name,
            declared,
            source,
        } => match source {
            ValueSource::Environment(place) => label(place, format!("the value of `{name}`")),
            ValueSource::Default(place) => label(place, format!("the default of `{name}`")),
            ValueSource::CommandLine => {
                label(declared, format!("`{name}` has its value from --var"))
            }
            ValueSource::Process(by) => {
                label(declared, format!("`{name}` has its value from {by}"))
            }
        },
    }
}
