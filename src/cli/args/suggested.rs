//! Values that shells complete and that are checked in our own words: [`Suggested`].

use std::ffi::OsStr;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::{Arg, Command, Error};

/// The values to suggest, and how one is read.
#[derive(Clone, Copy)]
pub(super) struct Suggested<T>(
    pub(super) fn() -> Vec<PossibleValue>,
    pub(super) fn(&str) -> Result<T, String>,
);

impl<T: Clone + Send + Sync + 'static> TypedValueParser for Suggested<T> {
    type Value = T;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<T, Error> {
        self.1.parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new((self.0)().into_iter()))
    }
}
