//! `linkwright schema`: the JSON Schemas, as they are checked in under `schemas/`.

use super::Failure;
use super::args::{Schema, SchemaOf};
use super::exit::Exit;
use super::screen::Screen;
use crate::guard;
use crate::report::{accepted, drift, drill, ndjson, permissions, plan_json, status, stored};
use crate::scenario;
use crate::snapshot::SnapshotV1;
use crate::spec;

pub(super) fn run(args: &Schema, screen: &mut Screen) -> Result<Exit, Failure> {
    let schema = match args.of {
        SchemaOf::Spec => spec::json_schema(),
        SchemaOf::Environment => spec::environment_schema(),
        SchemaOf::Guard => guard::json_schema(),
        SchemaOf::Plan => plan_json::schema(),
        SchemaOf::Events => schemars::schema_for!(ndjson::EventV1).into(),
        SchemaOf::Drill => drill::json::schema(),
        SchemaOf::Drift => drift::json::schema(),
        SchemaOf::Notification => drift::notification::schema(),
        SchemaOf::Status => status::json::schema(),
        SchemaOf::Permissions => permissions::json::schema(),
        SchemaOf::Accept => accepted::json::schema(),
        SchemaOf::Snapshot => schemars::schema_for!(SnapshotV1).into(),
        SchemaOf::Leases => stored::leases_schema(),
        SchemaOf::Runs => stored::runs_schema(),
        SchemaOf::Run => stored::run_schema(),
        SchemaOf::Archives => stored::archives_schema(),
        SchemaOf::Scenario => scenario::json_schema(),
        SchemaOf::World => schemars::schema_for!(linkwright_sandbox::World).into(),
    };
    serde_json::to_writer_pretty(&mut *screen.out(), &schema).map_err(Failure::failed)?;
    screen.out().write_all(b"\n")?;
    Ok(Exit::Done)
}
