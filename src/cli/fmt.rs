//! `linkwright fmt`: the canonical layout of specs.

use std::sync::Arc;

use super::Failure;
use super::args::{DiagnosticFormat, Fmt};
use super::exit::Exit;
use super::files;
use super::load::{self, Loaded, Texts};
use super::screen::Screen;
use crate::edit;
use crate::report::safe;
use crate::report::words::quantity;
use crate::spec;

pub(super) fn run(args: &Fmt, screen: &mut Screen) -> Result<Exit, Failure> {
    let mut all = Loaded::default();
    let mut others: Vec<(Arc<str>, Arc<str>, String)> = Vec::new();
    let mut count = 0;
    for paths in load::specs_of(&args.paths.paths) {
        let Texts {
            files,
            found,
            diagnostics,
        } = load::texts(&paths, None);
        let (read, problems) = spec::read(&spec::Input {
            found: &found,
            ..spec::Input::of(&files)
        });
        all.diagnostics.extend(diagnostics);
        all.diagnostics.extend(
            problems
                .into_iter()
                .filter(|it| [spec::codes::FOREIGN, spec::codes::WORLD].contains(&it.code)),
        );
        let environments = load::texts_of_environments(&paths);
        all.diagnostics.extend(environments.diagnostics);
        let files = files
            .iter()
            .filter(|(name, _)| !read.foreign.contains_key(name))
            .chain(&environments.files);
        for (name, text) in files {
            count += 1;
            match edit::format(name, text) {
                Ok(new) if *new == **text => {}
                Ok(new) => others.push((name.clone(), text.clone(), new)),
                Err(problems) => {
                    let shown = spec::masked(&read, name, text);
                    all.sources.insert(name.clone(), shown.into());
                    all.diagnostics.extend(problems);
                }
            }
        }
    }
    for (name, before, after) in &others {
        if !args.check {
            files::rewrite(name, before, after)?;
        }
        writeln!(screen.out(), "{}", safe::clean(name))?;
    }
    let has_errors = all.has_errors();
    super::diagnose::print(&all, DiagnosticFormat::Text, screen)?;
    let number = quantity(others.len(), "file");
    match (args.check, others.len()) {
        _ if has_errors => Ok(Exit::Usage),
        (_, 0) => {
            screen.note(&format!("{} in canonical layout", quantity(count, "file")));
            Ok(Exit::Done)
        }
        (true, _) => {
            screen.note(&format!(
                "{number} not in canonical layout; run: linkwright fmt"
            ));
            Ok(Exit::Failed)
        }
        (false, _) => {
            screen.note(&format!("{number} formatted"));
            Ok(Exit::Done)
        }
    }
}
