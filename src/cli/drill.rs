//! `linkwright drill`: a failover that is not done: its plan, what it would lose, how long it would take and who must act.

use linkwright_clock::Clock;

use super::args::{Drill as DrillArgs, DrillFormat, Global};
use super::exit::{self, Exit};
use super::on_twin;
use super::patch::Patch;
use super::screen::Screen;
use super::session::{Request, Session};
use super::snapshot::{self, Taken};
use super::{Failure, commit, failovers, files, set, verbs};
use crate::address::{Address, ClusterName, HalfAddress};
use crate::apply::durable::Readers;
use crate::apply::rehearse;
use crate::desired::Desired;
use crate::diagnostic::{Diagnostic, Severity};
use crate::drill::{self, Drill, Input};
use crate::edit::verbs::{self as edits, Asked, Loss, Verb};
use crate::live::Snapshot;
use crate::plan::file::{OriginV1, Scope};
use crate::plan::{self, Allowances, CallSeen, Plan, part};
use crate::refresh::Observation;
use crate::report::drill::json::{self, DrillText};
use crate::report::drill::{self as report, About, DrillView};
use crate::report::words::verb::left;
use crate::report::{html, refused};

/// A loss that a drill supposes is to be checked again after so many days.
const DAYS: i32 = 30;

pub(super) async fn run(
    args: &DrillArgs,
    global: &Global,
    time: &Clock,
    screen: &mut Screen,
) -> Result<Exit, Failure> {
    let half = &args.link;
    let targets = [Address::Half(half.clone())];
    let opened = Session::open(&args.paths.paths, &targets, global, time, screen)?;
    let Some(mut session) = opened else {
        return Ok(Exit::Usage);
    };
    let past = failovers::of(&session, global);
    let past = past.map(|all| all.map(|mut all| all.remove(half).unwrap_or_default()));
    let asked = match asked(half, &session, global).await? {
        Ok(asked) => asked,
        Err(problems) => return set::refuse(problems, &session.loaded, screen),
    };
    // What is about other links is neither read nor copied.
    let declared = std::mem::take(&mut session.desired);
    session.desired = part(&declared, &targets).desired.into_owned();
    let found = declared.half(half).map(|(_, it)| it);
    let objectives = found.and_then(|it| it.objectives.as_ref());
    let sample = args.sample.unwrap_or_else(|| drill::sample_for(objectives));
    let begun = time.now();
    let taken = snapshot::take(&session, Some(sample), time).await?;
    let Taken { snapshot, live, .. } = &taken;
    let age = time.since(begun).saturating_sub(sample);
    let spec_digest = session.spec_digest();
    let loaded = std::mem::take(&mut session.loaded);
    let patch = match Patch::of(&asked.edits, &loaded) {
        Ok(patch) => patch,
        Err(problems) => return set::refuse(problems, &loaded, screen),
    };
    let texts = &patch.changed.texts;
    if !session.declare(&loaded, texts, &targets, global, screen)? {
        return Ok(Exit::Usage);
    }
    // What the policy of the spec allows was not meant for a drill.
    session.allow_the_usual();
    let (plan, needs) = planned(&session, &targets, live).await?;
    let takes_failovers = match session.clients.get(&half.cluster) {
        Some(client) => rehearse::takes_failovers(client, &half.link).await,
        None => CallSeen::NotProbed,
    };
    session.keep()?;
    let peer = found.map(|it| &it.peer.id);
    let failovers: Vec<Address> = on_twin::failovers(&plan).cloned().collect();
    let on_twin = match peer {
        Some(_) if failovers.is_empty() => Err("no mirror topic would be failed over".to_owned()),
        Some(source) => on_twin::fail_over(snapshot, &session.desired, half, &targets, source),
        None => Err("the cluster of the source topics is not in the spec".to_owned()),
    };
    let hindered = hindered(&plan, &targets);
    let drill = Drill::of(&Input {
        half,
        desired: &declared,
        live,
        age,
        on_twin: &on_twin,
        past: past.as_ref().map(Option::as_deref).map_err(String::as_str),
        failovers: failovers.len(),
        is_refused: plan.is_refused() || !hindered.is_empty(),
    });
    let environment = global.chosen.environment.as_deref();
    // A failover connects to the same clusters, whatever becomes of them.
    let called = part(&declared, &targets).clusters;
    let about = About {
        called: called.iter().map(ToString::to_string).collect(),
        origin: OriginV1 {
            clusters: session.called(),
            needs: needs.iter().map(|it| it.word().to_owned()).collect(),
            ..commit::origin(&session, &args.paths.paths, global)
        },
        spec_digest,
        scope: Scope {
            targets: targets.iter().cloned().collect(),
            allow: needs,
            ..Scope::default()
        },
        left: left("failover", &asked, !patch.is_empty(), None, environment),
        credentials: declared
            .references_of_rest(&called)
            .into_iter()
            .map(ToString::to_string)
            .collect(),
        takes_failovers,
        left_alone: (asked.notes.iter().cloned()).chain(hindered).collect(),
        needs_lost: has_topics(half, &declared),
        is_simulated: session.embedded().is_some(),
    };
    let document = json::document(&drill, &plan, &about);
    let document = document.map_err(|clear| Failure::new(Exit::Usage, clear))?;
    let DrillText { text, digest } = json::text(&document);
    let mut view = DrillView::of(&drill, &about);
    view.facts.push(("Digest", digest));
    match args.output {
        DrillFormat::Json => screen.out().write_all(text.as_bytes())?,
        DrillFormat::Text => {
            let style = screen.style(args.all);
            report::text::write(screen.out(), &view, &plan, &style)?;
        }
    }
    screen.flush()?;
    if let Some(file) = &args.out {
        files::replace(file, text.as_bytes(), Readers::Owner)?;
        screen.note(&format!("saved the drill to {}", file.display()));
    }
    if let Some(file) = &args.html_out {
        let page = html::drill::render(&view, &plan);
        files::replace(file, page.as_bytes(), Readers::Owner)?;
    }
    Ok(exit::of_drill(&drill))
}

/// What keeps mirror topics as they are: then all that is named is failed over, or nothing.
fn hindered(plan: &Plan, targets: &[Address]) -> Vec<String> {
    let found = plan::hindered(plan, targets).into_iter();
    let found = found.map(|it| refused::of_finding(it, Severity::Error));
    found
        .map(|it| format!("the failover is refused: {} [{}]", it.summary, it.code))
        .collect()
}

/// Whether the link of a half declares its topics by where they are written.
fn has_topics(half: &HalfAddress, declared: &Desired) -> bool {
    let found = declared.half(half);
    found.is_some_and(|(link, _)| link.topics.is_some())
}

/// What a failover of the half means for the spec. A link that declares `topics` is failed over only where its other cluster
/// is declared lost, which a drill supposes.
async fn asked(
    half: &HalfAddress,
    session: &Session,
    global: &Global,
) -> Result<Result<Asked, Vec<Diagnostic>>, Failure> {
    let spec = &session.loaded.spec;
    let addresses = [half.to_string()];
    let verb = Verb::Failover;
    let live = verbs::live(spec, session, global, verb, &addresses).await?;
    let until = super::day(session.now()).saturating_add(jiff::Span::new().days(DAYS));
    let loss = has_topics(half, &session.desired).then(|| Loss {
        reason: "a drill supposes it".to_owned(),
        until,
    });
    Ok(edits::of_addresses(
        spec,
        verb,
        &addresses,
        loss.as_ref(),
        &live,
    ))
}

/// The plan of the failover, and what must be allowed to carry it out. Its operations are not rehearsed: a server that ignores
/// `validate_only` for mirror topics would fail over, and no request that is safe shows whether it does.
async fn planned(
    session: &Session,
    targets: &[Address],
    live: &Snapshot,
) -> Result<(Plan, Allowances), Failure> {
    let request = Request::of_failover(targets, &[], session)?;
    let mut seen = live.clone();
    // What is declared lost is not read.
    let is_lost = |name: &ClusterName| session.desired.is_lost(name);
    seen.clusters.retain(|name, _| !is_lost(name));
    let Observation { mut plan, live } = session.plan_from(&seen, &request).await?;
    let needs = plan.needs(&session.desired, &live);
    let permitted: Allowances = on_twin::everything()
        .into_iter()
        .filter(|allow| session.permits(*allow))
        .collect();
    // What a flag would allow does not keep a failover from being done; what the guard file or the policy forbids does.
    plan.refusals.retain(|refusal| {
        let by = refusal.kind.allowed_by();
        by.is_none_or(|allow| !permitted.contains(&allow))
    });
    Ok((plan, needs))
}
