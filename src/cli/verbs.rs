//! `linkwright failover`, `promote`, `pause`, `resume` and `switchover`: a change of the spec, its plan, consent and
//! apply in one command. The change is on the disk before anything is planned.

mod after;

use linkwright_clock::Clock;

use super::Failure;
use super::args::{
    ARCHIVE, Acting, Apply as ApplyArgs, ApplyFormat, AutoApprove, Chosen, Command,
    DiagnosticFormat, Global, LEDGER, OnMirrors, Planning,
};
use super::ending::Ending;
use super::exit::Exit;
use super::identity::Identity;
use super::load::Lookups;
use super::patch::Patch;
use super::pending::{self, Earlier};
use super::screen::Screen;
use super::session::Session;
use super::{apply, elsewhere, set, waiting};
use crate::diagnostic::Diagnostic;
use crate::edit::verbs::{self, Asked, Live, Loss, Verb};
use crate::live::{MirrorFact, MirrorStatus, Reading};
use crate::plan::Plan;
use crate::read;
use crate::report::ndjson::{self, EventV1};
use crate::report::{edited, safe, words};
use crate::spec::Spec;
use after::Aftermath;

/// A loss is to be checked again after so many days.
const DAYS: i32 = 30;

/// What a command line asks for.
#[derive(Clone, Copy)]
enum Order<'a> {
    Mirrors {
        verb: Verb,
        addresses: &'a [String],
        lost: Option<(&'a str, Option<jiff::civil::Date>)>,
    },
    Switchover {
        link: &'a str,
        to: &'a str,
    },
}

impl<'a> Order<'a> {
    fn of(command: &'a Command) -> Option<(Self, &'a Acting)> {
        let on = |verb, args: &'a OnMirrors| {
            let order = Self::Mirrors {
                verb,
                addresses: &args.addresses,
                lost: None,
            };
            (order, &args.acting)
        };
        Some(match command {
            Command::Failover(args) => {
                let order = Self::Mirrors {
                    verb: Verb::Failover,
                    addresses: &args.addresses,
                    lost: args.lost.as_deref().map(|reason| (reason, args.lost_until)),
                };
                (order, &args.acting)
            }
            Command::Promote(args) => on(Verb::Promote, args),
            Command::Pause(args) => on(Verb::Pause, args),
            Command::Resume(args) => on(Verb::Resume, args),
            Command::Switchover(args) => {
                let order = Self::Switchover {
                    link: &args.link,
                    to: &args.to,
                };
                (order, &args.acting)
            }
            _ => return None,
        })
    }

    fn word(self) -> &'static str {
        match self {
            Self::Mirrors { verb, .. } => verb.word(),
            Self::Switchover { .. } => "switchover",
        }
    }

    /// The command in short, as a commit says it.
    fn title(self) -> String {
        match self {
            Self::Mirrors {
                verb, addresses, ..
            } => match addresses {
                few if few.len() <= 3 => format!("{} {}", verb.word(), few.join(" ")),
                [first, rest @ ..] => format!("{} {first} and {} more", verb.word(), rest.len()),
                [] => verb.word().to_owned(),
            },
            Self::Switchover { link, to } => format!("switchover {link} to {to}"),
        }
    }

    /// The command as it is written above its patch: what it is known by when it is run again.
    fn command(self, chosen: &Chosen) -> String {
        let words = match self {
            Self::Mirrors {
                verb,
                addresses,
                lost,
            } => {
                // Another loss is another incident, whose patch says something else.
                let lost = lost.map_or_else(String::new, |(reason, until)| {
                    let until = until.map(|day| format!(" --lost-until {day}"));
                    let reason = safe::shell_word(reason);
                    format!(" --lost {reason}{}", until.unwrap_or_default())
                });
                format!("{} {}{lost}", verb.word(), addresses.join(" "))
            }
            Self::Switchover { link, to } => format!("switchover {link} --to {to}"),
        };
        let environment = match &chosen.environment {
            Some(name) => format!(" --environment {name}"),
            None => String::new(),
        };
        safe::clean(&format!("linkwright {words}{environment}")).into_owned()
    }

    /// What it means for a spec.
    async fn asked(
        self,
        spec: &Spec,
        session: &Session,
        global: &Global,
    ) -> Result<Result<Asked, Vec<Diagnostic>>, Failure> {
        Ok(match self {
            Self::Switchover { link, to } => verbs::switchover(spec, link, to),
            Self::Mirrors {
                verb,
                addresses,
                lost,
            } => {
                let live = live(spec, session, global, verb, addresses).await?;
                let today = super::day(session.now());
                let loss = lost.map(|(reason, until)| Loss {
                    reason: reason.to_owned(),
                    until: until
                        .unwrap_or_else(|| today.saturating_add(jiff::Span::new().days(DAYS))),
                });
                verbs::of_addresses(spec, verb, addresses, loss.as_ref(), &live)
            }
        })
    }
}

/// The live mirror topics of the halves for which they must be known.
pub(super) async fn live(
    spec: &Spec,
    session: &Session,
    global: &Global,
    verb: Verb,
    addresses: &[String],
) -> Result<Live, Failure> {
    let mut live = Live::new();
    for half in verbs::to_read(spec, verb, addresses) {
        let clusters = session.desired.clusters.iter();
        let holder = clusters.filter(|(name, _)| **name == half.cluster);
        let holder = holder.map(|(name, cluster)| (name.clone(), cluster.clone()));
        let clients = session.connect(&holder.collect(), global)?;
        let Some(client) = clients.get(&half.cluster) else {
            continue;
        };
        let reading = read::mirrors_of(client, [half.link.clone()]);
        match waiting::showing(&clients, session.is_quiet, reading).await {
            Reading::Read(rows) => {
                let runs = |row: &MirrorFact| {
                    !matches!(
                        row.status,
                        MirrorStatus::Stopped | MirrorStatus::PendingStopped
                    )
                };
                let rows = rows.get(&half.link).into_iter().flatten();
                let topics = rows.map(|(topic, row)| (topic.clone(), runs(row)));
                let topics = topics.collect();
                live.insert(half, topics);
            }
            Reading::Unread(why) => {
                return Err(Failure::failed(format!(
                    "{half}: which mirror topics there are could not be read: {}. No changes were made",
                    why.reason
                )));
            }
            Reading::NotAsked => {}
        }
    }
    Ok(live)
}

pub(super) async fn run(
    command: &Command,
    global: &Global,
    time: &Clock,
    screen: &mut Screen,
) -> Result<Exit, Failure> {
    let Some((order, acting)) = Order::of(command) else {
        return Err(Failure::failed("this command is no verb"));
    };
    let mut args = apply_args(acting, global);
    let mut ending = Ending::default();
    let result = attempt(order, acting, &mut args, global, time, screen, &mut ending).await;
    let written = ending.write(&args, &result, screen);
    let exit = result?;
    written.map(|()| exit)
}

/// The arguments of `apply` that mean the same.
fn apply_args(acting: &Acting, global: &Global) -> ApplyArgs {
    ApplyArgs {
        paths: Vec::new(),
        planning: Planning {
            allow: acting.allow.clone(),
            ledger: LEDGER.into(),
            ..Planning::default()
        },
        plan: None,
        auto_approve: acting.auto_approve.then_some(AutoApprove::Declared),
        verify: None,
        dry_run: acting.dry_run,
        output: acting.output,
        report: acting.report.clone(),
        archive: ARCHIVE.into(),
        leasing: acting.leasing.clone(),
        global: global.clone(),
    }
}

async fn attempt(
    order: Order<'_>,
    acting: &Acting,
    args: &mut ApplyArgs,
    global: &Global,
    time: &Clock,
    screen: &mut Screen,
    ending: &mut Ending,
) -> Result<Exit, Failure> {
    let who = Identity::of_process(order.word(), super::now());
    let _state = apply::sandbox_lock(args, global, &who)?;
    let opened = Session::unconnected(Some(&[]), Lookups::None, &[], global, time, screen)?;
    let Some(mut session) = opened else {
        return Ok(Exit::Usage);
    };
    let loaded = std::mem::take(&mut session.loaded);
    let folders = pending::folders(acting.patch.as_deref());
    let earlier = Earlier::of(&order.command(&global.chosen), &folders, loaded.all_files());
    let spec = loaded.spec_with(&earlier.texts);
    let asked = match order.asked(&spec, &session, global).await? {
        Ok(asked) => asked,
        Err(problems) => return set::refuse(problems, &loaded, screen),
    };
    let made = elsewhere::patch(&asked.edits, &loaded, &earlier, &global.chosen, screen);
    let patch = match made {
        Ok(patch) => patch,
        Err(problems) => return set::refuse(problems, &loaded, screen),
    };
    super::diagnose::print(&patch.problems, DiagnosticFormat::Text, screen)?;
    if patch.problems.has_errors() {
        screen.note("No changes were made: the spec would be invalid.");
        return Ok(Exit::Usage);
    }
    args.planning.target.clone_from(&asked.targets);
    let texts = &patch.changed.texts;
    if !session.declare(&loaded, texts, &asked.targets, global, screen)? {
        return Ok(Exit::Usage);
    }
    let mut aftermath = Aftermath::new(order.word(), order.title(), acting, &asked, &patch);
    aftermath.save()?;
    show(&patch, &aftermath, acting, screen, ending)?;
    for words in edited::own_entries(&patch.changed.own_entries) {
        screen.note(&words);
    }
    for note in &asked.notes {
        screen.note(note);
    }
    if let Some(note) = words::verb::also(&loaded.desired(), &patch.desired(), &asked.targets) {
        screen.note(&note);
    }
    let check = |plan: &Plan| after::check(plan, &asked.targets);
    let result = apply::declared(args, &who, &session, &check, screen, ending).await;
    aftermath.end(result, ending, screen)
}

/// Shows the change of the spec, before its plan.
fn show(
    patch: &Patch<'_>,
    aftermath: &Aftermath<'_>,
    acting: &Acting,
    screen: &mut Screen,
    ending: &mut Ending,
) -> Result<(), Failure> {
    match acting.output {
        ApplyFormat::Text if patch.is_empty() => {
            screen.note("The spec says so already.");
        }
        ApplyFormat::Text => {
            patch.show(screen)?;
            let earlier: Vec<String> = patch
                .earlier
                .files
                .keys()
                .map(|it| it.display().to_string())
                .collect();
            if !earlier.is_empty() {
                screen.note(&format!(
                    "with the change that an earlier run of this command left in {}",
                    safe::clean(&earlier.join(" "))
                ));
            }
            if let Some(file) = aftermath.file() {
                screen.note(&format!("saved this change to {file}"));
            }
            writeln!(screen.out())?;
        }
        ApplyFormat::Json => {
            writeln!(screen.out(), "{}", ndjson::version_line())?;
            ending.version = true;
            let event = EventV1::Patch {
                file: aftermath.file(),
                difference: patch.difference()?,
            };
            writeln!(screen.out(), "{}", ndjson::line_of(&event))?;
        }
    }
    Ok(())
}
