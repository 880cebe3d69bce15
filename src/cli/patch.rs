//! A change of a spec's files, as a patch: [`Patch`]. It is made and checked without writing anything; then it is
//! shown, saved to a file for `git apply`, or written in place.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::Saving;
use super::exit::Exit;
use super::load::Loaded;
use super::pending::{self, Earlier};
use super::screen::Screen;
use super::{Failure, files, input};
use crate::apply::durable::Readers;
use crate::desired::{Desired, lower};
use crate::diagnostic::{Diagnostic, Sources};
use crate::edit::{self, Edit};
use crate::report::style::Style;
use crate::report::{edited, safe};
use crate::spec::{self, Spec};
use crate::validate;

/// What some edits make of a spec.
pub(super) struct Patch<'a> {
    loaded: &'a Loaded,
    /// What earlier runs of the same command have left, which is part of it.
    pub(super) earlier: Earlier,
    /// The text of each file before it, as it is on the disk.
    before: BTreeMap<Arc<str>, Arc<str>>,
    /// What changes.
    pub(super) changed: edit::Changed,
    /// The spec after it.
    pub(super) spec: Spec,
    /// What is wrong with the spec after it and was not before, with the texts after it.
    pub(super) problems: Loaded,
}

impl<'a> Patch<'a> {
    /// Makes it. The spec must be without errors; whether it is after the edits, [`Patch::problems`] says.
    ///
    /// # Errors
    /// With every edit that cannot be made.
    pub(super) fn of(edits: &[Edit], loaded: &'a Loaded) -> Result<Self, Vec<Diagnostic>> {
        Self::onto(&Earlier::default(), edits, loaded)
    }

    /// Makes it where earlier runs have left changes, and with these.
    ///
    /// # Errors
    /// With every edit that cannot be made.
    pub(super) fn onto(
        earlier: &Earlier,
        edits: &[Edit],
        loaded: &'a Loaded,
    ) -> Result<Self, Vec<Diagnostic>> {
        Self::made(earlier, loaded, |spec, input| {
            edit::changed(edits, spec, input)
        })
    }

    /// The same in the file of the chosen environment alone.
    ///
    /// # Errors
    /// With every edit that cannot be made.
    pub(super) fn in_environment(
        earlier: &Earlier,
        edits: &[Edit],
        loaded: &'a Loaded,
    ) -> Result<Self, Vec<Diagnostic>> {
        Self::made(earlier, loaded, |spec, input| {
            edit::changed_in_environment(edits, spec, input)
        })
    }

    fn made(
        earlier: &Earlier,
        loaded: &'a Loaded,
        change: impl FnOnce(&Spec, &spec::Input<'_>) -> Result<edit::Changed, Vec<Diagnostic>>,
    ) -> Result<Self, Vec<Diagnostic>> {
        let mut changed = loaded.with(&earlier.texts, |input| {
            change(&loaded.spec_with(&earlier.texts), input)
        })?;
        for (name, text) in &earlier.texts {
            let texts = &mut changed.texts;
            texts.entry(name.clone()).or_insert_with(|| text.clone());
        }
        let before: BTreeMap<_, _> = loaded.all_files().cloned().collect();
        let (spec, problems) = checked(loaded, &before, &changed.texts);
        Ok(Self {
            loaded,
            earlier: earlier.clone(),
            before,
            changed,
            spec,
            problems,
        })
    }

    /// Whether the spec says so already.
    pub(super) fn is_empty(&self) -> bool {
        self.changed.texts.is_empty()
    }

    /// The desired state after it; only to be asked for while it has no errors.
    pub(super) fn desired(&self) -> Desired {
        lower(&self.spec)
    }

    /// The files that it changes.
    pub(super) fn files(&self) -> impl Iterator<Item = &str> {
        self.changed.texts.keys().map(AsRef::as_ref)
    }

    /// Whether it changes the file of the chosen environment alone.
    pub(super) fn is_of_environment(&self) -> bool {
        let file = self.loaded.environment.as_ref().map(|(file, _)| &**file);
        self.files().all(|changed| Some(changed) == file)
    }

    /// It as a unified diff, without secrets.
    pub(super) fn shown(&self) -> String {
        let texts = self.changed.texts.iter();
        texts
            .map(|(name, after)| {
                let before = spec::masked(&self.loaded.spec, name, &self.before[name]);
                edited::patch(name, &before, &spec::masked(&self.spec, name, after))
            })
            .collect()
    }

    /// Shows it as a unified diff, without secrets.
    pub(super) fn show(&self, screen: &mut Screen) -> Result<(), Failure> {
        let style = screen.style(true);
        self.write_difference(screen.out(), &style)
    }

    /// The same as a text without colours.
    pub(super) fn difference(&self) -> Result<String, Failure> {
        let mut text = Vec::new();
        self.write_difference(&mut text, &Style::default())?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    fn write_difference(&self, out: &mut dyn Write, style: &Style) -> Result<(), Failure> {
        for (name, after) in &self.changed.texts {
            let before = spec::masked(&self.loaded.spec, name, &self.before[name]);
            let after = spec::masked(&self.spec, name, after);
            edited::difference(out, name, &before, &after, style)?;
        }
        Ok(())
    }

    /// The patch as `git apply` and `patch -p1` take it in the folder that the names of the files start from.
    pub(super) fn text(&self) -> String {
        let texts = self.changed.texts.iter();
        texts
            .map(|(name, after)| edited::patch(name, &self.before[name], after))
            .collect()
    }

    /// Whether no other command has left a patch that changes the same lines and is not applied yet: only one of both
    /// would apply. Looked for here, and where this one is to be saved.
    ///
    /// # Errors
    /// With the files, and what to do.
    pub(super) fn is_free(&self, file: Option<&Path>) -> Result<(), Failure> {
        let text_of = |name: &str| self.text_of(name);
        let mut found = pending::in_the_way(&pending::folders(file), &self.text(), &text_of);
        found.retain(|file| !self.earlier.files.contains_key(file));
        let names = words(&found);
        match names.as_slice() {
            [] => Ok(()),
            [first, ..] => Err(Failure::new(
                Exit::Usage,
                format!(
                    "{} of an earlier command changes the same lines and is not applied yet: after one of both changes \
                     the other would not apply. Apply it first: git apply -- {first}; or delete it if it is not to be. No \
                     changes were made",
                    names.join(" "),
                ),
            )),
        }
    }

    /// The patch files here that are not applied yet.
    pub(super) fn waiting(&self) -> Vec<String> {
        words(&pending::waiting(Path::new("."), &|name| {
            self.text_of(name)
        }))
    }

    /// The text of a file as it was read, by its name in a patch.
    fn text_of(&self, name: &str) -> Option<&str> {
        let mut files = self.before.iter();
        let found = files.find(|(file, _)| edited::patch_name(file) == name);
        found.map(|(_, text)| &**text)
    }

    /// What is to be in a file of this name; whether it is there already.
    ///
    /// # Errors
    /// When the file has another change, which may be all that is known of an earlier incident; and as
    /// [`Patch::is_free`].
    pub(super) fn fits(&self, file: &Path) -> Result<(String, bool), Failure> {
        let heading = self.earlier.heading.as_deref().unwrap_or_default();
        let text = format!("{heading}{}", self.text());
        let name = safe::shell_word(&file.display().to_string());
        match input::bytes(file, input::SPEC) {
            Ok(before) if before == text.as_bytes() => return Ok((text, true)),
            Ok(before)
                if !before.is_empty()
                    && !self.earlier.files.contains_key(&pending::short(file)) =>
            {
                let words = format!(
                    "{name} has another change; name another file with --patch. No changes were made"
                );
                return Err(Failure::new(Exit::Usage, words));
            }
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => {
                let words = format!("failed to read {name}: {error}. No changes were made");
                return Err(Failure::failed(words));
            }
        }
        self.is_free(Some(file))?;
        Ok((text, false))
    }

    /// Saves the patch to a file that only its owner may read: on the disk when this returns. The files of earlier runs,
    /// whose changes it has too, are removed.
    ///
    /// # Errors
    /// As [`Patch::fits`], and when it cannot be written.
    pub(super) fn save(&self, file: &Path) -> Result<(), Failure> {
        let (text, is_there) = self.fits(file)?;
        if !is_there {
            files::replace(file, text.as_bytes(), Readers::Owner)?;
        }
        let mut earlier = self.earlier.files.keys();
        earlier.try_for_each(|other| match *other == pending::short(file) {
            true => Ok(()),
            false => files::remove(other),
        })
    }

    /// Leaves the patch files as they were before [`Patch::save`].
    ///
    /// # Errors
    /// When they cannot be written.
    pub(super) fn restore(&self, file: &Path) -> Result<(), Failure> {
        for (other, text) in &self.earlier.files {
            files::replace(other, text.as_bytes(), Readers::Owner)?;
        }
        match self.earlier.files.contains_key(&pending::short(file)) {
            true => Ok(()),
            false => files::remove(file),
        }
    }

    /// Saves it and writes it, as the command line says: the patch is on the disk before a spec is changed.
    pub(super) fn keep(&self, saving: &Saving, screen: &mut Screen) -> Result<(), Failure> {
        if let Some(file) = &saving.patch {
            self.save(file)?;
            let name = safe::shell_word(&file.display().to_string());
            screen.note(&format!("saved {name}"));
        }
        if saving.write {
            self.write()?;
            for name in self.files() {
                screen.note(&format!("wrote {name}"));
            }
        }
        Ok(())
    }

    /// Writes the new texts in place of those that were read, each at once, and none if one of the files has changed
    /// since.
    pub(super) fn write(&self) -> Result<(), Failure> {
        let texts = self.changed.texts.iter();
        let rewritten: Vec<_> = texts
            .map(|(name, after)| (name.as_ref(), self.before[name].as_ref(), after.as_str()))
            .collect();
        for (name, before, _) in &rewritten {
            files::unchanged(name, before)?;
        }
        for (name, before, after) in rewritten {
            files::rewrite(name, before, after)?;
        }
        Ok(())
    }
}

/// Files as words of a command.
fn words(files: &[PathBuf]) -> Vec<String> {
    let names = files.iter().map(|it| it.display().to_string());
    names.map(|name| safe::shell_word(&name)).collect()
}

/// The spec after the changes, and what is wrong with it that was not before.
fn checked(
    loaded: &Loaded,
    before: &BTreeMap<Arc<str>, Arc<str>>,
    new: &BTreeMap<Arc<str>, String>,
) -> (Spec, Loaded) {
    let (spec, mut problems) = loaded.with(new, spec::read);
    let context = validate::Context {
        today: super::today(),
    };
    problems.extend(validate::check(&spec, &context));
    let is_known = |it: &Diagnostic| {
        let mut known = loaded.diagnostics.iter();
        known.any(|old| old.code == it.code && old.summary == it.summary)
    };
    problems.retain(|it| !is_known(it));
    spec.origins.explain(&mut problems);
    crate::diagnostic::sort(&mut problems);
    let mut sources = Sources::default();
    for (name, before) in before {
        let text = new.get(name).map_or(&**before, String::as_str);
        sources.insert(name.clone(), spec::masked(&spec, name, text).into());
    }
    let problems = Loaded {
        sources,
        diagnostics: problems,
        ..Loaded::default()
    };
    (spec, problems)
}
