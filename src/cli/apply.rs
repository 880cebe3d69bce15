//! `linkwright apply`: exactly what was planned, or nothing.

use std::io::BufRead;

use secrecy::SecretString;

use super::Failure;
use super::args::{Apply as ApplyArgs, Global};
use super::exit::{self, Exit};
use super::interrupts;
use super::plan::Ready;
use super::references::References;
use super::screen::Screen;
use crate::apply::{self, Event, Means, SecretError, Settings};
use crate::plan::Plan;
use crate::report::{apply_text, plan_text};
use crate::secret::Reference;

pub(super) async fn run(
    args: &ApplyArgs,
    global: &Global,
    screen: &mut Screen,
) -> Result<Exit, Failure> {
    let Some(ready) = Ready::get(&args.paths.paths, &args.planning, global, screen)? else {
        return Ok(Exit::Usage);
    };
    let result = carry_out(args, &ready, screen).await;
    // What happened in the sandbox happened, whatever became of the run.
    ready.keep()?;
    result
}

async fn carry_out(args: &ApplyArgs, ready: &Ready, screen: &mut Screen) -> Result<Exit, Failure> {
    let mut plan = ready.look().await?.plan;
    if args.dry_run {
        ready.rehearse(&mut plan).await;
    }
    let style = screen.style(false);
    plan_text::write(screen.out(), &plan, &style)?;
    if plan.is_refused() || !plan.has_changes() {
        return Ok(exit::of_plan(&plan, false));
    }
    if args.dry_run {
        screen.note("dry run: nothing was written");
        return Ok(Exit::Done);
    }
    if !args.auto_approve && !consent(&plan, screen)? {
        screen.note("nothing was done");
        return Ok(Exit::Refused);
    }
    let mut settings = Settings::new(ready.now(), args.archive.clone());
    settings.report.clone_from(&args.report);
    let report = {
        let mut view = apply_text::Lines::new(screen.out(), &plan, style);
        // A closed standard output must not stop a run that is under way.
        let mut listener = |event: &Event| drop(view.show(event));
        apply::run(
            &plan,
            Means {
                clients: &ready.clients,
                secrets: &References,
                listener: &mut listener,
                interrupts: interrupts::listen(),
            },
            &settings,
        )
        .await
        .map_err(Failure::failed)?
    };
    let again = ready.look_again().await?.plan;
    apply_text::summary(screen.out(), &report, &again, &style)?;
    Ok(exit::of_run(&report, &again))
}

/// Asks on a terminal; elsewhere nobody can answer.
fn consent(plan: &Plan, screen: &mut Screen) -> Result<bool, Failure> {
    if !screen.is_interactive {
        return Err(Failure::new(
            Exit::Usage,
            "nobody can be asked here; look at the plan and pass --auto-approve",
        ));
    }
    screen.flush()?;
    write!(
        screen.err(),
        "\nApply {}? Only `yes` is taken as consent: ",
        plural(plan.operations.len())
    )?;
    screen.flush()?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    Ok(answer.trim() == "yes")
}

fn plural(count: usize) -> String {
    match count {
        1 => "this operation".to_owned(),
        count => format!("these {count} operations"),
    }
}

impl apply::Secrets for References {
    fn fetch(&self, reference: &Reference) -> Result<SecretString, SecretError> {
        References::fetch(*self, reference).map_err(|missing| SecretError {
            reference: reference.clone(),
            why: missing.why,
        })
    }
}
