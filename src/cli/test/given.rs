//! What a scenario gives, on the disk: [`Given`].

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use linkwright_sandbox::{World, is_link_config};

use super::super::spec_files::yaml_files;
use super::super::{embedded, environments, input, recorded};
use crate::apply::durable::{self, Flush, Readers};
use crate::diagnostic::{Diagnostic, Place};
use crate::report::safe;
use crate::scenario::{self, Action, Scenario, Setting};
use crate::spec;
use crate::twin::Twin;

/// The files of a scenario, and where each goes in the folder that it is played in.
#[derive(Debug, Default)]
pub(super) struct Given {
    /// Each file with its name in that folder.
    pub(super) copies: Vec<(PathBuf, PathBuf)>,
    /// The world file, or the snapshot.
    clusters: Option<Clusters>,
    /// Files that events and expectations name.
    others: Vec<PathBuf>,
}

/// Where the simulated clusters are from.
#[derive(Debug)]
enum Clusters {
    World(PathBuf, Place),
    Snapshot(PathBuf, Place),
}

impl Given {
    /// Finds the files of a scenario that is in this folder.
    ///
    /// # Errors
    /// Those that are not there, and what is wrong with them.
    pub(super) fn of(scenario: &Scenario, folder: &Path) -> Result<Self, Vec<Diagnostic>> {
        let mut given = Self::default();
        let mut problems = Vec::new();
        let Setting {
            world, snapshot, ..
        } = &scenario.given;
        given.clusters = match (world, snapshot) {
            (Some(file), _) => Some(Clusters::World(
                folder.join(&file.value),
                file.place.clone(),
            )),
            (None, Some(file)) => {
                let path = folder.join(&file.value);
                Some(Clusters::Snapshot(path, file.place.clone()))
            }
            (None, None) => None,
        };
        for step in scenario.steps() {
            if let Action::Replace(replace) = &step.action {
                given.others.push(folder.join(&replace.with.value));
                if leads_out(&replace.file.value) {
                    problems.push(
                        Diagnostic::error(scenario::GIVEN, "not a file of the spec")
                            .at(&replace.file.place, "leads out of the folder of the spec")
                            .help("name the file as it is called in that folder"),
                    );
                }
                if !folder.join(&replace.with.value).is_file() {
                    problems.push(missing(&replace.with.value, &replace.with.place, "file"));
                }
            }
        }
        given.spec(scenario, folder, &mut problems);
        for file in &scenario.given.files {
            let path = folder.join(&file.value);
            if !path.is_file() {
                problems.push(missing(&file.value, &file.place, "file"));
                continue;
            }
            let name = match leads_out(&file.value) {
                true => path.file_name().map(PathBuf::from),
                false => Some(PathBuf::from(&file.value)),
            };
            given.add(path, name.unwrap_or_default(), &file.place, &mut problems);
        }
        if given.clusters.is_some()
            && let Err(problem) = given.world()
        {
            problems.push(*problem);
        }
        match problems.is_empty() {
            true => Ok(given),
            false => Err(problems),
        }
    }

    /// The files of the spec and of its environments.
    fn spec(&mut self, scenario: &Scenario, folder: &Path, problems: &mut Vec<Diagnostic>) {
        let here = scenario.given.place.clone();
        let written = scenario.given.spec.iter().flat_map(|paths| &paths.0);
        let mut paths: Vec<(PathBuf, Place)> = written
            .map(|path| (folder.join(&path.value), path.place.clone()))
            .collect();
        if scenario.given.spec.is_none() {
            paths.push((folder.to_owned(), here));
        }
        let others: BTreeSet<PathBuf> = self
            .others()
            .filter_map(|it| it.canonicalize().ok())
            .collect();
        for (path, place) in &paths {
            if path.is_dir() {
                let files = yaml_files(path).unwrap_or_default();
                let is_spec = |file: &PathBuf| {
                    let name = file.file_name().unwrap_or_default().to_string_lossy();
                    let is_other = file.canonicalize().is_ok_and(|it| others.contains(&it));
                    !is_other && !scenario::is_scenario_name(&name)
                };
                let files: Vec<PathBuf> = files.into_iter().filter(is_spec).collect();
                if files.is_empty() {
                    problems.push(
                        Diagnostic::error(scenario::GIVEN, "no spec is given")
                            .at(place, "the folder has no YAML file of a spec")
                            .help("write `spec: PATH`, a file or a folder, from the folder of the scenario"),
                    );
                }
                for file in files {
                    let name = file.file_name().map(PathBuf::from).unwrap_or_default();
                    self.add(file, name, place, problems);
                }
            } else if path.is_file() {
                let name = path.file_name().map(PathBuf::from).unwrap_or_default();
                self.add(path.clone(), name, place, problems);
            } else {
                let name = path.strip_prefix(folder).unwrap_or(path);
                problems.push(missing(&name.to_string_lossy(), place, "spec"));
            }
        }
        let paths: Vec<PathBuf> = paths.into_iter().map(|(path, _)| path).collect();
        for file in environments::paths_of(&paths) {
            let name = file.file_name().map(PathBuf::from).unwrap_or_default();
            let place = scenario.given.place.clone();
            self.add(file, Path::new(spec::FOLDER).join(name), &place, problems);
        }
    }

    fn add(&mut self, file: PathBuf, name: PathBuf, place: &Place, problems: &mut Vec<Diagnostic>) {
        match self.copies.iter().find(|(_, known)| *known == name) {
            Some((known, _)) if *known == file => {}
            Some(_) => {
                let name = name.display().to_string();
                let summary = format!("two files would be called {}", safe::clean(&name));
                problems.push(
                    Diagnostic::error(scenario::GIVEN, summary)
                        .at(place, "the second of them")
                        .why("commands run in one folder that has a copy of each")
                        .help("rename one of them"),
                );
            }
            None => self.copies.push((file, name)),
        }
    }

    /// What is given and is no file of the spec.
    fn others(&self) -> impl Iterator<Item = &PathBuf> {
        let clusters = self.clusters.iter().map(|clusters| match clusters {
            Clusters::World(file, _) | Clusters::Snapshot(file, _) => file,
        });
        clusters.chain(&self.others)
    }

    /// Every file that the scenario reads.
    pub(super) fn files(&self) -> impl Iterator<Item = &PathBuf> {
        self.copies
            .iter()
            .map(|(file, _)| file)
            .chain(self.others())
    }

    /// The simulated clusters.
    ///
    /// # Errors
    /// When its file is no world, or none can be made of it.
    pub(super) fn world(&self) -> Result<World, Box<Diagnostic>> {
        let problem = |place: &Place, words: String, help: &str| {
            let summary = safe::clean(words.lines().next().unwrap_or_default()).into_owned();
            let problem = Diagnostic::error(scenario::GIVEN, summary)
                .at(place, "the simulated clusters are from here");
            Box::new(problem.help(help))
        };
        match &self.clusters {
            None => Err(Box::new(Diagnostic::error(
                scenario::GIVEN,
                "no simulated clusters are given",
            ))),
            Some(Clusters::World(file, place)) => embedded::world_of(file).map_err(|error| {
                let help =
                    "name a world file of the sandbox; `linkwright twin` writes one of a snapshot";
                problem(place, error.to_string(), help)
            }),
            Some(Clusters::Snapshot(file, place)) => {
                let help = "name a file that `linkwright snapshot` wrote";
                let read = recorded::read(file, super::super::now());
                let (snapshot, _) =
                    read.map_err(|error| problem(place, error.to_string(), help))?;
                let twin = Twin::of(&snapshot, &is_link_config);
                let twin = twin.ok_or_else(|| {
                    problem(
                        place,
                        "no cluster said anything when it was taken".to_owned(),
                        help,
                    )
                })?;
                let text = twin.to_yaml().map_err(|error| error.to_string());
                let world = text
                    .and_then(|text| World::from_yaml(&text).map_err(|error| error.to_string()));
                world.map_err(|words| {
                    problem(place, format!("no world can be made of it: {words}"), help)
                })
            }
        }
    }

    /// Copies the files to the folder that the scenario is played in.
    ///
    /// # Errors
    /// When a file cannot be read or written.
    pub(super) fn copy_to(&self, folder: &Path) -> std::io::Result<()> {
        for (file, name) in &self.copies {
            let to = folder.join(name);
            if let Some(above) = to.parent() {
                std::fs::create_dir_all(above)?;
            }
            let text = input::bytes(file, input::SAVED)?;
            durable::replace(&to, &text, Readers::Owner, Flush::ToSystem)?;
        }
        Ok(())
    }
}

/// Whether a path leads out of the folder that it starts at.
fn leads_out(path: &str) -> bool {
    let path = Path::new(path);
    let is_name = |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
    !path.components().all(is_name)
}

fn missing(name: &str, place: &Place, what: &str) -> Diagnostic {
    let summary = format!("there is no {what} {}", safe::clean(name));
    Diagnostic::error(scenario::GIVEN, summary)
        .at(place, "does not exist")
        .help("paths start at the folder of the scenario")
}
