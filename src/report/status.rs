//! What is live, for people and machines: views of [`Health`](crate::health::Health), [`text`] and
//! [`json`].

pub mod json;
pub mod text;
