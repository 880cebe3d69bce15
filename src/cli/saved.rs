//! Saved plans and the files that they are in: [`SavedFile`].

use std::path::{Path, PathBuf};

use super::Failure;
use super::args::{Apply, Global, Planning};
use super::exit::Exit;
use super::input;
use crate::apply::report_file::{ApprovedV1, UnchangedV1};
use crate::plan::file::{Remainder, Saved};
use crate::plan::{Allowances, Plan};
use crate::report::plan_json::{self, About};
use crate::report::safe;
use crate::report::words::{self, number, quantity};

/// A saved plan and the file it was read from.
pub(super) struct SavedFile {
    pub(super) path: PathBuf,
    pub(super) text: String,
    pub(super) plan: Saved,
}

impl SavedFile {
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let wrong = |why: &dyn std::fmt::Display| {
            Failure::new(Exit::Usage, format!("{}: {why}", path.display()))
        };
        let text = input::text(path, input::SAVED).map_err(|error| wrong(&error))?;
        let plan = plan_json::read(&text).map_err(|error| wrong(&error))?;
        Ok(Self {
            path: path.to_owned(),
            text,
            plan,
        })
    }

    /// The plan, to be shown.
    pub(super) fn shown(&self) -> Result<&Plan, Failure> {
        let other = |error| Failure::new(Exit::Usage, format!("{}: {error}", self.path.display()));
        self.plan.plan().map_err(other)
    }

    /// What views say of it.
    pub(super) fn about(&self) -> About {
        About {
            generated_at: self.plan.origin().made_at.parse().ok(),
            digest: Some(self.plan.digest().to_owned()),
            origin: Some(self.plan.origin().clone()),
            is_unsaved: false,
        }
    }

    /// Which plan it is, in one sentence without its end.
    pub(super) fn sentence(&self) -> String {
        let sentence = words::origin::sentence(self.plan.digest(), self.plan.origin());
        safe::clean(&sentence).into_owned()
    }

    /// What to ask for so that planning again can give the same plan: the same targets and rotations.
    /// Allowances are not taken from the file: whoever can write the file could allow anything.
    pub(super) fn planning(&self, now: &Planning) -> Planning {
        let scope = self.plan.scope();
        Planning {
            allow: now.allow.clone(),
            rotate: scope.rotate.iter().map(ToString::to_string).collect(),
            target: scope.targets.iter().cloned().collect(),
            ledger: now.ledger.clone(),
            adopt_generation: now.adopt_generation,
            sample: now.sample,
        }
    }

    /// With the environment that the plan was made with: planning again must give the same plan.
    pub(super) fn in_environment(&self, global: &Global) -> Result<Global, Failure> {
        let planned = &self.plan.origin().environment;
        let given = &global.chosen.environment;
        if given.is_some() && given != planned {
            let with = |environment: &Option<String>| match environment {
                Some(name) => format!("with environment {name}"),
                None => "without an environment".to_owned(),
            };
            let words = format!(
                "{} was made {}, and --environment is {}; leave --environment out, or plan again",
                self.path.display(),
                safe::clean(&with(planned)),
                given.as_deref().unwrap_or_default()
            );
            return Err(Failure::new(Exit::Usage, words));
        }
        let mut global = global.clone();
        global.chosen.environment.clone_from(planned);
        Ok(global)
    }

    /// What the report says of it.
    pub(super) fn approved(&self, remainder: &Remainder, key_id: Option<&str>) -> ApprovedV1 {
        let unchanged = remainder.unchanged.iter();
        ApprovedV1 {
            digest: self.plan.digest().to_owned(),
            key_id: key_id.map(str::to_owned),
            unchanged: unchanged
                .map(|(address, operation)| UnchangedV1 {
                    address: address.to_string(),
                    operation: operation.clone(),
                })
                .collect(),
        }
    }

    /// Which allowances the plan needs and this run lacks; none when it has them all.
    pub(super) fn allowances_to_repeat(&self, given: &Allowances) -> Option<String> {
        let needs = self.plan.origin().needs.iter().map(String::as_str);
        let missing: Vec<&str> = needs
            .filter(|word| given.iter().all(|allow| allow.word() != *word))
            .collect();
        (!missing.is_empty()).then(|| {
            format!(
                "{} needs --allow {}. A plan file does not carry allowances: pass the flag again to \
                 allow the same",
                self.path.display(),
                safe::clean(&missing.join(","))
            )
        })
    }

    /// How far it is.
    pub(super) fn left_of(&self, remainder: &Remainder, fresh: &Plan) -> String {
        let done = remainder.unchanged.len();
        let are = if done == 1 { "is" } else { "are" };
        let left = match fresh.operations.len() {
            0 => "nothing is left to do".to_owned(),
            left => format!("{} left to do", number(left)),
        };
        format!(
            "{} of {} {are} already done; {left}",
            number(done),
            quantity(self.plan.count(), "operation")
        )
    }
}

/// What `apply` is given: the saved plan, if there is one, and the paths of the spec.
pub(super) fn given(args: &Apply) -> Result<(Option<PathBuf>, Vec<PathBuf>), Failure> {
    let usage = |words: String| Err(Failure::new(Exit::Usage, words));
    let (plans, paths): (Vec<PathBuf>, Vec<PathBuf>) =
        args.paths.iter().cloned().partition(|path| is_plan(path));
    let mut plans: Vec<PathBuf> = args.plan.iter().cloned().chain(plans).collect();
    if plans.len() > 1 {
        let names: Vec<String> = plans
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        return usage(format!(
            "{} are saved plans; apply one of them at a time",
            names.join(" and ")
        ));
    }
    let plan = plans.pop();
    if let Some(plan) = &plan
        && !(args.planning.target.is_empty() && args.planning.rotate.is_empty())
    {
        return usage(format!(
            "{} contains the --target and --rotate that it was made with; pass neither with it",
            plan.display()
        ));
    }
    Ok((plan, paths))
}

/// Whether a file is a document of `plan`, by its beginning. What it is worth is checked when it is read.
fn is_plan(path: &Path) -> bool {
    use std::io::Read;

    let mut start = Vec::new();
    let read = std::fs::File::open(path)
        .and_then(|file| file.take(200).read_to_end(&mut start))
        .is_ok();
    let start = String::from_utf8_lossy(&start);
    read && start.trim_start().starts_with('{') && start.contains("\"format_version\"")
}
