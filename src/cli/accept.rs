//! `linkwright accept`: declares what is live.

use std::collections::BTreeSet;
use std::path::Path;

use linkwright_clock::Clock;

use super::args::{Accept, AcceptFormat, Global};
use super::exit::{self, Exit};
use super::patch::Patch;
use super::pending::Earlier;
use super::screen::Screen;
use super::session::{Request, Session};
use super::{Failure, diagnose, elsewhere, notify, set};
use crate::accept::{Chosen, Draft, Input};
use crate::plan;
use crate::refresh::{Depth, Observation};
use crate::report::accepted::{self, Acceptance};
use crate::report::edited;
use crate::report::style::Style;

pub(super) async fn run(
    args: &Accept,
    global: &Global,
    time: &Clock,
    screen: &mut Screen,
) -> Result<Exit, Failure> {
    let reported = match args.report.as_deref().map(reported).transpose() {
        Ok(reported) => reported,
        Err(problem) => {
            let (problem, exit) = *problem;
            diagnose::print_diagnostic(problem, screen)?;
            return Ok(exit);
        }
    };
    let Some(session) = Session::open(&[], &[], global, time, screen)? else {
        return Ok(Exit::Usage);
    };
    let seen = session.refresh(&Request::default(), Depth::Drift).await?;
    session.keep()?;
    are_known(args, &session, &seen)?;
    let drift = session.drift(&session.desired, &seen);
    let is_chosen = args.all || !args.addresses.is_empty();
    let input = Input {
        spec: &session.loaded.spec,
        files: session.loaded.input(),
        today: super::day(session.now()),
        live: &seen.live,
        drift: &drift,
        stopped_as: args.stopped_as.map(Into::into),
        chosen: Chosen {
            addresses: (!args.addresses.is_empty()).then_some(args.addresses.as_slice()),
            reported: reported.as_ref(),
        },
    };
    let mut draft = Draft::new(input, &session.desired);
    while let Some(desired) = draft.to_plan() {
        let desired = desired.clone();
        let again = session.again(&desired, &seen.live).await?;
        if draft.judge(&session.drift(&desired, &again)) {
            break;
        }
    }
    // Who names an address wants all of it.
    if !args.addresses.is_empty() && !draft.refused().is_empty() {
        draft.clear();
    }
    let patch = match is_chosen {
        true => elsewhere::patch(
            &draft.edits(),
            &session.loaded,
            &Earlier::default(),
            &global.chosen,
            screen,
        ),
        false => Patch::of(&draft.edits(), &session.loaded),
    };
    let patch = match patch {
        Ok(patch) => patch,
        Err(problems) => return set::refuse(problems, &session.loaded, screen),
    };
    let mut result = Acceptance::of(&draft, is_chosen, session.now());
    if is_chosen {
        result.diff = patch.shown();
        if !patch.is_empty() {
            patch.keep(&args.saving, screen)?;
            result.kept(
                patch.files(),
                args.saving.patch.as_deref(),
                args.saving.write,
            );
        }
    }
    match args.output {
        AcceptFormat::Json => accepted::json::write(screen.out(), &result)?,
        AcceptFormat::Text if is_chosen => {
            patch.show(screen)?;
            for words in edited::own_entries(&patch.changed.own_entries) {
                screen.note(&words);
            }
            if !screen.is_quiet || !result.refused.is_empty() {
                let text = accepted::text(&result, &Style::default());
                screen.err().write_all(text.as_bytes())?;
            }
        }
        AcceptFormat::Text => {
            let style = screen.style(false);
            let text = accepted::text(&result, &style);
            screen.out().write_all(text.as_bytes())?;
        }
    }
    Ok(exit::of_acceptance(&draft, is_chosen))
}

/// The ids of the findings of a report.
fn reported(file: &Path) -> Result<BTreeSet<String>, notify::Problem> {
    let report = notify::report(file)?;
    let findings = report.earlier().findings.iter();
    Ok(findings.map(|finding| finding.id.clone()).collect())
}

/// An address that names nothing is a slip.
fn are_known(args: &Accept, session: &Session, seen: &Observation) -> Result<(), Failure> {
    let mut addresses = args.addresses.iter();
    match addresses.find(|address| !plan::is_known(address, &session.desired, &seen.live)) {
        None => Ok(()),
        Some(address) => Err(Failure::new(
            Exit::Usage,
            match plan::meant(address, &session.desired) {
                Some(meant) => format!(
                    "{address} is not in the spec and not on a cluster; did you mean {meant}?"
                ),
                None => format!(
                    "{address} is not in the spec and not on a cluster; an address is CLUSTER, CLUSTER/LINK or \
                     CLUSTER/LINK/TOPIC, with the mirror topic's own name"
                ),
            },
        )),
    }
}
