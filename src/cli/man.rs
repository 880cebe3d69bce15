//! `linkwright man --out-dir DIR`: the manual pages, for packages. clap writes them; what it leaves out, the values in
//! the synopsis, the files and the environment, is added here.

use std::path::Path;

use clap::{Arg, ArgAction, Command, CommandFactory};
use clap_mangen::Man;

use super::Failure;
use super::args::{Args, Man as ManArgs};
use super::exit::Exit;
use super::files::replace;
use super::screen::Screen;
use crate::apply::durable::Readers;

pub(super) fn run(args: &ManArgs, screen: &mut Screen) -> Result<Exit, Failure> {
    let folder = args.out_dir.display();
    std::fs::create_dir_all(&args.out_dir)
        .map_err(|error| Failure::failed(format!("failed to write to {folder}: {error}")))?;
    pages(&args.out_dir)?;
    screen.note(&format!("wrote the manual pages to {folder}"));
    Ok(Exit::Done)
}

/// A page for each command.
fn pages(folder: &Path) -> Result<(), Failure> {
    let mut command = Args::command().disable_help_subcommand(true);
    command.build();
    let below = command.get_subcommands().filter(|it| !it.is_hide_set());
    for command in below.chain([&command]) {
        let man = Man::new(command.clone());
        let mut page = Vec::new();
        man.render(&mut page)?;
        let page = finished(command, &String::from_utf8_lossy(&page));
        replace(
            &folder.join(man.get_filename()),
            page.as_bytes(),
            Readers::Everybody,
        )?;
    }
    Ok(())
}

/// The page with a synopsis that names values, and with sections that clap does not have.
fn finished(command: &Command, page: &str) -> String {
    let mut sections: Vec<(String, String)> = Vec::new();
    let mut head = String::new();
    for line in page.lines() {
        match line.strip_prefix(".SH ") {
            Some(name) => sections.push((name.to_owned(), String::new())),
            None => {
                let text = sections.last_mut().map_or(&mut head, |(_, text)| text);
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    let mut out = head;
    for (name, text) in sections {
        match name.as_str() {
            "SYNOPSIS" => section(&mut out, "SYNOPSIS", &synopsis(command)),
            "EXTRA" => {
                let text = text.replacen("EXAMPLES:\n", "", 1);
                section(&mut out, "EXAMPLES", &text);
            }
            "VERSION" | "AUTHORS" => {
                section(&mut out, "FILES", &entries(&FILES));
                section(&mut out, "ENVIRONMENT", &entries(&ENVIRONMENT));
                section(&mut out, &name, &text);
            }
            _ => section(&mut out, &name, &text),
        }
    }
    if !out.contains(".SH FILES") {
        section(&mut out, "FILES", &entries(&FILES));
        section(&mut out, "ENVIRONMENT", &entries(&ENVIRONMENT));
    }
    out
}

fn section(out: &mut String, name: &str, text: &str) {
    out.push_str(&format!(".SH {name}\n{text}"));
    if !text.ends_with('\n') {
        out.push('\n');
    }
}

/// `linkwright plan [--out FILE] [PATH]...`.
fn synopsis(command: &Command) -> String {
    let name = command.get_bin_name().unwrap_or_else(|| command.get_name());
    let mut text = format!("\\fB{}\\fR", escaped(name));
    let all = command.get_arguments().filter(|arg| !arg.is_hide_set());
    let (positional, options): (Vec<&Arg>, Vec<&Arg>) = all.partition(|arg| arg.is_positional());
    for option in options {
        let flag = match (option.get_long(), option.get_short()) {
            (Some(long), _) => format!("--{long}"),
            (None, Some(short)) => format!("-{short}"),
            (None, None) => continue,
        };
        let option_text = format!("\\fB{}\\fR{}", escaped(&flag), value_of(option));
        match option.is_required_set() {
            true => text.push_str(&format!(" {option_text}")),
            false => text.push_str(&format!(" [{option_text}]")),
        }
        text.push_str(repeats(option));
    }
    for argument in positional {
        let value = value_of(argument);
        let value = value.trim_start();
        match argument.is_required_set() {
            true => text.push_str(&format!(" {value}")),
            false => text.push_str(&format!(" [{value}]")),
        }
        text.push_str(repeats(argument));
    }
    if command.has_subcommands() {
        text.push_str(" \\fICOMMAND\\fR");
    }
    text.push('\n');
    text
}

fn value_of(argument: &Arg) -> String {
    let takes_value = argument.get_action().takes_values();
    let names = argument.get_value_names().filter(|_| takes_value);
    let names = names.into_iter().flatten();
    names
        .map(|name| format!(" \\fI{}\\fR", escaped(name)))
        .collect()
}

fn repeats(argument: &Arg) -> &'static str {
    match argument.get_action() {
        ArgAction::Append if argument.get_value_delimiter().is_none() => "...",
        _ => "",
    }
}

/// Text of roff: a `-` that is to be copied is escaped.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('-', "\\-")
}

fn entries(entries: &[(&str, &str)]) -> String {
    let entry = |(name, about): &(&str, &str)| {
        format!(".TP\n\\fB{}\\fR\n{}\n", escaped(name), escaped(about))
    };
    entries.iter().map(entry).collect()
}

const FILES: [(&str, &str); 7] = [
    (
        "*.yaml, *.yml",
        "Specs: those of a folder together are one. Hidden files, backups and lock files are skipped.",
    ),
    (
        "environments/NAME.yaml",
        "An environment of the specs next to the folder: values of variables, and what it sets and removes.",
    ),
    (
        ".linkwrightignore",
        "Files of a folder that are no specs, in the syntax of .gitignore.",
    ),
    (
        "linkwright-guard.yaml",
        "What specs may do, whatever they say; named by --guard.",
    ),
    (
        "linkwright.report.json",
        "The report of an apply, unless --report names another; with FILE.journal while a large run goes on.",
    ),
    (
        ".linkwright/ledger.json",
        "Which generation of credentials was written, unless --ledger names another or there is a shared store. Next to it, \
         ledger.sandbox.json is that of --sandbox.",
    ),
    (
        "WORLD.state.json",
        "The state of simulated clusters, next to the file of --sandbox.",
    ),
];

const ENVIRONMENT: [(&str, &str); 6] = [
    (
        "LINKWRIGHT_VAR_NAME",
        "The value of the variable NAME of a spec; --var wins over it.",
    ),
    (
        "NAME_API_KEY, NAME_API_SECRET",
        "What authenticates to the cluster NAME of export, import and init, unless they name others.",
    ),
    (
        "any name in ${env:NAME}",
        "The values of references in specs. They are read as late as possible and never printed.",
    ),
    ("NO_COLOR", "No colours, if it is set and not empty."),
    (
        "HTTPS_PROXY, NO_PROXY",
        "The proxy for calls of clusters, and the hosts that need none.",
    ),
    (
        "GITHUB_OUTPUT, GITHUB_STEP_SUMMARY",
        "Where results go in a workflow of GitHub.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_have_values_files_environment_and_examples() {
        let folder = tempfile::tempdir().unwrap();
        pages(folder.path()).unwrap();
        let plan = std::fs::read_to_string(folder.path().join("linkwright-plan.1")).unwrap();
        for text in [
            "[\\fB\\-\\-out\\fR \\fIFILE\\fR]",
            ".SH FILES",
            ".SH ENVIRONMENT",
            ".SH EXAMPLES",
            "LINKWRIGHT_VAR_NAME",
        ] {
            assert!(plan.contains(text), "{text}\n{plan}");
        }
        assert!(!plan.contains("EXTRA"), "{plan}");
        assert_eq!(plan.matches(".SH ENVIRONMENT\n").count(), 1, "{plan}");
        // What is required has no brackets.
        let import = std::fs::read_to_string(folder.path().join("linkwright-import.1")).unwrap();
        let synopsis = " \\fB\\-\\-out\\-dir\\fR \\fIDIR\\fR [";
        assert!(import.contains(synopsis), "{import}");
    }
}
