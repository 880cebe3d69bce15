//! The trees of a run's files, with the environment applied and variables replaced: [`Tree`].

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::decode::{Cx, Decode, Purpose};
use super::environment::{EnvironmentFile, Overlay};
use super::foreign::{self, Foreign};
use super::node::{FileIndex, Node, Span, Value};
use super::origin::Origins;
use super::problems::Problems;
use super::substitute::Substitution;
use super::values::{Sources, Values};
use super::variable::Variables;
use super::yaml::{self, Document};
use super::{Input, allow};

/// One file of the spec.
pub(crate) struct File {
    pub(crate) name: Arc<str>,
    /// None where the text holds nothing or could not be read to its end.
    pub(crate) root: Option<Node>,
    pub(crate) complete: bool,
    pub(crate) allows: Vec<allow::Allow>,
}

/// The files of a run.
#[derive(Default)]
pub(crate) struct Tree {
    /// The names of all files, by their index.
    pub(crate) names: Vec<Arc<str>>,
    /// The files of the spec.
    pub(crate) files: Vec<File>,
    /// Comments of the environment.
    pub(crate) allows: Vec<allow::Allow>,
    /// Files that are not specs.
    pub(crate) foreign: BTreeMap<Arc<str>, Foreign>,
    /// Every file could be read to its end.
    pub(crate) complete: bool,
    pub(crate) origins: Origins,
    /// Every variable that has a value, with the value as text.
    pub(crate) variables: Vec<(String, String)>,
}

/// Reads the files, applies the environment and replaces variables.
pub(crate) fn of(input: &Input<'_>, problems: &mut Problems) -> Tree {
    let names = input.files.iter().chain(input.environment);
    let mut tree = Tree {
        names: names.map(|(name, _)| name.clone()).collect(),
        complete: !input.is_partial,
        ..Tree::default()
    };
    for (index, (name, text)) in (0..).zip(input.files) {
        tree.load(input, index, name, text, problems);
    }
    let variables = tree.declared(problems);
    let environment = tree.environment(input, problems);
    tree.overlay(environment.as_ref(), problems);
    tree.substitute(input, &variables, environment.as_ref(), problems);
    tree
}

impl Tree {
    fn load(
        &mut self,
        input: &Input<'_>,
        index: FileIndex,
        name: &Arc<str>,
        text: &str,
        problems: &mut Problems,
    ) {
        let mut of_file = Problems::default();
        let document = yaml::load(name, index, text, &input.limits, &mut of_file);
        if let Some((kind, span)) = document.root.as_ref().and_then(foreign::kind) {
            match input.found.contains(name) {
                true => drop(self.foreign.insert(name.clone(), kind)),
                false => {
                    problems.push(foreign::not_a_spec(name, kind, span));
                    self.complete = false;
                }
            }
            return;
        }
        problems.append(of_file);
        let Document {
            root,
            comments,
            complete,
        } = document;
        self.complete &= complete;
        let allows = allow::read(&comments, text, name, problems);
        let root = root.filter(|_| complete);
        self.files.push(File {
            name: name.clone(),
            root: root.filter(|root| !root.is_empty_scalar()),
            complete,
            allows,
        });
    }

    /// The variables that the files declare.
    fn declared(&self, problems: &mut Problems) -> Variables {
        let mut all = Variables::default();
        for file in &self.files {
            let Some(Value::Map(entries)) = file.root.as_ref().map(|root| &root.value) else {
                continue;
            };
            let of_file = entries.iter().find(|(key, _)| &*key.text == "variables");
            if let Some((key, node)) = of_file {
                let decoded = decode(&file.name, &self.names, Some(key.span), node, problems);
                let decoded: Variables = decoded.unwrap_or_default();
                all.0.merge(decoded.0, "variable", problems);
            }
        }
        all
    }

    fn environment(
        &mut self,
        input: &Input<'_>,
        problems: &mut Problems,
    ) -> Option<EnvironmentFile> {
        let (name, text) = input.environment?;
        let index = FileIndex::try_from(input.files.len()).unwrap_or(FileIndex::MAX);
        let document = yaml::load(name, index, text, &input.limits, problems);
        self.complete &= document.complete;
        self.allows = allow::read(&document.comments, text, name, problems);
        let root = document.root.filter(|_| document.complete)?;
        // An environment that differs in nothing is one.
        if root.is_empty_scalar() {
            return None;
        }
        decode(name, &self.names, None, &root, problems)
    }

    fn overlay(&mut self, environment: Option<&EnvironmentFile>, problems: &mut Problems) {
        // In a file that could not be read there may be what an address leads to.
        let Some(environment) = environment.filter(|_| self.complete) else {
            return;
        };
        let mut trees: Vec<Node> = Vec::new();
        for file in &mut self.files {
            trees.extend(file.root.take());
        }
        let mut overlay = Overlay {
            files: &self.names,
            origins: &mut self.origins,
            problems,
        };
        overlay.apply(environment, &mut trees);
        // A tree goes back to the file of its index.
        for tree in trees {
            let name = usize::try_from(tree.span.file).ok();
            let name = name.and_then(|at| self.names.get(at));
            if let Some(file) = self.files.iter_mut().find(|it| Some(&it.name) == name) {
                file.root = Some(tree);
            }
        }
    }

    fn substitute(
        &mut self,
        input: &Input<'_>,
        variables: &Variables,
        environment: Option<&EnvironmentFile>,
        problems: &mut Problems,
    ) {
        let given = environment.map(|it| &it.variables);
        let sources = Sources {
            command_line: input.variables,
            process: input.process,
            environment: given,
            names: input.environments,
            chosen: input.environment.map(|(name, _)| Span::START.place(name)),
        };
        // What a file that could not be read declares is not undeclared.
        let mut ignored = Problems::default();
        let complete = self.complete;
        let problems = match complete {
            true => problems,
            false => &mut ignored,
        };
        let values = Values::of(variables, &sources, problems);
        let mut substitution = Substitution {
            values: &values,
            files: &self.names,
            origins: &mut self.origins,
            problems,
            reported: HashSet::new(),
            bytes: 0,
        };
        for file in &mut self.files {
            if let Some(root) = &mut file.root {
                substitution.file(root);
            }
        }
        values.report_unused(given, problems);
        self.variables = values.resolved();
    }
}

fn decode<T: Decode>(
    file: &Arc<str>,
    files: &[Arc<str>],
    owner: Option<Span>,
    node: &Node,
    problems: &mut Problems,
) -> Option<T> {
    let mut cx = Cx {
        file,
        files,
        problems,
        references: &mut Vec::new(),
        purpose: Purpose::Call,
        secrets: &mut Vec::new(),
        owner,
    };
    T::decode(node, &mut cx)
}
