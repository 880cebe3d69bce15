//! `linkwright plan`: what would be done, in which order, why, and what it risks.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;

use linkwright_clock::Clock;

use super::args::{DiagnosticFormat, Global, Plan as PlanArgs, PlanFormat, Planning};
use super::embedded::Embedded;
use super::exit::{self, Exit};
use super::load::{self, Loaded, Lookups};
use super::look::{Depth, Looked, look};
use super::references::References;
use super::screen::Screen;
use super::{Failure, clusters, diagnose, named, pipeline};
use crate::address::{Address, ClusterName};
use crate::api::Client;
use crate::apply::durable::{self, Flush, Readers};
use crate::apply::ledger::{Ledger, LedgerUse};
use crate::desired::Desired;
use crate::diff::Options;
use crate::plan::file::{self, Scope};
use crate::plan::{self, Allowances, Plan};
use crate::report::{github, html, plan_graph, plan_json, plan_markdown, plan_svg, plan_text, why};

pub(super) async fn run(
    args: &PlanArgs,
    global: &Global,
    time: &Clock,
    screen: &mut Screen,
) -> Result<Exit, Failure> {
    let Some(ready) = Ready::get(&args.paths.paths, &args.planning, global, time, screen)? else {
        return Ok(Exit::Usage);
    };
    let mut looked = ready.look().await?;
    if args.rehearse {
        ready.rehearse(&mut looked.plan).await;
    }
    ready.keep()?;
    let plan = &looked.plan;
    match &args.why {
        Some(address) => print_why(plan, address, screen)?,
        None => print(plan, args, screen)?,
    }
    for (file, format) in [
        (&args.json_into, PlanFormat::Json),
        (&args.markdown_into, PlanFormat::Markdown),
    ] {
        if let Some(file) = file {
            let mut text = Vec::new();
            render(&mut text, plan, format, &screen.style(args.all))?;
            write_file(file, &text)?;
        }
    }
    let mut outputs = github::Outputs::of_plan(plan);
    if let Some(file) = &args.out {
        outputs.digest = Some(save(file, plan, &ready)?);
        screen.note(&format!("saved the plan to {}", file.display()));
    }
    if let Some(file) = &args.html_into {
        let about = plan_json::About {
            generated_at: Some(ready.now()),
            digest: outputs.digest.clone(),
        };
        let page = html::plan::render(plan, &about);
        replace(file, page.as_bytes(), Readers::Everybody)?;
    }
    let exit = exit::of_plan(plan, args.detailed_exitcode);
    pipeline::leave(outputs, exit, &plan_markdown::render(plan))?;
    Ok(exit)
}

/// Everything that plan and apply need before they look at the world.
pub(super) struct Ready {
    pub(super) loaded: Loaded,
    pub(super) desired: Desired,
    pub(super) clients: BTreeMap<ClusterName, Client>,
    pub(super) options: Options,
    pub(super) allowances: Allowances,
    targets: Vec<Address>,
    embedded: Option<Embedded>,
}

impl Ready {
    /// Reads the spec, finds the clusters. `None` when the spec has errors, which were told then.
    pub(super) fn get(
        paths: &[std::path::PathBuf],
        planning: &Planning,
        global: &Global,
        time: &Clock,
        screen: &mut Screen,
    ) -> Result<Option<Self>, Failure> {
        let embedded = Embedded::open(global, time);
        // Exceptions run out by the clock of the world that they are about.
        let today = match &embedded {
            Ok(Some(embedded)) => super::day(embedded.now()),
            Ok(None) | Err(_) => super::today(),
        };
        // The sandbox signs in with its own world's credentials; apply looks up what it writes.
        let loaded = load::load(paths, today, Lookups::Needed);
        diagnose::print(&loaded, DiagnosticFormat::Text, screen)?;
        if loaded.has_errors() {
            return Ok(None);
        }
        let desired = loaded.desired();
        named::check(planning, &desired)?;
        let embedded = embedded.map_err(Failure::failed)?;
        let clients =
            clusters::connect(&desired, global, embedded.as_ref()).map_err(Failure::failed)?;
        Ok(Some(Self {
            options: Options {
                rotate: planning
                    .rotate
                    .iter()
                    .map(|link| link.as_str().into())
                    .collect(),
                recorded_generations: Ledger::read(&planning.ledger)
                    .map_err(Failure::failed)?
                    .generations(),
            },
            allowances: planning.allow.iter().copied().collect::<BTreeSet<_>>(),
            targets: planning.target.clone(),
            loaded,
            desired,
            clients,
            embedded,
        }))
    }

    /// Goes on from what another run has made of the sandbox, if there is one and another run has.
    pub(super) fn refresh(&mut self, global: &Global) -> Result<(), Failure> {
        if let Some(embedded) = &self.embedded
            && embedded.is_outdated()
        {
            self.embedded = Embedded::open(global, embedded.clock()).map_err(Failure::failed)?;
            self.clients = clusters::connect(&self.desired, global, self.embedded.as_ref())
                .map_err(Failure::failed)?;
        }
        Ok(())
    }

    /// Looks at the world and plans.
    pub(super) async fn look(&self) -> Result<Looked, Failure> {
        self.look_with(&self.options, Depth::Plan).await
    }

    /// Looks at the world with the links' tasks, and plans.
    pub(super) async fn look_closely(&self) -> Result<Looked, Failure> {
        self.look_with(&self.options, Depth::Tasks).await
    }

    /// Looks at the world after a run and plans: what was to be written anew has been.
    pub(super) async fn look_again(&self) -> Result<Looked, Failure> {
        let options = Options {
            rotate: BTreeSet::new(),
            ..self.options.clone()
        };
        self.look_with(&options, Depth::Plan).await
    }

    async fn look_with(&self, options: &Options, depth: Depth) -> Result<Looked, Failure> {
        let looked = look(
            &self.desired,
            &self.clients,
            options,
            &self.allowances,
            &self.targets,
            depth,
        )
        .await
        .map_err(Failure::failed)?;
        let is_known = |target: &&Address| plan::is_known(target, &self.desired, &looked.live);
        match self.targets.iter().find(|target| !is_known(target)) {
            None => Ok(looked),
            Some(target) => Err(Failure::new(
                Exit::Usage,
                format!(
                    "the target {target} is neither in the spec nor on a cluster; a target is CLUSTER, \
                     CLUSTER/LINK or CLUSTER/LINK/TOPIC, with the mirror topic's own name"
                ),
            )),
        }
    }

    /// Asks the server what it would say, and puts it into the plan.
    pub(super) async fn rehearse(&self, plan: &mut Plan) {
        plan.rehearsal = crate::apply::rehearse::rehearse(plan, &self.clients, &References).await;
    }

    /// The time: the sandbox's own where there is one, since its world lives in it.
    pub(super) fn now(&self) -> jiff::Timestamp {
        match &self.embedded {
            Some(embedded) => embedded.now(),
            None => super::now(),
        }
    }

    /// What is asked for beside the spec.
    fn scope(&self) -> Scope {
        Scope {
            targets: self.targets.iter().cloned().collect(),
            allow: self.allowances.clone(),
            rotate: self.options.rotate.clone(),
        }
    }

    /// The digest of the spec's files.
    pub(super) fn spec_digest(&self) -> String {
        let files = self.loaded.files.iter();
        file::spec_digest(files.map(|(name, text)| (name.as_ref(), text.as_ref())))
    }

    /// Where generations are recorded, if the spec has any.
    pub(super) fn ledger(&self, path: &Path) -> Option<LedgerUse> {
        let generations: BTreeMap<_, _> = self
            .desired
            .halves()
            .filter_map(|(_, half)| Some((half.address.clone(), half.generation?)))
            .collect();
        (!generations.is_empty()).then(|| LedgerUse {
            path: path.to_owned(),
            generations,
        })
    }

    /// The first file of the spec, for results that have no place of their own.
    pub(super) fn first_file(&self) -> &str {
        self.loaded.files.first().map_or("", |(name, _)| name)
    }

    /// Keeps the sandbox's state, if there is a sandbox.
    pub(super) fn keep(&self) -> Result<(), Failure> {
        match &self.embedded {
            Some(embedded) => embedded.keep().map_err(Failure::failed),
            None => Ok(()),
        }
    }
}

fn print(plan: &Plan, args: &PlanArgs, screen: &mut Screen) -> Result<(), Failure> {
    let style = screen.style(args.all);
    render(screen.out(), plan, args.output, &style)
}

fn render(
    out: &mut dyn Write,
    plan: &Plan,
    format: PlanFormat,
    style: &crate::report::style::Style,
) -> Result<(), Failure> {
    match format {
        PlanFormat::Text => plan_text::write(out, plan, style)?,
        PlanFormat::Json => plan_json::write(out, plan, &plan_json::About::default())?,
        PlanFormat::Markdown => plan_markdown::write(out, plan)?,
        PlanFormat::Dot => plan_graph::dot(out, plan)?,
        PlanFormat::Mermaid => plan_graph::mermaid(out, plan)?,
        PlanFormat::Svg => plan_svg::write(out, plan)?,
    }
    Ok(())
}

fn print_why(plan: &Plan, address: &Address, screen: &mut Screen) -> Result<(), Failure> {
    let style = screen.style(false);
    match why::write(screen.out(), plan, address, &style)? {
        why::Told::Operations(_) => Ok(()),
        why::Told::Nothing => Err(Failure::new(
            Exit::Usage,
            format!("the plan has no operation on {address}"),
        )),
    }
}

pub(super) fn write_file(file: &Path, text: &[u8]) -> Result<(), Failure> {
    std::fs::write(file, text)
        .map_err(|error| Failure::failed(format!("failed to write {}: {error}", file.display())))
}

/// Saves a plan for its owner's eyes only; it holds no secret, but it says what will be done.
fn save(file: &Path, plan: &Plan, ready: &Ready) -> Result<String, Failure> {
    let saved = plan_json::save(plan, &ready.spec_digest(), &ready.scope())
        .map_err(|error| Failure::new(Exit::Usage, error))?;
    replace(file, saved.text.as_bytes(), Readers::Owner)?;
    Ok(saved.digest)
}

/// Replaces a file at once, so that nobody ever reads half of it.
pub(super) fn replace(file: &Path, text: &[u8], readers: Readers) -> Result<(), Failure> {
    durable::replace(file, text, readers, Flush::ToDisk)
        .map_err(|error| Failure::failed(format!("failed to write {}: {error}", file.display())))
}
