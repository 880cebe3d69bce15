//! `linkwright apply`: exactly what was reviewed, or nothing.

use std::collections::BTreeSet;
use std::io::BufRead;
use std::path::PathBuf;
use std::sync::Arc;

use linkwright_clock::Clock;

use super::Failure;
use super::approve::{self, Verified};
use super::args::{Apply as ApplyArgs, ApplyFormat, AutoApprove, Global, Planning};
use super::embedded::Embedded;
use super::ending::{self, Ending};
use super::exit::{self, Exit};
use super::identity::Identity;
use super::leased::{self, Ask, Before, Leased};
use super::locks::{self, LocalLock, Patience};
use super::progress::Progress;
use super::record::RunRecord;
use super::references::References;
use super::saved::{self, SavedFile};
use super::screen::{Live, Screen};
use super::session::{Request, Session};
use super::shared::Shared;
use super::stored::StoredRecords;
use super::{commit, interrupts, pipeline, waiting};
use crate::address::Address;
use crate::apply::ledger::Ledger;
use crate::apply::rehearse::rehearse;
use crate::apply::report_file::ApprovedV1;
use crate::apply::{
    self, Event, Interrupt, PairCheck, Records, RunContext, RunError, SecretError, SecretFault,
    Settings,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::diff::Class;
use crate::live::Snapshot;
use crate::plan::file::{Moved, OriginV1, Remainder};
use crate::plan::{OperationKind, Plan, switchover};
use crate::refresh::{Depth, Observation};
use crate::report::github::Outputs;
use crate::report::ndjson::{self, EventV1};
use crate::report::words;
use crate::report::{apply_markdown, apply_text, consent, plan_markdown, plan_text, refused, safe};
use crate::spec;

pub(super) async fn run(
    args: &ApplyArgs,
    global: &Global,
    time: &Clock,
    screen: &mut Screen,
) -> Result<Exit, Failure> {
    let who = Identity::of_process("apply", super::now());
    let mut ending = Ending::default();
    let result = attempt(args, &who, global, time, screen, &mut ending).await;
    keep_early(args, &who, global, &result, screen, &mut ending);
    let written = ending.write(args, &result, screen);
    let exit = result?;
    written.map(|()| exit)
}

async fn attempt(
    args: &ApplyArgs,
    who: &Identity,
    global: &Global,
    time: &Clock,
    screen: &mut Screen,
    ending: &mut Ending,
) -> Result<Exit, Failure> {
    let (plan, paths) = saved::given(args)?;
    let saved = plan.as_deref().map(SavedFile::read).transpose()?;
    let verified = verified(args, saved.as_ref())?;
    let mut planning = match &saved {
        Some(saved) => saved.planning(&args.planning),
        None => args.planning.clone(),
    };
    let global = &match &saved {
        Some(saved) => saved.in_environment(global)?,
        None => global.clone(),
    };
    // Before the state of the sandbox is read.
    let _state = sandbox_lock(args, global, who)?;
    let session = match saved.as_ref().filter(|_| paths.is_empty()) {
        Some(saved) => {
            check_approval(args, saved)?;
            screen.note(&format!("{}: {}", saved.path.display(), saved.sentence()));
            Some(Session::of_saved(&saved.plan, global, time)?)
        }
        None => Session::open(&paths, &planning.target, global, time, screen)?,
    };
    let Some(mut session) = session else {
        return Ok(Exit::Usage);
    };
    if let Some(verified) = &verified {
        // What was approved is allowed, and nothing else: neither by the spec nor by the command line.
        session.allow_the_usual();
        planning.allow = verified.allowances.iter().copied().collect();
    }
    let shared = session.shared(global)?;
    let request = Request::of(&planning, &session, shared.as_ref(), screen)?;
    let from = From {
        saved: saved.as_ref(),
        verified: verified.as_ref(),
        check: &|_| Ok(()),
    };
    ending.record = shared.as_ref().filter(|_| !args.dry_run).map(|_| {
        let origin = match &saved {
            Some(saved) if paths.is_empty() => saved.plan.origin().clone(),
            _ => origin_of(&session, &paths, global),
        };
        record_of(args, &planning, who, origin)
    });
    let about = (args, shared.as_ref(), who);
    let result = carry_out(about, from, &session, &request, screen, ending).await;
    keep_record(shared.as_ref(), &result, screen, ending);
    // The sandbox keeps its state even if the run failed.
    session.keep()?;
    result
}

/// Plans what a session declares, and applies it after `check` and consent: what `apply` does without a saved plan. The
/// state of an embedded sandbox is locked by the caller, before it is read.
pub(super) async fn declared(
    args: &ApplyArgs,
    who: &Identity,
    session: &Session,
    check: &dyn Fn(&Plan) -> Result<(), Failure>,
    screen: &mut Screen,
    ending: &mut Ending,
) -> Result<Exit, Failure> {
    let shared = session.shared(&args.global)?;
    let request = Request::of(&args.planning, session, shared.as_ref(), screen)?;
    ending.record = shared.as_ref().filter(|_| !args.dry_run).map(|_| {
        let origin = origin_of(session, &args.paths, &args.global);
        record_of(args, &args.planning, who, origin)
    });
    let from = From {
        saved: None,
        verified: None,
        check,
    };
    let about = (args, shared.as_ref(), who);
    let result = carry_out(about, from, session, &request, screen, ending).await;
    keep_record(shared.as_ref(), &result, screen, ending);
    // The sandbox keeps its state even if the run failed.
    session.keep()?;
    result
}

/// Where what a run carries out is from, and which clusters it is about: a later drill counts it by their ids.
fn origin_of(session: &Session, paths: &[PathBuf], global: &Global) -> OriginV1 {
    OriginV1 {
        clusters: session.called(),
        ..commit::origin(session, paths, global)
    }
}

/// What is recorded of a run.
fn record_of(args: &ApplyArgs, planning: &Planning, who: &Identity, origin: OriginV1) -> RunRecord {
    let allowed = planning.allow.iter().map(|allow| allow.word().to_owned());
    let origin = OriginV1 {
        needs: allowed.collect(),
        ..origin
    };
    RunRecord::new(who, origin, args.leasing.without_lease.as_ref())
}

/// Keeps the record of a run, however it has ended.
fn keep_record(
    shared: Option<&Shared>,
    result: &Result<Exit, Failure>,
    screen: &mut Screen,
    ending: &mut Ending,
) {
    if let (Some(shared), Some(mut record)) = (shared, ending.record.take()) {
        if !ending.ran {
            record.ending(ending.summary(result, screen));
        }
        record.keep(shared, result, screen);
        ending.is_recorded = true;
    }
}

/// Keeps the record of a run that has ended before it knew what its spec says, where the command line or the environment
/// names the store.
fn keep_early(
    args: &ApplyArgs,
    who: &Identity,
    global: &Global,
    result: &Result<Exit, Failure>,
    screen: &mut Screen,
    ending: &mut Ending,
) {
    if args.dry_run || ending.is_recorded {
        return;
    }
    // One that cannot be opened is what the run has ended with.
    let Ok(Some(mut shared)) = Shared::open(global, None) else {
        return;
    };
    if Embedded::state_of(global).is_some() {
        shared = shared.of_sandbox();
    }
    let origin = OriginV1 {
        made_at: super::now().to_string(),
        paths: args
            .paths
            .iter()
            .map(|path| path.display().to_string())
            .collect(),
        environment: global.chosen.environment.clone(),
        ..OriginV1::default()
    };
    ending.record = Some(record_of(args, &args.planning, who, origin));
    keep_record(Some(&shared), result, screen, ending);
}

/// Records the declared generations as written that are not on record, where the link exists and `--adopt-generation` is
/// given.
fn adopt(
    args: &ApplyArgs,
    (session, request, shared, who): (&Session, &Request, Option<&Shared>, &Identity),
    live: &Snapshot,
    screen: &mut Screen,
) -> Result<(), Failure> {
    if !args.planning.adopt_generation || args.dry_run {
        return Ok(());
    }
    let recorded = request.recorded().map_err(|why| {
        Failure::failed(format!(
            "--adopt-generation: whether something is on record is not known: {why}. No changes were made"
        ))
    })?;
    let records = shared.map(|shared| StoredRecords::new(shared, &who.run_id));
    for (half, generation) in session.generations() {
        let links = live.clusters.get(&half.cluster);
        let links = links.and_then(|cluster| cluster.links.read());
        let exists = links.is_some_and(|links| links.contains_key(&half.link));
        let cluster = session.desired.clusters.get(&half.cluster);
        let Some(cluster) = cluster.filter(|_| exists && !recorded.contains_key(&half)) else {
            continue;
        };
        let is_recorded = match &records {
            Some(records) => records
                .adopt(&cluster.id, &half, generation)
                .map_err(Failure::failed)?,
            None => {
                let file = session.ledger_file(&args.planning);
                if let Some(folder) = file.parent() {
                    std::fs::create_dir_all(folder)?;
                }
                Ledger::adopt(&file, &half, generation).map_err(Failure::failed)?
            }
        };
        screen.note(&match is_recorded {
            true => format!("recorded generation {generation} of {half} as written"),
            false => {
                format!("{half}: another run has recorded a generation meanwhile, which stays")
            }
        });
    }
    Ok(())
}

/// The lock of the sandbox's state file, while this run changes it.
pub(super) fn sandbox_lock(
    args: &ApplyArgs,
    global: &Global,
    who: &Identity,
) -> Result<Option<LocalLock>, Failure> {
    let Some(state) = Embedded::state_of(global).filter(|_| !args.dry_run) else {
        return Ok(None);
    };
    let what = format!("the sandbox's state file {}", state.display());
    let timeout = args.leasing.lease_timeout.min(who.left(global.timeout));
    let lock = locks::of_state(&state)
        .map_err(|error| Failure::failed(format!("cannot lock {what}: {error}")))?;
    let patience = Patience::of(timeout);
    let mut busy = || match args.leasing.preempt {
        true => {
            "wait until that run has ended, or pass --lease-timeout; --preempt asks no one about a sandbox's state file"
        }
        false => locks::WAIT,
    };
    let lock = LocalLock::take(&lock, &what, who, patience, None, &mut busy)?;
    Ok(Some(lock))
}

/// Whether what is to be done now, after another run, is what was approved.
fn still_as_approved(approved: &Plan, now: &Plan) -> Result<(), Failure> {
    if approved.operations == now.operations && !now.is_refused() {
        return Ok(());
    }
    let words =
        "another run has changed the clusters since the plan was made. No changes were made";
    let help = "run the same command again: it plans from what is live now";
    Err(Failure {
        about: vec![Diagnostic::error(Code("LW563"), words).help(help)],
        ..Failure::new(Exit::Stale, format!("{words}\n{help}"))
    })
}

/// The saved plan that is applied, and its approval.
#[derive(Clone, Copy)]
struct From<'a> {
    saved: Option<&'a SavedFile>,
    verified: Option<&'a Verified>,
    /// What a plan that is not refused must be in addition.
    check: &'a dyn Fn(&Plan) -> Result<(), Failure>,
}

/// The approval that `--verify` asks for. What the command line allows in addition is refused.
fn verified(args: &ApplyArgs, saved: Option<&SavedFile>) -> Result<Option<Verified>, Failure> {
    let Some(key) = &args.verify else {
        return Ok(None);
    };
    let Some(saved) = saved else {
        let words = "--verify checks the approval of a saved plan; pass one";
        return Err(Failure::new(Exit::Usage, words));
    };
    let verified = approve::verify(key, &saved.path, &saved.plan, super::now())?;
    let given = args.planning.allow.iter();
    let more: Vec<&str> = given
        .filter(|allow| !verified.allowances.contains(allow))
        .map(|allow| allow.word())
        .collect();
    match more.is_empty() {
        true => Ok(Some(verified)),
        false => Err(Failure::new(
            Exit::Refused,
            format!(
                "--allow {} was not approved with {}. No changes were made",
                more.join(","),
                saved.path.display()
            ),
        )),
    }
}

/// A saved plan without the spec's paths is applied as planned or after a typed yes: a flag that is there
/// for specs does not approve it.
fn check_approval(args: &ApplyArgs, saved: &SavedFile) -> Result<(), Failure> {
    match args.auto_approve {
        Some(AutoApprove::Declared) => Err(Failure::new(
            Exit::Usage,
            format!(
                "{} is {}. Without the paths of the spec it is applied as it was planned: pass \
                 --auto-approve=as-planned to approve that, or the paths",
                saved.path.display(),
                saved.sentence()
            ),
        )),
        Some(AutoApprove::AsPlanned) | None => Ok(()),
    }
}

async fn carry_out(
    (args, shared, who): (&ApplyArgs, Option<&Shared>, &Identity),
    From {
        saved,
        verified,
        check,
    }: From<'_>,
    session: &Session,
    request: &Request,
    screen: &mut Screen,
    ending: &mut Ending,
) -> Result<Exit, Failure> {
    let before = match args.dry_run {
        true => Before::default(),
        false => leased::before(shared, session),
    };
    let mut seen = session.refresh(request, Depth::Plan).await?;
    let planned = saved.and_then(|saved| saved.plan.plan().ok());
    if let Some(planned) = planned {
        seen.plan.take_cuts_of(planned);
    }
    let approved = match saved {
        None => None,
        Some(saved) => {
            let remainder = remainder(saved, &seen, session, screen)?;
            let key_id = verified.map(|verified| verified.key_id.as_str());
            Some(saved.approved(&remainder, key_id))
        }
    };
    let pairs = session.pair_check(&seen.live);
    let mut plan = seen.plan;
    if let Some(saved) = saved
        && let Some(words) = saved.allowances_to_repeat(&session.allowances(request))
    {
        screen.note(&words);
    }
    if args.dry_run {
        let rehearsed = rehearse(
            &plan,
            &session.clients,
            &References,
            &session.allowances(request),
        )
        .await;
        plan.take_in(rehearsed);
    }
    let style = screen.style(false);
    let is_text = args.output == ApplyFormat::Text;
    if is_text {
        plan_text::write(screen.out(), &plan, &style)?;
    } else if !ending.version {
        writeln!(screen.out(), "{}", ndjson::version_line())?;
        ending.version = true;
    }
    if !plan.is_refused() {
        check(&plan)?;
    }
    if plan.is_refused() || !plan.has_changes() {
        ending.refused = refused::diagnostics(&plan);
        if !is_text && !ending.refused.is_empty() {
            plan_text::write(screen.err(), &plan, &style)?;
            let refused = EventV1::Refused {
                problems: ending.refused.iter().map(ending::problem).collect(),
            };
            writeln!(screen.out(), "{}", ndjson::line_of(&refused))?;
        }
        if !plan.is_refused() {
            adopt(args, (session, request, shared, who), &seen.live, screen)?;
        }
        let exit = exit::of_plan(&plan, false);
        let markdown = plan_markdown::render(&plan);
        return end(args, &plan, exit, &markdown, ending);
    }
    if args.dry_run {
        if !plan.has_acted() {
            screen.note("dry run: nothing was applied");
        }
        let exit = exit::of_plan(&plan, false);
        let markdown = plan_markdown::render(&plan);
        return end(args, &plan, exit, &markdown, ending);
    }
    secrets(&plan, session)?;
    if args.auto_approve.is_none() && !approval(&plan, saved, screen)? {
        writeln!(screen.err(), "Apply cancelled. No changes were made.")?;
        return Ok(Exit::Declined);
    }
    let ask = Ask {
        session,
        shared,
        leasing: &args.leasing,
        who,
        before,
        timeout: args.global.timeout,
    };
    let leased = Leased::take(&ask, &plan, screen)?;
    // Waiting for others is in real time, which the time of a sandbox inside the process does not know.
    if let Some(limit) = args.global.timeout
        && session.embedded().is_none()
        && who.left(Some(limit)).is_zero()
    {
        leased.release();
        return Err(super::not_in_time(limit));
    }
    leased.quiet(screen).await;
    if let (Some(record), Some(shared)) = (&mut ending.record, shared) {
        record.plan(&plan, saved.map(|saved| saved.plan.digest()));
        record.begin(shared, leased.has_lease());
    }
    let to_do = ToDo {
        plan,
        live: seen.live,
        planned,
        pairs,
        approved,
        check,
    };
    let kept = (shared, who);
    let result = execute(
        args,
        kept,
        session,
        request,
        to_do,
        &leased,
        (screen, ending),
    )
    .await;
    leased.release();
    result
}

/// What was approved.
struct ToDo<'a> {
    plan: Plan,
    /// What it was made from.
    live: Snapshot,
    /// The saved plan, if there is one.
    planned: Option<&'a Plan>,
    pairs: Option<PairCheck>,
    approved: Option<ApprovedV1>,
    /// What the caller makes sure of before anything is sent.
    check: &'a dyn Fn(&Plan) -> Result<(), Failure>,
}

/// Carries out a plan while other runs are kept out.
async fn execute(
    args: &ApplyArgs,
    (shared, who): (Option<&Shared>, &Identity),
    session: &Session,
    request: &Request,
    to_do: ToDo<'_>,
    leased: &Leased<'_>,
    (screen, ending): (&mut Screen, &mut Ending),
) -> Result<Exit, Failure> {
    let ToDo {
        mut plan,
        mut live,
        planned,
        mut pairs,
        approved,
        check,
    } = to_do;
    if leased.contested {
        let request = request.again(&args.planning, session, shared);
        let mut seen = session.refresh(&request, Depth::Plan).await?;
        if let Some(planned) = planned {
            seen.plan.take_cuts_of(planned);
        }
        if !seen.plan.has_changes() && !seen.plan.is_refused() {
            screen.note("another run has done it meanwhile");
            adopt(args, (session, &request, shared, who), &seen.live, screen)?;
            let exit = exit::of_plan(&seen.plan, false);
            let markdown = plan_markdown::render(&seen.plan);
            return end(args, &seen.plan, exit, &markdown, ending);
        }
        let is_declared = args.auto_approve == Some(AutoApprove::Declared) && approved.is_none();
        if !(is_declared && leased::covers(&plan, &seen.plan) && !seen.plan.is_refused()) {
            still_as_approved(&plan, &seen.plan)?;
        }
        leased::may_be_done(&args.leasing, &seen.plan)?;
        check(&seen.plan)?;
        if args.output == ApplyFormat::Text && plan.operations != seen.plan.operations {
            screen.note("another run has changed the clusters meanwhile; the plan is now:");
            let style = screen.style(false);
            plan_text::write(screen.out(), &seen.plan, &style)?;
        }
        pairs = session.pair_check(&seen.live);
        (plan, live) = (seen.plan, seen.live);
    }
    adopt(args, (session, request, shared, who), &live, screen)?;
    let style = screen.style(false);
    let is_text = args.output == ApplyFormat::Text;
    let mut settings = Settings::new(session.now(), args.archive.clone());
    let own_report = ending.record.as_ref().and_then(RunRecord::report_path);
    settings.report = args.report.clone().or(own_report);
    settings.approved = approved;
    settings.ledger = session.ledger(&args.planning);
    let records = shared.map(|shared| StoredRecords::new(shared, &who.run_id));
    settings.records = records.map(|records| Arc::new(records) as Arc<dyn Records>);
    let ledger = settings.ledger.as_ref().filter(|_| shared.is_none());
    if let Some(folder) = ledger.and_then(|ledger| ledger.path.parent()) {
        std::fs::create_dir_all(folder)
            .map_err(|error| Failure::failed(format!("{}: {error}", folder.display())))?;
    }
    if is_text {
        writeln!(screen.out())?;
        screen.flush()?;
    }
    let journal = screen.journal.clone();
    let is_live = screen.live == Live::Yes;
    let report = {
        let mut progress = match args.output {
            ApplyFormat::Text => Progress::as_text(screen, &plan),
            ApplyFormat::Json => Progress::as_json(screen),
        };
        let record = &mut ending.record;
        let mut sink = |event: &Event| {
            if let Some(record) = record.as_mut() {
                record.event(&ndjson::line(event));
            }
            progress.on_event(event);
        };
        // The lines that change in place show waits themselves.
        let is_quiet = session.is_quiet || is_live;
        let lease = leased.guard(session);
        let context = RunContext {
            lease,
            clients: &session.clients,
            pairs: pairs.as_ref(),
            secrets: &References,
            sink: &mut sink,
            describe: words::cause,
            interrupts: interrupts::listen(journal),
        };
        let run = apply::run(&plan, context, &settings);
        waiting::showing(&session.clients, is_quiet, run)
            .await
            .map_err(Failure::failed)?
    };
    ending.ran = true;
    ending.reached = report.has_reached();
    if let Some(record) = &mut ending.record {
        record.report(settings.report.as_deref());
    }
    if report.interrupted < Interrupt::Stop {
        leased.all_ended();
    }
    let request = request.after_run(&args.planning, session, shared);
    let again = session.refresh(&request, Depth::Plan).await?.plan;
    if is_text {
        apply_text::summary(screen.out(), &report, &again, &style)?;
    }
    let markdown = apply_markdown::render(&report, &again);
    let exit = exit::of_run(&report, &again);
    end(args, &again, exit, &markdown, ending)
}

/// Checks, before anyone is asked and anything is written, that every secret that the plan writes can be used.
fn secrets(plan: &Plan, session: &Session) -> Result<(), Failure> {
    let Err(error) = apply::check_secrets(plan, &References) else {
        return Ok(());
    };
    let RunError::Secrets(problems) = &error else {
        return Err(Failure::failed(error));
    };
    let is_missing = |it: &SecretError| matches!(it.why, SecretFault::Missing(_));
    let exit = match problems.iter().any(is_missing) {
        true => Exit::Usage,
        false => Exit::Failed,
    };
    let about = problems.iter().map(|problem| {
        let diagnostic = Diagnostic::error(Code("LW023"), problem.to_string());
        match spec::references(&session.loaded.spec)
            .find(|used| used.reference == problem.reference)
        {
            Some(used) => diagnostic.at(&used.place, "needed here"),
            None => diagnostic,
        }
    });
    let about = about.collect();
    let words = format!("{error}\nNo changes were made");
    Err(Failure {
        about,
        ..Failure::new(exit, words)
    })
}

/// The end of a run for machines: what is left to do, and the outputs of a pipeline.
fn end(
    args: &ApplyArgs,
    again: &Plan,
    exit: Exit,
    markdown: &str,
    ending: &mut Ending,
) -> Result<Exit, Failure> {
    if args.output == ApplyFormat::Json {
        ending.planned_again = Some(ndjson::planned_again_line(again, exit.code()));
    }
    pipeline::leave(Outputs::of_plan(again), exit, markdown)?;
    Ok(exit)
}

/// What is left of a saved plan.
///
/// # Errors
/// When it is out of date.
fn remainder(
    saved: &SavedFile,
    seen: &Observation,
    session: &Session,
    screen: &mut Screen,
) -> Result<Remainder, Failure> {
    let spec = session.spec_digest();
    let name = saved.path.display();
    let mut moved = saved.plan.elsewhere(&session.called());
    if !matches!(moved.as_slice(), [Moved::Version { .. }]) {
        match saved.plan.remainder(&seen.plan, &seen.live, &spec) {
            Ok(remainder) if moved.is_empty() => {
                if !remainder.unchanged.is_empty() {
                    screen.note(&format!(
                        "{name}: {}",
                        saved.left_of(&remainder, &seen.plan)
                    ));
                }
                return Ok(remainder);
            }
            Ok(_) => {}
            // What a switchover pair forbids is not out of date: it says why.
            Err(_) if moved.is_empty() && pair_refuses(&seen.plan) => {
                return Err(Failure::about(
                    Exit::Refused,
                    refused::diagnostics(&seen.plan),
                ));
            }
            // Of what could not be read no one knows whether it is done or has changed.
            Err(_) if moved.is_empty() && seen.plan.has_unknowns() => {
                return Err(not_compared(saved, &seen.plan));
            }
            Err(others) => moved.extend(others),
        }
    }
    let help = "run `linkwright plan` again and have the new plan reviewed";
    let mut words = format!("{name} is out of date. No changes were made:");
    let mut about = Vec::new();
    for what in moved {
        let line = safe::clean(&what.to_string()).into_owned();
        words.push_str(&format!("\n  {line}"));
        let mut diagnostic = Diagnostic::error(Code("LW503"), line).help(help);
        diagnostic.address = what.address().and_then(Address::parse);
        about.push(diagnostic);
    }
    words.push_str(&format!("\n{help}"));
    Err(Failure {
        about,
        ..Failure::new(Exit::Stale, words)
    })
}

/// Whether a switchover pair forbids operations of a plan.
fn pair_refuses(plan: &Plan) -> bool {
    plan.of_class(Class::Refusal).any(switchover::has_withheld)
}

/// That what is left of a saved plan is not known.
fn not_compared(saved: &SavedFile, plan: &Plan) -> Failure {
    let mut text = format!(
        "what is left of {} is not known. No changes were made:",
        saved.path.display()
    );
    for finding in plan.of_class(Class::Unknown) {
        let words = words::finding(finding);
        text.push_str(&format!(
            "\n  {}: {}",
            finding.address,
            safe::clean(&words.summary)
        ));
    }
    text.push_str("\nrun the same command again");
    Failure::failed(text)
}

/// Asks for approval on a terminal; elsewhere no one can answer. Irreversible operations are listed once
/// more, by link and kind, and the names of links to delete must be typed.
fn approval(plan: &Plan, saved: Option<&SavedFile>, screen: &mut Screen) -> Result<bool, Failure> {
    if !screen.is_interactive {
        return Err(Failure::new(
            Exit::Usage,
            "stdin is not a terminal, so approval cannot be asked for; review the plan and pass --auto-approve",
        ));
    }
    screen.flush()?;
    let err = screen.err();
    writeln!(err)?;
    for line in consent::irreversible(plan) {
        writeln!(err, "irreversible: {line}")?;
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
    let of = saved.map_or_else(String::new, |saved| {
        let commit = words::origin::commit(&saved.plan.origin().commit);
        format!(" of {}", safe::clean(&commit))
    });
    let question = format!(
        "Apply {}{of}? Only 'yes' will be accepted to approve: ",
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
