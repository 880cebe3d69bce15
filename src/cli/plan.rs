//! `linkwright plan`: the operations that are needed, with order, reasons and risks.

use std::path::Path;

use linkwright_clock::Clock;

use super::args::{Global, Plan as PlanArgs};
use super::exit::{self, Exit};
use super::references::References;
use super::screen::Screen;
use super::session::{Request, Session};
use super::{Failure, files, pipeline};
use crate::address::Address;
use crate::apply::durable::Readers;
use crate::apply::rehearse::rehearse;
use crate::plan::Plan;
use crate::refresh::Depth;
use crate::report::{PlanFormat, github, html, plan_json, plan_markdown, why};

pub(super) async fn run(
    args: &PlanArgs,
    global: &Global,
    time: &Clock,
    screen: &mut Screen,
) -> Result<Exit, Failure> {
    let Some(session) = Session::open(&args.paths.paths, global, time, screen)? else {
        return Ok(Exit::Usage);
    };
    let request = Request::of(&args.planning, &session)?;
    let mut plan = session.refresh(&request, Depth::Plan).await?.plan;
    if args.rehearse {
        plan.rehearsal = rehearse(
            &plan,
            &session.clients,
            &References,
            &session.allowances(&request),
        )
        .await;
    }
    session.keep()?;
    let plan = &plan;
    match &args.why {
        Some(address) => print_why(plan, address, screen)?,
        None => print(plan, args, screen)?,
    }
    // An output that goes to standard output comes after it.
    screen.flush()?;
    for (file, format) in [
        (&args.json_out, PlanFormat::Json),
        (&args.markdown_out, PlanFormat::Markdown),
    ] {
        if let Some(file) = file {
            let mut text = Vec::new();
            format.write(&mut text, plan, &screen.style(args.all))?;
            files::replace(file, &text, Readers::Owner)?;
        }
    }
    let mut outputs = github::Outputs::of_plan(plan);
    if let Some(file) = &args.out {
        outputs.digest = Some(save(file, plan, &session, &request)?);
        screen.note(&format!("saved the plan to {}", file.display()));
    }
    if let Some(file) = &args.html_out {
        let about = plan_json::About {
            generated_at: Some(session.now()),
            digest: outputs.digest.clone(),
        };
        let page = html::plan::render(plan, &about);
        files::replace(file, page.as_bytes(), Readers::Owner)?;
    }
    let exit = exit::of_plan(plan, args.detailed_exitcode);
    pipeline::leave(outputs, exit, &plan_markdown::render(plan))?;
    Ok(exit)
}

fn print(plan: &Plan, args: &PlanArgs, screen: &mut Screen) -> Result<(), Failure> {
    let style = screen.style(args.all);
    Ok(args.output.write(screen.out(), plan, &style)?)
}

fn print_why(plan: &Plan, address: &Address, screen: &mut Screen) -> Result<(), Failure> {
    let style = screen.style(false);
    match why::write(screen.out(), plan, address, &style)? {
        why::Explained::Operations(_) => Ok(()),
        why::Explained::Nothing => Err(Failure::new(
            Exit::Usage,
            format!("the plan has no operation on {address}"),
        )),
    }
}

/// Saves a plan, readable by its owner only; it holds no secret, but it says what will be done.
fn save(file: &Path, plan: &Plan, session: &Session, request: &Request) -> Result<String, Failure> {
    let saved = plan_json::save(plan, &session.spec_digest(), &request.scope())
        .map_err(|error| Failure::new(Exit::Usage, error))?;
    files::replace(file, saved.text.as_bytes(), Readers::Owner)?;
    Ok(saved.digest)
}
