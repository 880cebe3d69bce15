//! The values of variables: [`Values`]. `--var` wins over `LINKWRIGHT_VAR_NAME`, that over the
//! environment's file, and that over the default.

use std::cell::Cell;
use std::collections::BTreeMap;

use super::codes;
use super::given::Given;
use super::located::Located;
use super::named::Named;
use super::node::shorten;
use super::origin::ValueSource;
use super::problems::Problems;
use super::variable::{Content, Refusal, Variable, Variables};
use crate::catalog::nearest_of;
use crate::diagnostic::{Diagnostic, Place};

/// What the name of an environment variable begins with that gives a variable its value; the variable's name
/// in capitals follows.
pub const PROCESS_PREFIX: &str = "LINKWRIGHT_VAR_";

/// Where values are given besides the spec.
pub(crate) struct Sources<'a> {
    pub(crate) command_line: &'a [(String, String)],
    /// The value of an environment variable; asked for declared variables only.
    pub(crate) process: &'a dyn Fn(&str) -> Option<String>,
    /// The `variables` of the environment's file.
    pub(crate) environment: Option<&'a Named<Given>>,
    /// The environments that there are, to be named where one is missing.
    pub(crate) names: &'a [String],
    /// The beginning of the file of the one that is chosen.
    pub(crate) chosen: Option<Place>,
}

/// A declared variable and its value.
pub(crate) struct Declared<'a> {
    pub(crate) name: &'a Located<String>,
    /// None where it has no value, or one that it does not accept.
    pub(crate) value: Option<(Content, ValueSource)>,
    /// A value was given and refused, which has been reported.
    is_refused: bool,
    is_used: Cell<bool>,
}

/// Every declared variable.
pub(crate) struct Values<'a> {
    by_name: BTreeMap<&'a str, Declared<'a>>,
    names: &'a [String],
    chosen: Option<Place>,
}

impl<'a> Values<'a> {
    /// Gives declared variables their values. Everything that is wrong with a value is reported.
    pub(crate) fn of(
        declared: &'a Variables,
        sources: &Sources<'a>,
        problems: &mut Problems,
    ) -> Self {
        let mut by_name = BTreeMap::new();
        let mut capitals: BTreeMap<String, &Located<String>> = BTreeMap::new();
        for (name, variable) in declared.iter() {
            if let Some(other) = capitals.insert(name.to_ascii_uppercase(), name) {
                problems.push(same_in_capitals(name, other));
            }
            let found = value_of(name, variable, sources);
            let (value, is_refused) = match found {
                Ok(value) => (value, false),
                Err(problem) => {
                    problems.push(*problem);
                    (None, true)
                }
            };
            let it = Declared {
                name,
                value,
                is_refused: is_refused || variable.broken,
                is_used: Cell::new(false),
            };
            by_name.insert(name.as_str(), it);
        }
        let values = Self {
            by_name,
            names: sources.names,
            chosen: sources.chosen.clone(),
        };
        values.report_undeclared(declared, sources, problems);
        values
    }

    /// Values that are given to variables that no one declares.
    fn report_undeclared(
        &self,
        declared: &Variables,
        sources: &Sources<'_>,
        problems: &mut Problems,
    ) {
        for (name, _) in sources.command_line {
            if !declared.declares(name) {
                let summary = format!(
                    "--var gives a value to the variable `{}`, which is not declared",
                    shorten(name)
                );
                problems.push(self.unknown(name, summary, None));
            }
        }
        for name in sources.environment.into_iter().flat_map(Named::names) {
            if !declared.declares(name) {
                let summary = format!("the variable `{}` is not declared", shorten(name));
                problems.push(self.unknown(name, summary, Some(&name.place)));
            }
        }
    }

    fn unknown(&self, name: &str, summary: String, place: Option<&Place>) -> Diagnostic {
        let known = self.by_name.keys().copied();
        let mut problem = Diagnostic::error(codes::UNKNOWN_VARIABLE, summary);
        if let Some(place) = place {
            problem = problem.at(place, "not declared under `variables` of the spec");
        }
        match nearest_of(name, known) {
            Some(near) => {
                let declared = self.by_name.get(near).map(|it| &it.name.place);
                let problem = match declared {
                    Some(place) => problem.at(place, format!("`{near}` is declared here")),
                    None => problem,
                };
                problem.help(format!("did you mean `{near}`?"))
            }
            None => problem.help("declare it under `variables` of the spec, or remove it"),
        }
    }

    /// A use of a variable in a text: its value, or none where it has none. What is missing is reported once
    /// for each variable.
    pub(crate) fn used(
        &self,
        name: &str,
        place: &Place,
        problems: &mut Problems,
    ) -> Option<(&Declared<'a>, &(Content, ValueSource))> {
        let Some(variable) = self.by_name.get(name) else {
            let summary = format!("the variable `{}` is not declared", shorten(name));
            problems.push(self.unknown(name, summary, Some(place)));
            return None;
        };
        let is_first = !variable.is_used.replace(true);
        match &variable.value {
            Some(value) => Some((variable, value)),
            None => {
                if is_first && !variable.is_refused {
                    problems.push(self.no_value(variable.name, place));
                }
                None
            }
        }
    }

    fn no_value(&self, name: &Located<String>, place: &Place) -> Diagnostic {
        let give = format!(
            "pass --var {name}=…, set {PROCESS_PREFIX}{}, or give it a `default`",
            name.to_ascii_uppercase()
        );
        let help = match (self.chosen.is_some(), self.names) {
            (false, [_, ..]) => format!(
                "pass --environment with one of {}; `validate --all-environments` checks all of them",
                self.names.join(", ")
            ),
            (true, _) => format!("add it to `variables` of the environment's file; or {give}"),
            (false, []) => give,
        };
        let problem = Diagnostic::error(
            codes::NO_VALUE,
            format!("the variable `{name}` has no value"),
        )
        .at(place, "used here")
        .at(&name.place, "declared without a default");
        match &self.chosen {
            Some(environment) => problem.at(environment, "gives it no value"),
            None => problem,
        }
        .help(help)
    }

    /// Warns about variables that nothing uses. Without an environment nothing is said where there are
    /// some: one of them may use it.
    pub(crate) fn report_unused(
        &self,
        environment: Option<&Named<Given>>,
        problems: &mut Problems,
    ) {
        if self.chosen.is_none() && !self.names.is_empty() {
            return;
        }
        for (name, variable) in &self.by_name {
            if variable.is_used.get() {
                continue;
            }
            let summary = format!("the variable `{name}` is not used");
            let mut problem = Diagnostic::warning(codes::UNUSED_VARIABLE, summary)
                .at(&variable.name.place, "declared and not used")
                .why("a value that is given to it changes nothing")
                .help(format!(
                    "write `${{var:{name}}}` where its value belongs, or remove it"
                ));
            if let Some(given) = environment.and_then(|given| given.get(name)) {
                problem = problem.at(&given.place, "this value is not used");
            }
            problems.push(problem);
        }
    }

    /// The value of each variable and its name, in order: what a digest is made of in addition to files.
    pub(crate) fn resolved(&self) -> Vec<(String, String)> {
        let values = self.by_name.iter();
        let resolved = values.filter_map(|(name, variable)| {
            let (content, _) = variable.value.as_ref()?;
            let texts: Vec<&str> = content.texts().collect();
            // A comma in an item must not read as two items.
            let text = serde_json::to_string(&texts).unwrap_or_default();
            Some(((*name).to_owned(), text))
        });
        resolved.collect()
    }
}

type Found = Result<Option<(Content, ValueSource)>, Box<Diagnostic>>;

fn value_of(name: &Located<String>, variable: &Variable, sources: &Sources<'_>) -> Found {
    let refused = |refusal: Refusal, from: &str, place: Option<&Place>| {
        let summary = format!("the variable `{name}`{from} {}", refusal.what);
        let problem = Diagnostic::error(refusal.code, summary);
        let problem = match place {
            Some(place) => problem.at(place, "this value"),
            None => problem,
        };
        let declared = variable.r#type.as_ref().map_or(&name.place, |it| &it.place);
        Box::new(
            problem
                .at(declared, format!("declared as `{}`", variable.kind()))
                .why(refusal.why)
                .help(refusal.help),
        )
    };
    // Every value is checked, those that others replace too: they are values of another run.
    let default = match &variable.default {
        Some(given) => {
            let content = variable.accept_node(&given.node);
            let content = content.map_err(|it| refused(it, "", Some(&given.place)))?;
            Some((content, ValueSource::Default(given.place.clone())))
        }
        None => None,
    };
    let of_file = match sources.environment.and_then(|given| given.get(name)) {
        Some(given) => {
            let content = variable.accept_node(&given.node);
            let content = content.map_err(|it| refused(it, "", Some(&given.place)))?;
            Some((content, ValueSource::Environment(given.place.clone())))
        }
        None => None,
    };
    let mut command_line = sources.command_line.iter().rev();
    if let Some((_, text)) = command_line.find(|(given, _)| given == name.as_str()) {
        let content = variable.accept_text(text);
        let content = content.map_err(|it| refused(it, ", given with --var,", None))?;
        return Ok(Some((content, ValueSource::CommandLine)));
    }
    let by = format!("{PROCESS_PREFIX}{}", name.to_ascii_uppercase());
    // A pipeline that has not set a variable often passes an empty one.
    let of_process = (sources.process)(&by).filter(|text| !text.is_empty());
    if let Some(text) = of_process {
        let content = variable.accept_text(&text);
        let content = content.map_err(|it| refused(it, &format!(", given with {by},"), None))?;
        return Ok(Some((content, ValueSource::Process(by))));
    }
    Ok(of_file.or(default))
}

fn same_in_capitals(name: &Located<String>, other: &Located<String>) -> Diagnostic {
    Diagnostic::error(
        codes::VARIABLE,
        format!("the variables `{other}` and `{name}` have the same name in capitals"),
    )
    .at(&name.place, "second")
    .at(&other.place, "first")
    .why(format!(
        "one environment variable, {PROCESS_PREFIX}{}, would give both their value",
        name.to_ascii_uppercase()
    ))
    .help("rename one of them")
}
