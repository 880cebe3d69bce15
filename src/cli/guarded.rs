//! The guard file of a run, with what only the file system knows: [`OpenGuard`].

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::Global;
use super::input;
use crate::desired::{Desired, DesiredValue};
use crate::diagnostic::{Diagnostic, Place, Sources};
use crate::guard::{self, Guard};
use crate::plan::Allow;
use crate::report::safe;
use crate::secret::{Reference, Template};
use crate::spec::{self, Purpose, Spec};

/// A guard file that was read, and the folders whose files may be read.
#[derive(Debug)]
pub(super) struct OpenGuard {
    pub(super) guard: Guard,
    pub(super) name: Arc<str>,
    pub(super) text: Arc<str>,
    roots: Vec<PathBuf>,
}

/// What is wrong with a guard file, and its text.
pub(super) struct Unusable {
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) sources: Sources,
}

impl OpenGuard {
    /// The guard that the command line or the environment names.
    ///
    /// # Errors
    /// What is wrong with its file, to be shown.
    pub(super) fn of(global: &Global) -> Result<Option<Self>, Unusable> {
        let Some(path) = &global.guard.guard else {
            return Ok(None);
        };
        let name: Arc<str> = safe::clean(&path.display().to_string()).into();
        let unusable = |diagnostics| Unusable {
            diagnostics,
            sources: Sources::default(),
        };
        let text: Arc<str> = match input::text(path, input::GUARD) {
            Ok(text) => text.into(),
            Err(error) => {
                let words = format!("the guard file `{name}` cannot be read: {error}");
                let unreadable = Diagnostic::error(guard::UNREADABLE, words)
                    .help("pass an existing file with --guard, or unset LINKWRIGHT_GUARD");
                return Err(unusable(vec![unreadable]));
            }
        };
        let guard = Guard::parse(&name, &text).map_err(|diagnostics| {
            let mut unusable = unusable(diagnostics);
            unusable.sources.insert(name.clone(), text.clone());
            unusable
        })?;
        let folder = path.parent().unwrap_or(Path::new(""));
        // A folder that does not exist permits nothing.
        let roots = guard
            .roots()
            .map(|root| match folder.as_os_str().is_empty() {
                true => PathBuf::from(root),
                false => folder.join(root),
            });
        let roots = roots.filter_map(|root| root.canonicalize().ok()).collect();
        Ok(Some(Self {
            guard,
            name,
            text,
            roots,
        }))
    }

    /// What is wrong with a reference.
    fn reference(&self, reference: &Reference) -> Option<Diagnostic> {
        let Reference::File { path } = reference else {
            return self.guard.variable(reference);
        };
        let (is_fine, summary) = match Path::new(path).canonicalize() {
            Ok(file) => (
                self.roots.iter().any(|root| file.starts_with(root)),
                format!("the file `{path}` must not be read"),
            ),
            // It says no more of a file that it must not read than that it must not be read.
            Err(_) => (
                false,
                format!("the file `{path}` must not be read, or does not exist"),
            ),
        };
        (!is_fine).then(|| {
            self.guard
                .denied(guard::FILE, summary, "`references.files`")
                .why(format!(
                    "with symbolic links followed, it is in no folder that `references.files` of the guard \
                     file {} lists",
                    self.name
                ))
        })
    }

    /// The references of a spec that must not be read, and what its policy must not allow.
    pub(super) fn check_spec(&self, spec: &Spec) -> Vec<Diagnostic> {
        let references = spec::references(spec).filter_map(|used| {
            let label = match used.purpose {
                Purpose::Call => "not permitted",
                Purpose::Link => "not permitted, also where apply would read it",
            };
            Some(self.reference(&used.reference)?.at(&used.place, label))
        });
        let mut denied: Vec<Diagnostic> = references.collect();
        denied.extend(self.guard.policy(spec));
        denied
    }

    /// Everything in a desired state that is not permitted, references too: for one that is no spec's.
    pub(super) fn check_desired(&self, desired: &Desired) -> Vec<Diagnostic> {
        let mut denied = self.guard.check(desired);
        let mut check = |templates: Vec<&Template>, place: &Place| {
            let references = templates.into_iter().flat_map(Template::references);
            let denials = references.filter_map(|reference| self.reference(reference));
            denied.extend(denials.map(|it| it.at(place, "used here")));
        };
        for cluster in desired.clusters.values() {
            let rest = cluster.rest.iter();
            check(
                rest.flat_map(|it| it.auth.templates()).collect(),
                &cluster.place,
            );
        }
        if let Some(cloud) = &desired.cloud {
            check(cloud.templates().collect(), &cloud.place);
        }
        for (_, half) in desired.halves() {
            let configs = half.configs.values();
            check(
                configs.filter_map(|it| secret(&it.value)).collect(),
                &half.place,
            );
        }
        denied
    }

    /// The denial of something that the command line or an approval allows.
    pub(super) fn allowance(&self, allow: Allow) -> Diagnostic {
        let summary = format!("`{}` must not be allowed", allow.word());
        self.guard.denied(guard::ALLOWANCE, summary, "`allow`")
    }

    /// What is wrong with a file of a spec that a symbolic link takes from elsewhere: errors quote lines of
    /// specs, so that such a file would be shown.
    pub(super) fn check_file(&self, path: &Path) -> Option<Diagnostic> {
        let home = match path.is_absolute() {
            true => path.parent().map(Path::to_path_buf),
            false => Some(PathBuf::from(".")),
        };
        let home = home.and_then(|home| home.canonicalize().ok());
        let file = path.canonicalize().ok();
        let is_fine = match (&home, &file) {
            (Some(home), Some(file)) => file.starts_with(home),
            // What does not exist is reported when it is read.
            _ => file.is_none(),
        };
        (!is_fine).then(|| {
            let name = path.display().to_string();
            let name = safe::clean(&name);
            Diagnostic::error(
                guard::FILE,
                format!("`{name}` leads to a file elsewhere, which must not be read"),
            )
            .why(
                "with a guard, specs are read from the working directory, or from the folder that is named; \
                 symbolic links are followed",
            )
            .help("put the file itself there")
        })
    }
}

/// A denial of what a cluster of a spec has, with the place of the value: an environment or a variable may
/// give it.
pub(super) fn at_value(denied: Diagnostic, spec: &Spec) -> Diagnostic {
    let mut clusters = spec.clusters.iter();
    let cluster = clusters.find(|(name, _)| denied.place() == Some(&name.place));
    let Some((_, cluster)) = cluster else {
        return denied;
    };
    let auth = cluster.rest_auth.as_ref();
    let values = [
        Some(&cluster.id),
        cluster.rest_endpoint.as_ref(),
        cluster.bootstrap_servers.as_ref(),
        auth.and_then(|auth| Some(&auth.oauth.as_ref()?.token_url)),
        auth.and_then(|auth| Some(&auth.mds.as_ref()?.url)),
    ];
    let names = |value: &str| {
        let mut parts = value.split(',').map(str::trim);
        parts.any(|part| denied.summary.contains(&format!("`{part}`")))
    };
    match values.into_iter().flatten().find(|value| names(value)) {
        Some(value) => {
            let place = value.place.clone();
            denied.at(&place, "not permitted")
        }
        None => denied,
    }
}

fn secret(value: &DesiredValue) -> Option<&Template> {
    match value {
        DesiredValue::Secret(template) => Some(template),
        DesiredValue::Value(_) | DesiredValue::Default => None,
    }
}
