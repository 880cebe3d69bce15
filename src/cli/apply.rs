//! `linkwright apply`: exactly what was reviewed, or nothing.

use std::collections::BTreeSet;
use std::io::BufRead;
use std::path::Path;

use linkwright_clock::Clock;
use secrecy::SecretString;

use super::Failure;
use super::args::{Apply as ApplyArgs, ApplyFormat, Global, Planning};
use super::exit::{self, Exit};
use super::progress::Progress;
use super::references::References;
use super::screen::Screen;
use super::session::{Request, Session};
use super::{interrupts, pipeline};
use crate::apply::rehearse::rehearse;
use crate::apply::report_file::{ApprovedV1, UnchangedV1};
use crate::apply::{self, Event, RunContext, SecretError, SecretFault, Settings};
use crate::plan::file::{Remainder, Saved};
use crate::plan::{Allowances, OperationKind, Plan, Risk};
use crate::refresh::{Depth, Observation};
use crate::report::github::Outputs;
use crate::report::words::{self, Action, number, quantity};
use crate::report::{apply_markdown, apply_text, ndjson, plan_markdown, plan_text, safe};
use crate::secret::Reference;

pub(super) async fn run(
    args: &ApplyArgs,
    global: &Global,
    time: &Clock,
    screen: &mut Screen,
) -> Result<Exit, Failure> {
    let saved = args.plan.as_deref().map(SavedFile::read).transpose()?;
    let planning = match &saved {
        Some(saved) => &saved.planning(&args.planning),
        None => &args.planning,
    };
    let Some(session) = Session::open(&args.paths.paths, global, time, screen)? else {
        return Ok(Exit::Usage);
    };
    let request = Request::of(planning, &session)?;
    let result = carry_out(args, saved.as_ref(), &session, &request, screen).await;
    // The sandbox keeps its state even if the run failed.
    session.keep()?;
    result
}

/// A saved plan and the file it was read from.
struct SavedFile<'a> {
    path: &'a Path,
    plan: Saved,
}

impl<'a> SavedFile<'a> {
    fn read(path: &'a Path) -> Result<Self, Failure> {
        let wrong = |why: &dyn std::fmt::Display| {
            Failure::new(Exit::Usage, format!("{}: {why}", path.display()))
        };
        let text = std::fs::read_to_string(path).map_err(|error| wrong(&error))?;
        let plan = Saved::read(&text).map_err(|error| wrong(&error))?;
        Ok(Self { path, plan })
    }

    /// What to ask for so that planning again can give the same plan: the same targets and rotations.
    /// Allowances are not taken from the file: whoever can write the file could allow anything. The
    /// command line and the policy of the spec on disk give them.
    fn planning(&self, now: &Planning) -> Planning {
        let scope = self.plan.scope();
        Planning {
            allow: now.allow.clone(),
            rotate: scope.rotate.iter().map(ToString::to_string).collect(),
            target: scope.targets.iter().cloned().collect(),
            ledger: now.ledger.clone(),
            sample: now.sample,
        }
    }

    /// What the report says of it.
    fn approved(&self, remainder: &Remainder) -> ApprovedV1 {
        let unchanged = remainder.unchanged.iter();
        ApprovedV1 {
            digest: self.plan.digest().to_owned(),
            unchanged: unchanged
                .map(|(address, operation)| UnchangedV1 {
                    address: address.to_string(),
                    operation: operation.clone(),
                })
                .collect(),
        }
    }

    /// Which allowances the plan was made with and which this run lacks; none when it has them all.
    fn allowances_to_repeat(&self, given: &Allowances) -> Option<String> {
        let missing: Vec<&str> = self
            .plan
            .scope()
            .allow
            .difference(given)
            .map(|allow| allow.word())
            .collect();
        (!missing.is_empty()).then(|| {
            format!(
                "{} was made with --allow {}. A plan file does not carry allowances: pass the flag \
                 again to allow the same",
                self.path.display(),
                missing.join(",")
            )
        })
    }
}

async fn carry_out(
    args: &ApplyArgs,
    saved: Option<&SavedFile<'_>>,
    session: &Session,
    request: &Request,
    screen: &mut Screen,
) -> Result<Exit, Failure> {
    let seen = session.refresh(request, Depth::Plan).await?;
    let approved = match saved {
        None => None,
        Some(saved) => match remainder(saved, &seen, session, screen)? {
            Some(remainder) => Some(saved.approved(&remainder)),
            None => return Ok(Exit::Stale),
        },
    };
    let mut plan = seen.plan;
    if let Some(saved) = saved
        && let Some(words) = saved.allowances_to_repeat(&session.allowances(request))
    {
        screen.note(&words);
    }
    if args.dry_run {
        plan.rehearsal = rehearse(
            &plan,
            &session.clients,
            &References,
            &session.allowances(request),
        )
        .await;
    }
    let style = screen.style(false);
    let is_text = args.output == ApplyFormat::Text;
    if is_text {
        plan_text::write(screen.out(), &plan, &style)?;
    } else {
        writeln!(screen.out(), "{}", ndjson::version_line())?;
    }
    if plan.is_refused() || !plan.has_changes() {
        if !is_text && plan.is_refused() {
            plan_text::write(screen.err(), &plan, &style)?;
        }
        let markdown = plan_markdown::render(&plan);
        return end(args, &plan, exit::of_plan(&plan, false), &markdown, screen);
    }
    if args.dry_run {
        if !plan.has_acted() {
            screen.note("dry run: nothing was applied");
        }
        let markdown = plan_markdown::render(&plan);
        return end(args, &plan, exit::of_plan(&plan, false), &markdown, screen);
    }
    if !args.auto_approve && !approval(&plan, screen)? {
        writeln!(screen.err(), "Apply cancelled. No changes were made.")?;
        return Ok(Exit::Declined);
    }
    let mut settings = Settings::new(session.now(), args.archive.clone());
    settings.report.clone_from(&args.report);
    settings.approved = approved;
    settings.ledger = session.ledger(&args.planning.ledger);
    if let Some(folder) = settings
        .ledger
        .as_ref()
        .and_then(|ledger| ledger.path.parent())
    {
        std::fs::create_dir_all(folder)
            .map_err(|error| Failure::failed(format!("{}: {error}", folder.display())))?;
    }
    if is_text {
        writeln!(screen.out())?;
        screen.flush()?;
    }
    let report = {
        let mut progress = match args.output {
            ApplyFormat::Text => Progress::as_text(screen, &plan),
            ApplyFormat::Json => Progress::as_json(screen),
        };
        let mut sink = |event: &Event| progress.on_event(event);
        apply::run(
            &plan,
            RunContext {
                clients: &session.clients,
                secrets: &References,
                sink: &mut sink,
                describe: words::cause,
                interrupts: interrupts::listen(),
            },
            &settings,
        )
        .await
        .map_err(Failure::failed)?
    };
    let again = session
        .refresh(&request.after_run(), Depth::Plan)
        .await?
        .plan;
    if is_text {
        apply_text::summary(screen.out(), &report, &again, &style)?;
    }
    let markdown = apply_markdown::render(&report, &again);
    let exit = exit::of_run(&report, &again);
    end(args, &again, exit, &markdown, screen)
}

/// The end of a run for machines: what is left to do, and the outputs of a pipeline.
fn end(
    args: &ApplyArgs,
    again: &Plan,
    exit: Exit,
    markdown: &str,
    screen: &mut Screen,
) -> Result<Exit, Failure> {
    if args.output == ApplyFormat::Json {
        let line = ndjson::planned_again_line(again, exit.code());
        writeln!(screen.out(), "{line}")?;
    }
    pipeline::leave(Outputs::of_plan(again), exit, markdown)?;
    Ok(exit)
}

/// Returns what is left of a saved plan. `None` if it is out of date, which is reported then.
fn remainder(
    saved: &SavedFile<'_>,
    seen: &Observation,
    session: &Session,
    screen: &mut Screen,
) -> Result<Option<Remainder>, Failure> {
    let spec = session.spec_digest();
    let name = saved.path.display();
    let moved = match saved.plan.remainder(&seen.plan, &seen.live, &spec) {
        Ok(remainder) => {
            if !remainder.unchanged.is_empty() {
                screen.note(&format!(
                    "{name}: {}",
                    left_of(&remainder, saved, &seen.plan)
                ));
            }
            return Ok(Some(remainder));
        }
        Err(moved) => moved,
    };
    let err = screen.err();
    writeln!(err, "error: {name} is out of date. No changes were made:")?;
    for what in moved {
        writeln!(err, "  {what}")?;
    }
    writeln!(
        err,
        "run `linkwright plan` again and have the new plan reviewed"
    )?;
    Ok(None)
}

/// How far a saved plan is.
fn left_of(remainder: &Remainder, saved: &SavedFile<'_>, fresh: &Plan) -> String {
    let done = remainder.unchanged.len();
    let are = if done == 1 { "is" } else { "are" };
    let left = match fresh.operations.len() {
        0 => "nothing is left to do".to_owned(),
        left => format!("{} left to do", number(left)),
    };
    format!(
        "{} of {} {are} already done; {left}",
        number(done),
        quantity(saved.plan.count(), "operation")
    )
}

/// Asks for approval on a terminal; elsewhere no one can answer. Irreversible operations are listed once
/// more, and the names of links to delete must be typed.
fn approval(plan: &Plan, screen: &mut Screen) -> Result<bool, Failure> {
    if !screen.is_interactive {
        return Err(Failure::new(
            Exit::Usage,
            "stdin is not a terminal, so approval cannot be asked for; review the plan and pass --auto-approve",
        ));
    }
    screen.flush()?;
    let err = screen.err();
    writeln!(err)?;
    for operation in &plan.operations {
        if operation.risks.contains(&Risk::Irreversible) {
            let address = operation.address.to_string();
            let order = Action::order(operation);
            writeln!(err, "irreversible: {order} {}", safe::name(&address))?;
        }
    }
    let deleted: BTreeSet<&str> = plan
        .operations
        .iter()
        .filter(|operation| matches!(operation.kind, OperationKind::DeleteLink { .. }))
        .map(|operation| operation.half().link.as_str())
        .collect();
    for link in deleted {
        if ask(
            screen,
            &format!(
                "Type the name of the link to delete ({}): ",
                safe::name(link)
            ),
        )? != link
        {
            return Ok(false);
        }
    }
    let question = format!(
        "Apply {}? Only 'yes' will be accepted to approve: ",
        these(plan.operations.len())
    );
    Ok(ask(screen, &question)? == "yes")
}

fn ask(screen: &mut Screen, question: &str) -> Result<String, Failure> {
    write!(screen.err(), "{question}")?;
    screen.flush()?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    Ok(answer.trim().to_owned())
}

fn these(count: usize) -> String {
    match count {
        1 => "this operation".to_owned(),
        count => format!("these {count} operations"),
    }
}

impl apply::Secrets for References {
    fn fetch(&self, reference: &Reference) -> Result<SecretString, SecretError> {
        References::fetch(*self, reference).map_err(|missing| SecretError {
            reference: reference.clone(),
            why: SecretFault::Missing(missing.why),
        })
    }
}
