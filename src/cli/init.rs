//! `linkwright init`: a spec to start from: a commented one, a template, or the clusters that exist.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use linkwright_clock::Clock;

use super::Failure;
use super::args::{Global, Init, Template};
use super::exit::Exit;
use super::export::named::{Asked, called, connected};
use super::load::Lookups;
use super::screen::Screen;
use super::session::Session;
use crate::export::{ExportInput, export};
use crate::refresh;
use crate::report::safe;
use crate::spec;

pub(super) async fn run(
    args: &Init,
    global: &Global,
    time: &Clock,
    screen: &mut Screen,
) -> Result<Exit, Failure> {
    let file = args.file.display();
    if args.from_cluster.is_empty() {
        write(&args.file, text_of(args.template).as_ref())?;
        writeln!(
            screen.out(),
            "wrote {file}; edit it, then check it with: linkwright validate {file}"
        )?;
        return Ok(Exit::Done);
    }
    let Some(text) = of_clusters(args, global, time, screen).await? else {
        return Ok(Exit::Usage);
    };
    write(&args.file, &text)?;
    writeln!(
        screen.out(),
        "wrote {file}; its links are written next to it by: linkwright export {file} --merge"
    )?;
    Ok(Exit::Done)
}

/// Writes a new file.
fn write(file: &Path, text: &str) -> Result<(), Failure> {
    let folder = file.parent().unwrap_or(Path::new(""));
    let file_name = file.display();
    std::fs::create_dir_all(folder)
        .and_then(|()| File::create_new(file))
        .and_then(|mut new| new.write_all(text.as_bytes()))
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => Failure::new(
                Exit::Usage,
                format!("{file_name} exists already; choose another file, or move it first"),
            ),
            _ => Failure::failed(format!("failed to write {file_name}: {error}")),
        })
}

/// The template, with a schema that an editor finds wherever the file is.
fn text_of(template: Option<Template>) -> String {
    let text = match template {
        None => return spec::STARTER.to_owned(),
        Some(Template::Dr) => include_str!("../../examples/disaster-recovery/links.yaml"),
        Some(Template::Bidirectional) => include_str!("../../examples/bidirectional/links.yaml"),
        Some(Template::SourceInitiated) => {
            include_str!("../../examples/source-initiated/links.yaml")
        }
        Some(Template::Migration) => include_str!("../../examples/to-cloud/links.yaml"),
        Some(Template::Kerberos) => include_str!("../../examples/kerberos/links.yaml"),
    };
    let schema = spec::STARTER.lines().next().unwrap_or_default();
    match text.split_once('\n') {
        Some((_, rest)) => format!("{schema}\n{rest}"),
        None => text.to_owned(),
    }
}

/// The clusters behind these endpoints as a spec, with their ids and with the bootstrap servers that their links
/// use. `None` where something is wrong with the guard file.
async fn of_clusters(
    args: &Init,
    global: &Global,
    time: &Clock,
    screen: &mut Screen,
) -> Result<Option<String>, Failure> {
    let opened = Session::unconnected(None, Lookups::None, &[], global, time, screen)?;
    let Some(session) = opened else {
        return Ok(None);
    };
    let asked = Asked {
        option: "--from-cluster",
        clusters: &args.from_cluster,
        api_key: &args.api_key,
        api_secret: &args.api_secret,
        no_sign_in: args.no_sign_in,
    };
    let mut found = called(&asked, session.embedded())?;
    let clients = connected(&session, &mut found, asked.option, global).await?;
    let document = export(&ExportInput {
        clusters: &found,
        live: &refresh::inventory(&clients).await,
        existing: None,
        only_used: false,
        today: super::today(),
    });
    session.keep()?;
    if document.is_partial {
        let whys = document.notes.iter();
        let whys: Vec<String> = whys
            .map(|(address, why)| safe::clean(&format!("{address}: {why}")).into_owned())
            .collect();
        return Err(Failure::failed(whys.join("\n")));
    }
    let schema = spec::STARTER.lines().next().unwrap_or_default();
    let clusters = document.clusters.unwrap_or_default().file();
    let file = args.file.display();
    Ok(Some(format!(
        "{schema}\n# Clusters that exist. `linkwright export {file} --merge` writes their links next to this file.\n\
         {clusters}"
    )))
}
