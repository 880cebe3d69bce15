//! `linkwright plan`: the operations that are needed, with order, reasons and risks.

use linkwright_clock::Clock;

use super::args::{Global, Plan as PlanArgs};
use super::exit::{self, Exit};
use super::record::ReadRecord;
use super::references::Withheld;
use super::screen::Screen;
use super::session::{Request, Session};
use super::{Failure, commit, files, pipeline};
use crate::address::Address;
use crate::apply::durable::Readers;
use crate::apply::rehearse::rehearse;
use crate::health::Health;
use crate::live::Snapshot;
use crate::plan::Plan;
use crate::plan::file::{Made, OriginV1};
use crate::refresh::{Depth, Observation};
use crate::report::plan_json::{About, SavedPlan};
use crate::report::{PlanFormat, github, html, plan_json, plan_markdown, why};

pub(super) async fn run(
    args: &PlanArgs,
    global: &Global,
    time: &Clock,
    screen: &mut Screen,
) -> Result<Exit, Failure> {
    let Some(session) = Session::open(
        &args.paths.paths,
        &args.planning.target,
        global,
        time,
        screen,
    )?
    else {
        return Ok(Exit::Usage);
    };
    let shared = match args.record {
        true => Some(session.shared_for(global)?),
        false => session.shared(global)?,
    };
    let is_recorded = shared.as_ref().filter(|_| args.record);
    let record = is_recorded.map(|shared| {
        let record = ReadRecord::new("plan", &session, &args.paths.paths, global);
        (shared, record)
    });
    let request = Request::of(&args.planning, &session, shared.as_ref(), screen)?;
    let Observation { mut plan, live } = session.refresh(&request, Depth::Plan).await?;
    if args.rehearse {
        let rehearsed = rehearse(
            &plan,
            &session.clients,
            &Withheld,
            &session.allowances(&request),
        )
        .await;
        plan.take_in(rehearsed);
    }
    session.keep()?;
    let plan = &plan;
    // A page shows what the plan would be saved with, so that it can be compared with what is applied later.
    let is_made = args.out.is_some() || args.html_out.is_some();
    if let Some(recorded) = session.recorded() {
        screen.note(&recorded.words());
    }
    let made = is_made.then(|| made(plan, &live, args, &session, &request));
    let saved = made.as_ref().map(|made| save(plan, made));
    let can_be_saved = session.recorded().is_none();
    let saved = saved.filter(|_| can_be_saved);
    let page_about = About {
        generated_at: Some(session.made_at()),
        digest: (saved.iter().flatten().next()).map(|saved| saved.digest.clone()),
        origin: made.as_ref().map(|made| made.origin.clone()),
        is_unsaved: args.out.is_none(),
    };
    let about = match page_about.is_saved() {
        true => page_about.clone(),
        false => About {
            generated_at: page_about.generated_at,
            ..About::default()
        },
    };
    let saved = saved.filter(|_| args.out.is_some());
    let markdown = plan_markdown::render_saved(plan, &about);
    match &args.why {
        Some(address) => print_why(plan, address, screen)?,
        None if args.output == PlanFormat::Markdown => {
            screen.out().write_all(markdown.as_bytes())?;
        }
        None => {
            let style = screen.style(args.all);
            args.output.write(screen.out(), plan, &style)?;
        }
    }
    // An output that goes to standard output comes after it.
    screen.flush()?;
    let saved = saved.transpose()?;
    if let Some(file) = &args.json_out {
        let mut text = Vec::new();
        plan_json::write(&mut text, plan, &About::default())?;
        files::replace(file, &text, Readers::Owner)?;
    }
    if let Some(file) = &args.markdown_out {
        files::replace(file, markdown.as_bytes(), Readers::Owner)?;
    }
    let mut outputs = github::Outputs::of_plan(plan);
    if let (Some(file), Some(saved)) = (&args.out, &saved) {
        // Readable by its owner only; it holds no secret, but it says what will be done.
        files::replace(file, saved.text.as_bytes(), Readers::Owner)?;
        screen.note(&format!("saved the plan to {}", file.display()));
        outputs.digest = Some(saved.digest.clone());
    }
    if let Some(file) = &args.html_out {
        let health = Health::of(&live, &session.desired);
        let page = html::plan::render_with(plan, &page_about, Some(&health));
        files::replace(file, page.as_bytes(), Readers::Owner)?;
    }
    let exit = exit::of_plan(plan, args.detailed_exitcode);
    if let Some((shared, record)) = record {
        let mut text = Vec::new();
        plan_json::write(&mut text, plan, &About::default())?;
        let health = Health::of(&live, &session.desired);
        let clusters = session.to_sample();
        let lags = Some((&clusters, &health));
        record.keep(shared, exit, Some(&text), lags, screen);
    }
    pipeline::leave(outputs, exit, &markdown)?;
    Ok(exit)
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

/// What a saved plan has in addition to the plan.
fn made(
    plan: &Plan,
    live: &Snapshot,
    args: &PlanArgs,
    session: &Session,
    request: &Request,
) -> Made {
    let scope = request.scope();
    let needs = plan.needs(&session.desired, live);
    Made {
        spec_digest: session.spec_digest(),
        origin: OriginV1 {
            clusters: session.called(),
            needs: needs
                .union(&scope.allow)
                .map(|allow| allow.word().to_owned())
                .collect(),
            ..commit::origin(session, &args.paths.paths, &args.global)
        },
        scope,
        desired: session.desired.clone(),
    }
}

/// The text of the saved plan.
fn save(plan: &Plan, made: &Made) -> Result<SavedPlan, Failure> {
    plan_json::save(plan, made).map_err(|error| Failure::new(Exit::Usage, error))
}
