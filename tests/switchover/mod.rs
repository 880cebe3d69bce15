//! Links that Confluent's Switchover service manages: what may be written to them in which phase, by the
//! table in `docs/switchover.md`, and what comes of switchovers from outside.

mod cases;
mod docs;
mod outside;
mod reading;
mod table;
