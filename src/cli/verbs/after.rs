//! What becomes of the change of the spec when a verb ends, and what it leaves to people: [`Aftermath`].

use std::path::PathBuf;

use super::super::Failure;
use super::super::args::{Acting, ApplyFormat};
use super::super::ending::Ending;
use super::super::exit::Exit;
use super::super::files;
use super::super::patch::Patch;
use super::super::screen::Screen;
use crate::address::Address;
use crate::diagnostic::Severity;
use crate::edit::verbs::Asked;
use crate::plan::{self, Plan, file};
use crate::report::ndjson::{self, EventV1, HandOverV1};
use crate::report::words::{self, verb::Left};
use crate::report::{edited, refused, safe, style::Ink};

/// The change of the spec that a verb makes, from the patch file on.
pub(super) struct Aftermath<'a> {
    word: &'static str,
    title: String,
    acting: &'a Acting,
    asked: &'a Asked,
    patch: &'a Patch<'a>,
    /// The patch file, while there is one.
    file: Option<PathBuf>,
}

/// What became of the spec.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spec {
    /// It says so already.
    Same,
    /// It was changed.
    Written,
    /// Its change is in the patch file.
    InPatch,
}

impl<'a> Aftermath<'a> {
    pub(super) fn new(
        word: &'static str,
        title: String,
        acting: &'a Acting,
        asked: &'a Asked,
        patch: &'a Patch<'a>,
    ) -> Self {
        Self {
            word,
            title,
            acting,
            asked,
            patch,
            file: None,
        }
    }

    /// Saves the patch: it is on the disk when this returns. A dry run only looks whether it could.
    pub(super) fn save(&mut self) -> Result<(), Failure> {
        if self.patch.is_empty() {
            return Ok(());
        }
        let earlier = self.patch.earlier.files.keys().next();
        let file = match (&self.acting.patch, earlier) {
            (Some(file), _) | (None, Some(file)) => file.clone(),
            // The same change has the same name, so that a command that is run again leaves one file.
            (None, None) => {
                let text = self.patch.text();
                let digest = file::spec_digest([("", text.as_str())]);
                let digest: String = digest.chars().take(8).collect();
                PathBuf::from(format!("linkwright-{}-{digest}.patch", self.word))
            }
        };
        if self.acting.dry_run {
            return self.patch.fits(&file).map(|_| ());
        }
        self.patch.save(&file)?;
        self.file = Some(file);
        Ok(())
    }

    /// The name of the patch file.
    pub(super) fn file(&self) -> Option<String> {
        let file = self.file.as_ref()?;
        Some(file.display().to_string())
    }

    /// Writes the spec where that is asked for and something was done, and says what is left to people.
    pub(super) fn end(
        &mut self,
        result: Result<Exit, Failure>,
        ending: &mut Ending,
        screen: &mut Screen,
    ) -> Result<Exit, Failure> {
        if self.acting.dry_run {
            if result.as_ref().is_ok_and(|exit| *exit == Exit::Done) {
                self.say(None, screen)?;
            }
            return result;
        }
        let is_done = match ending.ran {
            true => ending.reached,
            false => matches!(result, Ok(Exit::Done)),
        };
        match (is_done, ending.ran) {
            (true, _) => self.keep(screen)?,
            // What was sent may still take effect.
            (false, true) => {
                if let Some(file) = self.file() {
                    let words = format!(
                        "No operation is known to have succeeded, so the spec was not changed. Its change is in {file}"
                    );
                    writeln!(screen.err(), "{}", safe::clean(&words))?;
                }
            }
            (false, false) => self.discard(screen)?,
        }
        if ending.ran && !matches!(result, Ok(Exit::Done)) {
            screen.note(&match self.file() {
                Some(file) => format!(
                    "Not everything is done. To do what is left, run the same command again: it takes the change in {file} with it."
                ),
                None => "Not everything is done. To do what is left, run the same command again.".to_owned(),
            });
        }
        result
    }

    /// Live state is as asked for, or on its way.
    fn keep(&mut self, screen: &mut Screen) -> Result<(), Failure> {
        let spec = match (self.patch.is_empty(), self.acting.write) {
            (true, _) => Spec::Same,
            (false, false) => Spec::InPatch,
            (false, true) => {
                if let Err(mut failure) = self.patch.write() {
                    if let Some(file) = self.file() {
                        failure.words = format!("{}; the change is in {file}", failure.words);
                    }
                    self.say(Some(Spec::InPatch), screen)?;
                    return Err(failure);
                }
                self.remove()?;
                Spec::Written
            }
        };
        self.say(Some(spec), screen)
    }

    /// Nothing was sent.
    fn discard(&mut self, screen: &mut Screen) -> Result<(), Failure> {
        let Some(file) = self.file.take() else {
            return Ok(());
        };
        self.patch.restore(&file)?;
        let earlier = self.patch.earlier.files.keys();
        let earlier: Vec<String> = earlier.map(|it| it.display().to_string()).collect();
        screen.note(&match earlier.is_empty() {
            false => format!(
                "The spec was not changed; {} is from an earlier run, and stays.",
                earlier.join(" ")
            ),
            true => format!("The spec was not changed; {} was removed.", file.display()),
        });
        Ok(())
    }

    fn remove(&mut self) -> Result<(), Failure> {
        self.file.take().map_or(Ok(()), |file| files::remove(&file))
    }

    /// The commands that bring the change to Git.
    fn commands(&self, spec: Spec) -> Vec<String> {
        let patch = match spec {
            Spec::Same => return Vec::new(),
            Spec::InPatch => self.file(),
            Spec::Written => None,
        };
        edited::git_commands(self.patch.files(), patch.as_deref(), &self.title)
    }

    /// Says where the change is, who must act, and how it is undone. Without a run: what will be.
    fn say(&self, spec: Option<Spec>, screen: &mut Screen) -> Result<(), Failure> {
        let Left { who, undo } = words::verb::left(
            self.word,
            self.asked,
            !self.patch.is_empty(),
            self.file().as_deref(),
            self.acting.global.chosen.environment.as_deref(),
        );
        let commands = spec.map(|spec| self.commands(spec)).unwrap_or_default();
        let files: Vec<String> = self.patch.files().map(str::to_owned).collect();
        if self.acting.output == ApplyFormat::Json {
            let event = EventV1::HandOver {
                spec: files,
                written: spec == Some(Spec::Written),
                patch: self.file(),
                commands,
                who: who
                    .into_iter()
                    .map(|(who, what)| HandOverV1 {
                        who: who.to_owned(),
                        what,
                    })
                    .collect(),
                undo,
            };
            writeln!(screen.out(), "{}", ndjson::line_of(&event))?;
            return Ok(());
        }
        let style = screen.style(false);
        let title = |text: &str| style.paint(Ink::Title, text);
        let out = screen.out();
        writeln!(out)?;
        match spec {
            None => {}
            Some(Spec::Same) => {
                writeln!(out, "{} unchanged; it says so already", title("Spec:"))?;
                let waiting = self.patch.waiting();
                if !waiting.is_empty() {
                    writeln!(
                        out,
                        "Not applied: {}; delete what this command undoes",
                        waiting.join(" ")
                    )?;
                }
            }
            Some(Spec::Written) => {
                writeln!(
                    out,
                    "{} changed {}",
                    title("Spec:"),
                    safe::clean(&files.join(", "))
                )?;
            }
            Some(Spec::InPatch) => {
                let file = self.file().unwrap_or_default();
                let file = safe::clean(&file);
                writeln!(
                    out,
                    "{} not changed; its change is in {file}",
                    title("Spec:")
                )?;
            }
        }
        if !commands.is_empty() {
            writeln!(out, "{}", title("Git, when it can be reached:"))?;
        }
        for command in &commands {
            writeln!(out, "  {}", safe::clean(command))?;
        }
        writeln!(out, "{}", title("Who must act:"))?;
        for (who, what) in &who {
            writeln!(out, "  {who}: {}", safe::clean(what))?;
        }
        writeln!(out, "{} {}", title("Undo:"), safe::clean(&undo))?;
        Ok(())
    }
}

/// Refuses a plan that leaves a mirror topic that was asked for as it is: nothing is done then, nor written.
pub(super) fn check(plan: &Plan, targets: &[Address]) -> Result<(), Failure> {
    let hindered = plan::hindered(plan, targets);
    if hindered.is_empty() {
        return Ok(());
    }
    let reasons = hindered.into_iter();
    let reasons = reasons.map(|finding| refused::of_finding(finding, Severity::Error));
    let mut failure = Failure::about(Exit::Refused, reasons.collect());
    let mut free: Vec<String> = plan::changed(plan, targets)
        .map(Address::to_string)
        .collect();
    free.dedup();
    let more = free.len().saturating_sub(MAX_NAMED);
    free.truncate(MAX_NAMED);
    let free = free.join(" ");
    let rest = match more {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    if !free.is_empty() {
        failure.words = format!(
            "{}: all that is named is done, or nothing. Not held back: {}{rest}; name these alone",
            failure.words,
            safe::clean(&free)
        );
    }
    Err(failure)
}

/// At most this many addresses are named.
const MAX_NAMED: usize = 10;
