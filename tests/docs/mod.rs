//! The documents tell the truth: every command in them runs and prints what they say, everything they
//! name is there, and their reference pages are what the code says.

mod book;
mod compare;
mod names;
mod page;
mod reference;
mod session;
