//! `linkwright import`: specs for what files of other tools say.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use linkwright_clock::Clock;

use super::Failure;
use super::args::{Global, Import as ImportArgs, ImportTool};
use super::exit::{self, Exit};
use super::export::named::{Asked, called, connected};
use super::files::replace;
use super::input;
use super::load::Lookups;
use super::screen::Screen;
use super::session::Session;
use super::spec_files::yaml_files;
use crate::address::ClusterName;
use crate::api::Client;
use crate::apply::durable::Readers;
use crate::desired::{Cluster, lower};
use crate::diagnostic::Severity;
use crate::diff::Options;
use crate::export::{Document, ExportInput, export};
use crate::import::{self, Checked, Described, Found, Known, NotRead, Tool};
use crate::plan::{Allowances, Plan};
use crate::refresh::{Depth, Sources, refresh};
use crate::report::hand_over::{HandOver, hand_over};
use crate::report::style::Style;
use crate::report::words::quantity as count;
use crate::report::{PlanFormat, safe};
use crate::{spec, validate};

pub(super) async fn run(
    args: &ImportArgs,
    global: &Global,
    time: &Clock,
    screen: &mut Screen,
) -> Result<Exit, Failure> {
    let found = read(args)?;
    if found.is_empty() {
        return Err(nothing(tool(args.tool), &found));
    }
    let live = match args.cluster.is_empty() {
        true => None,
        false => match Live::of(args, global, time, screen).await? {
            Some(live) => Some(live),
            None => return Ok(Exit::Usage),
        },
    };
    let simulated = live
        .as_ref()
        .is_some_and(|live| live.session.embedded().is_some());
    let clusters = live.as_ref().map(|live| &live.clusters);
    let known = known(&args.id, &found, clusters, simulated).map_err(usage)?;
    let described = found.world(&known).map_err(usage)?;
    let document = export(&ExportInput {
        clusters: &described.clusters,
        live: &described.live,
        existing: None,
        only_used: true,
        today: super::today(),
    });
    let files = files_of(&document, &described, &args.out_dir);
    let replaced = write(args, &files)?;
    let checked = match &live {
        Some(live) if !document.is_empty() => live.compare(&files).await?,
        _ => Checked::Not,
    };
    let guide = hand_over(&HandOver {
        tool: tool(args.tool),
        found: &found,
        described: &described,
        document: &document,
        folder: &args.out_dir.display().to_string(),
        checked: &checked,
    });
    let guide_file = args.out_dir.join(GUIDE);
    replace(&guide_file, guide.as_bytes(), Readers::Everybody)?;
    summary(args, &found, &described, &document, &checked, screen);
    about_others(args, &files, &replaced, screen);
    Ok(exit::of_import(&found, &described, &document, &checked))
}

/// The guide to hand over.
const GUIDE: &str = "HANDOVER.md";
/// The most that is read of one file.
const LARGEST: u64 = 512 << 20;

fn usage(words: impl std::fmt::Display) -> Failure {
    Failure::new(Exit::Usage, words)
}

fn tool(tool: ImportTool) -> Tool {
    match tool {
        ImportTool::Terraform => Tool::Terraform,
        ImportTool::Cfk => Tool::Cfk,
        ImportTool::Properties => Tool::Properties,
    }
}

/// Reads the files.
fn read(args: &ImportArgs) -> Result<Found, Failure> {
    let mut files = Vec::new();
    for path in &args.files {
        let text = input::text_of_any_tool(path, LARGEST);
        let text = text.map_err(|error| Failure::failed(format!("{}: {error}", path.display())))?;
        files.push((Arc::from(path.display().to_string()), Arc::from(text)));
    }
    let read = match args.tool {
        ImportTool::Terraform => import::terraform(&files),
        ImportTool::Cfk => import::cfk(&files),
        ImportTool::Properties => {
            let look_up = |script: &str, name: &str| {
                let folder = Path::new(script).parent().unwrap_or(Path::new(""));
                next_to(folder, name)
            };
            import::properties(&files, args.link.as_deref(), &look_up)
        }
    };
    read.map_err(|error: NotRead| usage(safe::clean(&error.to_string())))
}

/// A file that a script names: in the script's folder or below it, and in no other.
fn next_to(folder: &Path, name: &str) -> Option<String> {
    let name = Path::new(name);
    let is_below = name.components().all(|part| {
        matches!(
            part,
            std::path::Component::Normal(_) | std::path::Component::CurDir
        )
    });
    let below = is_below.then(|| folder.join(name));
    // In a container it has another folder.
    let neighbour = name.file_name().map(|name| folder.join(name));
    let mut candidates = below.into_iter().chain(neighbour);
    candidates.find_map(|file| input::text_of_any_tool(&file, input::SPEC).ok())
}

fn nothing(tool: Tool, found: &Found) -> Failure {
    let expected = match tool {
        Tool::Terraform => "a resource `confluent_cluster_link`",
        Tool::Cfk => "a resource of `kind: ClusterLink`",
        Tool::Properties => "the properties of a link, or a command that creates one",
    };
    let mut words = match found.has_gaps() {
        true => "no cluster link of the files can be imported".to_owned(),
        false => format!("the files have no cluster link: expected {expected}"),
    };
    for left in &found.left {
        words.push_str(&format!("\n  {}: {}", left.what, left.why));
    }
    usage(safe::lines(&words))
}

/// The clusters that the command line names.
struct Live {
    session: Session,
    clusters: BTreeMap<ClusterName, Cluster>,
    clients: BTreeMap<ClusterName, Client>,
}

impl Live {
    /// Connects to them. `None` where something is wrong with the connection, which was shown then.
    async fn of(
        args: &ImportArgs,
        global: &Global,
        time: &Clock,
        screen: &mut Screen,
    ) -> Result<Option<Self>, Failure> {
        let opened = Session::unconnected(None, Lookups::None, &[], global, time, screen)?;
        let Some(session) = opened else {
            return Ok(None);
        };
        let asked = Asked {
            option: "--cluster",
            clusters: &args.cluster,
            api_key: &args.api_key,
            api_secret: &args.api_secret,
            no_sign_in: args.no_sign_in,
        };
        let mut clusters = called(&asked, session.embedded())?;
        let clients = connected(&session, &mut clusters, asked.option, global).await?;
        Ok(Some(Self {
            session,
            clusters,
            clients,
        }))
    }

    /// Plans the specs against them.
    async fn compare(&self, files: &[(PathBuf, String)]) -> Result<Checked, Failure> {
        let is_spec = |file: &PathBuf| file.extension().is_some_and(|ending| ending == "yaml");
        let texts: Vec<(Arc<str>, Arc<str>)> = files
            .iter()
            .filter(|(file, _)| is_spec(file))
            .map(|(file, text)| {
                (
                    Arc::from(file.display().to_string()),
                    Arc::from(text.as_str()),
                )
            })
            .collect();
        let spec = match valid(&texts) {
            Ok(spec) => spec,
            Err(lines) => return Ok(Checked::Invalid(lines)),
        };
        let sources = Sources {
            clients: &self.clients,
            cloud: None,
        };
        let (options, allow) = (Options::default(), Allowances::new());
        let desired = lower(&spec);
        let reading = refresh(&desired, sources, &options, &allow, &[], Depth::Plan);
        let plan = reading.await.map_err(Failure::failed)?.plan;
        self.session.keep()?;
        Ok(if plan.has_changes() || plan.is_refused() {
            Checked::Differs(shown(&plan)?)
        } else if plan.has_unknowns() {
            Checked::Unread(shown(&plan)?)
        } else {
            Checked::Same
        })
    }
}

/// The spec of these texts, or a line for each of its errors.
fn valid(texts: &[(Arc<str>, Arc<str>)]) -> Result<spec::Spec, Vec<String>> {
    let (spec, mut problems) = spec::parse(texts);
    let context = validate::Context {
        today: super::today(),
    };
    problems.extend(validate::check(&spec, &context));
    problems.retain(|problem| problem.severity == Severity::Error);
    match problems.is_empty() {
        true => Ok(spec),
        false => Err(problems
            .iter()
            .map(|problem| {
                let place = problem
                    .place()
                    .map(|place| format!("{}:{}: ", place.file, place.line));
                format!(
                    "{}{} ({})",
                    place.unwrap_or_default(),
                    problem.summary,
                    problem.code
                )
            })
            .collect()),
    }
}

/// What the command line and the endpoints say about clusters.
fn known(
    ids: &[(String, String)],
    found: &Found,
    live: Option<&BTreeMap<ClusterName, Cluster>>,
    is_simulated: bool,
) -> Result<BTreeMap<ClusterName, Known>, String> {
    let mut known: BTreeMap<ClusterName, Known> = BTreeMap::new();
    for (name, id) in ids {
        let own = known.entry(name.as_str().into()).or_default();
        if own.id.as_ref().is_some_and(|other| other != id) {
            return Err(format!("--id gives cluster {name} two ids"));
        }
        own.id = Some(id.clone());
    }
    for (name, cluster) in live.into_iter().flatten() {
        let known = known.entry(name.clone()).or_default();
        let id = cluster.id.to_string();
        if let Some(other) = known.id.as_ref().filter(|other| **other != id) {
            return Err(format!(
                "--id says that cluster {name} has the id {other}, and its endpoint says {id}: one of --id and \
                 --cluster names another cluster"
            ));
        }
        known.id = Some(id);
        known.kind = Some(cluster.kind);
        // A simulated cluster is at no address that a spec could keep.
        if !(is_simulated && found.has_endpoint(name.as_str())) {
            known.rest.clone_from(&cluster.rest);
        }
    }
    Ok(known)
}

/// The pages as files. A placeholder for an unknown value says so on its line.
fn files_of(document: &Document, described: &Described, folder: &Path) -> Vec<(PathBuf, String)> {
    let mut files = document.in_folder(folder, &|_| false);
    for (_, text) in &mut files {
        for (placeholder, what) in &described.unknown {
            let marked: Vec<String> = text
                .lines()
                .map(|line| match line.ends_with(placeholder.as_str()) {
                    true => format!(
                        "{line}  # the files do not say {}: replace it",
                        safe::clean(what)
                    ),
                    false => line.to_owned(),
                })
                .collect();
            *text = marked.join("\n") + "\n";
        }
    }
    files
}

/// Writes the specs; nothing is written when one of them must not be. Returns the names of files that were there, which
/// the guide will be one of.
fn write(args: &ImportArgs, files: &[(PathBuf, String)]) -> Result<Vec<String>, Failure> {
    let guide = args.out_dir.join(GUIDE);
    let all = files.iter().map(|(file, _)| file).chain([&guide]);
    let there: Vec<String> = all
        .filter(|file| file.exists())
        .map(|file| file.display().to_string())
        .collect();
    if !args.force && !there.is_empty() {
        return Err(usage(format!(
            "already there: {}; nothing was written. Choose another folder, or pass --force to replace existing files",
            there.join(", ")
        )));
    }
    let folder = args.out_dir.display();
    std::fs::create_dir_all(&args.out_dir)
        .map_err(|error| Failure::failed(format!("failed to create {folder}: {error}")))?;
    for (file, text) in files {
        replace(file, text.as_bytes(), Readers::Everybody)?;
    }
    Ok(there)
}

/// Says which files were replaced, and which specs of the folder were not written by this import: a run reads them too.
fn about_others(
    args: &ImportArgs,
    files: &[(PathBuf, String)],
    replaced: &[String],
    screen: &mut Screen,
) {
    let aside = files.iter().map(|(file, _)| file);
    let aside = aside.filter(|file| file.extension().is_some_and(|ending| ending == "aside"));
    let aside: Vec<String> = aside.map(|file| file.display().to_string()).collect();
    if !aside.is_empty() {
        screen.note(&format!(
            "{} cannot be declared as the files have {}: written with the reason to {}, which no run reads",
            count(aside.len(), "link"),
            if aside.len() == 1 { "it" } else { "them" },
            safe::clean(&aside.join(", "))
        ));
    }
    if !replaced.is_empty() {
        screen.note(&format!("replaced {}", safe::clean(&replaced.join(", "))));
    }
    let all = yaml_files(&args.out_dir).unwrap_or_default();
    let others: Vec<String> = all
        .iter()
        .filter(|file| !files.iter().any(|(own, _)| own == *file))
        .map(|file| file.display().to_string())
        .collect();
    if !others.is_empty() {
        screen.note(&format!(
            "{} in the folder too, and a run reads all: {}; delete what an earlier import wrote and is not needed",
            if others.len() == 1 { "another file is" } else { "other files are" },
            safe::clean(&others.join(", "))
        ));
    }
}

/// The lines of a plan.
fn shown(plan: &Plan) -> Result<Vec<String>, Failure> {
    let mut text = Vec::new();
    PlanFormat::Text.write(&mut text, plan, &Style::default())?;
    let text = String::from_utf8_lossy(&text).into_owned();
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    Ok(lines.map(|line| line.trim_end().to_owned()).collect())
}

fn summary(
    args: &ImportArgs,
    found: &Found,
    described: &Described,
    document: &Document,
    checked: &Checked,
    screen: &mut Screen,
) {
    let folder = args.out_dir.display();
    let path = safe::shell_word(&folder.to_string());
    screen.note(&format!(
        "imported {} and {} to {folder}; {folder}/{GUIDE} says how to hand over",
        count(document.links.len(), "link"),
        count(document.mirrors, "mirror topic"),
    ));
    for owned in found.owned.iter().filter(|owned| owned.is_doomed) {
        let words = format!("{} ({})", owned.address, owned.object);
        screen.note(&format!(
            "warning: the other tool is about to destroy {}; do not apply its plan",
            safe::clean(&words)
        ));
    }
    for (placeholder, what) in &described.unknown {
        screen.note(&format!(
            "  {}: {placeholder} is in its place; replace it, or import again with --cluster or --id",
            safe::clean(&format!("the files do not say {what}"))
        ));
    }
    for (address, why) in &document.notes {
        screen.note(&format!("  {}", safe::clean(&format!("{address}: {why}"))));
    }
    for left in &found.left {
        screen.note(&format!(
            "  {}",
            safe::clean(&format!("{}: {}", left.what, left.why))
        ));
    }
    match checked {
        Checked::Not => {}
        Checked::Same => screen.note("compared with the live clusters: a plan has no changes"),
        Checked::Differs(_) => screen.note(&format!(
            "compared with the live clusters: they differ; see: linkwright plan {path}"
        )),
        Checked::Invalid(_) => screen.note(&format!(
            "not compared with the live clusters: the specs do not validate; see: linkwright validate {path}"
        )),
        Checked::Unread(_) => screen.note(&format!(
            "compared with the live clusters: not all could be read; see: linkwright plan {path}"
        )),
    }
    if !document.variables.is_empty() {
        let names: Vec<&str> = document
            .variables
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        screen.note(&format!(
            "secrets are not imported; set {}",
            names.join(", ")
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spec_with_errors_is_not_compared() {
        let text = |text: &str| [(Arc::from("links.yaml"), Arc::from(text))];
        assert!(valid(&text("version: 1\nlinks: {}\n")).is_ok());
        for wrong in [
            "version: 1\nlnks: {}\n",
            "version: 1\nlinks: [\n",
            "version: 1\nlinks: { a: { source: b, destination: c } }\n",
        ] {
            let lines = valid(&text(wrong)).err().unwrap();
            assert!(lines[0].starts_with("links.yaml:"), "{lines:?}");
        }
    }

    #[test]
    fn an_id_and_an_endpoint_that_disagree_are_refused() {
        let id = |id: &str| vec![("west".to_owned(), id.to_owned())];
        let (spec, _) = spec::parse(&[(
            Arc::from("f.yaml"),
            Arc::from(
                "version: 1\nclusters: { west: { id: lkc-1, rest_endpoint: 'https://west.example.com' } }\n",
            ),
        )]);
        let live = lower(&spec).clusters;
        assert_eq!(live.len(), 1);
        let found = Found::default();
        let all = known(&id("lkc-1"), &found, Some(&live), false).unwrap();
        assert_eq!(all[&ClusterName::from("west")].id.as_deref(), Some("lkc-1"));
        let error = known(&id("lkc-2"), &found, Some(&live), false).unwrap_err();
        assert!(
            error.contains("lkc-2") && error.contains("lkc-1"),
            "{error}"
        );
        let twice = [id("lkc-1"), id("lkc-2")].concat();
        assert!(known(&twice, &found, None, false).is_err());
    }
}
