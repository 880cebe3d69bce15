//! `linkwright lsp`: the validator as a language server. It publishes the diagnostics of `validate` for the folder of
//! each open file while its text changes, offers their fixes, and answers hover and completion.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lsp_server::{Connection, ErrorCode, Message, Notification, Request, Response};
use serde_json::{Value, json};

use super::exit::Exit;
use super::spec_files::yaml_files;
use super::{Failure, input};
use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::edit;
use crate::language::{self, Cursor, ItemKind};
use crate::report::words::quantity;
use crate::spec::{self, Spec};
use crate::validate::{self, Context};

pub(super) fn run() -> Result<Exit, Failure> {
    let (connection, threads) = Connection::stdio();
    let served = serve(&connection);
    drop(connection);
    let joined = threads.join();
    served.map_err(Failure::failed)?;
    joined.map_err(Failure::failed)?;
    Ok(Exit::Done)
}

/// One fix.
const QUICK_FIX: &str = "quickfix";
/// All fixes of a file that are safe; editors can make them when a file is saved.
const FIX_ALL: &str = "source.fixAll";

/// Why the session ended before the client ended it.
type Broken = Box<dyn std::error::Error + Send + Sync>;

fn serve(connection: &Connection) -> Result<(), Broken> {
    let capabilities = json!({
        "textDocumentSync": { "openClose": true, "change": 1, "save": true },
        "hoverProvider": true,
        "completionProvider": { "triggerCharacters": [" ", ":", "{", "\n"] },
        "codeActionProvider": { "codeActionKinds": [QUICK_FIX, FIX_ALL] },
    });
    connection.initialize(capabilities)?;
    let mut server = Server::default();
    for message in &connection.receiver {
        match message {
            Message::Request(request) => {
                if connection.handle_shutdown(&request)? {
                    return Ok(());
                }
                connection.sender.send(server.answer(request).into())?;
            }
            Message::Notification(notification) => {
                for published in server.changed(&notification) {
                    connection.sender.send(published.into())?;
                }
            }
            Message::Response(_) => {}
        }
    }
    Ok(())
}

/// The open texts, and what was said about files.
#[derive(Default)]
struct Server {
    /// By URI.
    open: BTreeMap<String, Arc<str>>,
    /// The URIs with diagnostics on the screen, by folder.
    shown: BTreeMap<PathBuf, BTreeSet<String>>,
}

/// A folder of specs as the editor has it.
struct Folder {
    files: Vec<(Arc<str>, Arc<str>)>,
    spec: Spec,
    problems: Vec<Diagnostic>,
}

impl Server {
    /// Takes in what the editor did, and what is to be shown because of it.
    fn changed(&mut self, notification: &Notification) -> Vec<Notification> {
        let params = &notification.params;
        let Some(uri) = params.pointer("/textDocument/uri").and_then(Value::as_str) else {
            return Vec::new();
        };
        let text = match notification.method.as_str() {
            "textDocument/didOpen" => params.pointer("/textDocument/text"),
            "textDocument/didChange" => params.pointer("/contentChanges/0/text"),
            "textDocument/didClose" => {
                self.open.remove(uri);
                None
            }
            "textDocument/didSave" => None,
            _ => return Vec::new(),
        };
        if let Some(text) = text.and_then(Value::as_str) {
            self.open.insert(uri.to_owned(), Arc::from(text));
        }
        self.publish(uri)
    }

    /// The diagnostics of every file of the folder of this one.
    fn publish(&mut self, uri: &str) -> Vec<Notification> {
        let folder = self.folder(uri);
        let mut by_uri: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for problem in &folder.problems {
            let Some(place) = problem.place() else {
                continue;
            };
            let Some(text) = folder.text(&place.file) else {
                continue;
            };
            let shown = shown(problem, place, text, &folder);
            by_uri.entry(uri_of(&place.file)).or_default().push(shown);
        }
        let path = path_of(uri).unwrap_or_default();
        let key = path.parent().map(Path::to_owned).unwrap_or_default();
        let before = self.shown.remove(&key).unwrap_or_default();
        // What was fixed is taken off the screen.
        for gone in before {
            by_uri.entry(gone).or_default();
        }
        if self.open.contains_key(uri) {
            by_uri.entry(uri.to_owned()).or_default();
        }
        let now = by_uri.iter().filter(|(_, list)| !list.is_empty());
        self.shown
            .insert(key, now.map(|(uri, _)| uri.clone()).collect());
        let publish = |(uri, diagnostics)| {
            let params = json!({ "uri": uri, "diagnostics": Value::Array(diagnostics) });
            Notification::new("textDocument/publishDiagnostics".to_owned(), params)
        };
        by_uri.into_iter().map(publish).collect()
    }

    /// The specs of the folder that a file is in, with the texts that are open. A file of environments belongs to the
    /// folder above, and is not a spec: it is read with `--environment` only.
    fn folder(&self, uri: &str) -> Folder {
        let path = path_of(uri).unwrap_or_default();
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        let mut paths: BTreeSet<PathBuf> = match yaml_files(&folder) {
            Ok(files) => files.into_iter().collect(),
            Err(_) => BTreeSet::new(),
        };
        let is_environment = folder.file_name().is_some_and(|name| name == spec::FOLDER);
        let open = self.open.keys().filter_map(|uri| path_of(uri));
        paths.extend(open.filter(|it| it.parent() == Some(&folder)));
        let mut files = Vec::new();
        for path in paths.into_iter().filter(|_| !is_environment) {
            let name: Arc<str> = Arc::from(path.display().to_string());
            let open = self.open.get(&uri_of(&name)).cloned();
            let text = open.or_else(|| Some(input::text(&path, input::SPEC).ok()?.into()));
            files.extend(text.map(|text| (name, text)));
        }
        let foreign = |(name, text): &(Arc<str>, Arc<str>)| {
            *name.as_ref() != *path.display().to_string() && !spec_like(text)
        };
        files.retain(|file| !foreign(file));
        let (spec, mut problems) = spec::parse(&files);
        let context = Context {
            today: super::today(),
        };
        problems.extend(validate::check(&spec, &context));
        crate::diagnostic::sort(&mut problems);
        Folder {
            files,
            spec,
            problems,
        }
    }

    fn answer(&self, request: Request) -> Response {
        let params = &request.params;
        let uri = params.pointer("/textDocument/uri").and_then(Value::as_str);
        let result = match (request.method.as_str(), uri) {
            ("textDocument/hover", Some(uri)) => self.hover(uri, params),
            ("textDocument/completion", Some(uri)) => self.complete(uri, params),
            ("textDocument/codeAction", Some(uri)) => self.actions(uri, params),
            _ => {
                let code = ErrorCode::MethodNotFound as i32;
                return Response::new_err(
                    request.id,
                    code,
                    format!("{} is not offered", request.method),
                );
            }
        };
        Response::new_ok(request.id, result)
    }

    /// The text of a file and the place of the cursor in it.
    fn cursor(&self, uri: &str, params: &Value) -> Option<(Arc<str>, Cursor)> {
        let text = self.open.get(uri)?.clone();
        let number = |at: &str| params.pointer(at).and_then(Value::as_u64);
        let line = usize::try_from(number("/position/line")?).ok()?;
        let units = usize::try_from(number("/position/character")?).ok()?;
        let column = characters(text.split('\n').nth(line).unwrap_or_default(), units);
        let cursor = Cursor::at(&text, line, column);
        Some((text, cursor))
    }

    fn hover(&self, uri: &str, params: &Value) -> Value {
        let found = self.cursor(uri, params);
        let text = found.and_then(|(_, cursor)| language::hover(&cursor));
        match text {
            Some(text) => json!({ "contents": { "kind": "markdown", "value": text } }),
            None => Value::Null,
        }
    }

    fn complete(&self, uri: &str, params: &Value) -> Value {
        let Some((text, cursor)) = self.cursor(uri, params) else {
            return Value::Null;
        };
        let folder = self.folder(uri);
        let items = language::complete(&text, &cursor, &folder.spec);
        let items = items.into_iter().map(|item| {
            // The numbers of the protocol: Field, EnumMember, Reference, Property.
            let kind = match item.kind {
                ItemKind::Field => 5,
                ItemKind::Word => 20,
                ItemKind::Name => 18,
                ItemKind::Config => 10,
            };
            json!({
                "label": item.label,
                "kind": kind,
                "documentation": { "kind": "markdown", "value": item.about },
            })
        });
        Value::Array(items.collect())
    }

    /// The fixes of the diagnostics in a range, and all safe ones of the file at once, as `validate --fix` makes
    /// them. What the editor did not ask for is left out.
    fn actions(&self, uri: &str, params: &Value) -> Value {
        let folder = self.folder(uri);
        let number = |at: &str| params.pointer(at).and_then(Value::as_u64).unwrap_or(0);
        let (from, to) = (number("/range/start/line"), number("/range/end/line"));
        let only: Option<Vec<&str>> = params.pointer("/context/only").and_then(|only| {
            let kinds = only.as_array()?.iter();
            Some(kinds.filter_map(Value::as_str).collect())
        });
        // A kind covers those below it: `source` for `source.fixAll`.
        let is_asked = |kind: &str| {
            only.as_ref().is_none_or(|only| {
                let mut only = only.iter();
                only.any(|asked| {
                    kind.strip_prefix(asked)
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
                })
            })
        };
        let mut actions = Vec::new();
        for (name, text) in &folder.files {
            let safe = edit::safe_fixes(name, &folder.problems);
            if uri_of(name) == uri && !safe.is_empty() && is_asked(FIX_ALL) {
                actions.push(json!({
                    "title": format!("Fix {} as `validate --fix` does", quantity(safe.len(), "problem")),
                    "kind": FIX_ALL,
                    "edit": { "changes": { uri: [json!({
                        "range": whole(text),
                        "newText": edit::fixed(text, &safe),
                    })] } },
                }));
            }
        }
        if !is_asked(QUICK_FIX) {
            return Value::Array(actions);
        }
        for problem in &folder.problems {
            let (Some(fix), Some(place)) = (&problem.fix, problem.place()) else {
                continue;
            };
            let line = u64::from(place.line.saturating_sub(1));
            let is_here = uri_of(&place.file) == uri && from <= line && line <= to;
            let Some(text) = folder.text(&fix.place.file).filter(|_| is_here) else {
                continue;
            };
            let is_safe = edit::safe_fixes(&fix.place.file, &folder.problems).contains(&fix);
            let edit = json!({ "range": range(&fix.place, text), "newText": fix.replacement });
            actions.push(json!({
                "title": format!("{}: write {}", problem.code, fix.replacement),
                "kind": QUICK_FIX,
                "isPreferred": is_safe,
                "diagnostics": [shown(problem, place, text, &folder)],
                "edit": { "changes": { uri_of(&fix.place.file): [edit] } },
            }));
        }
        Value::Array(actions)
    }
}

impl Folder {
    fn text(&self, file: &str) -> Option<&str> {
        let (_, text) = self.files.iter().find(|(name, _)| **name == *file)?;
        Some(text)
    }
}

/// Whether a text says that it is a spec: other YAML next to specs is left alone, as `validate` does.
fn spec_like(text: &str) -> bool {
    let keys = ["version:", "clusters:", "links:", "retired:", "policy:"];
    text.lines()
        .any(|line| keys.iter().any(|key| line.starts_with(key)))
}

/// A diagnostic in the words of the protocol.
fn shown(problem: &Diagnostic, place: &Place, text: &str, folder: &Folder) -> Value {
    let severity = match problem.severity {
        Severity::Error => 1,
        Severity::Warning => 2,
        Severity::Note => 3,
    };
    let mut message = problem.summary.clone();
    for more in [&problem.why, &problem.help] {
        if !more.is_empty() {
            message.push_str("\n\n");
            message.push_str(more);
        }
    }
    let others = problem.labels.iter().skip(1).filter_map(|label| {
        let text = folder.text(&label.place.file)?;
        let location =
            json!({ "uri": uri_of(&label.place.file), "range": range(&label.place, text) });
        Some(json!({ "location": location, "message": label.text }))
    });
    json!({
        "range": range(place, text),
        "severity": severity,
        "code": problem.code.0,
        "source": "linkwright",
        "message": message,
        "relatedInformation": others.collect::<Vec<Value>>(),
    })
}

/// The range of a place, in the protocol's lines and UTF-16 units.
fn range(place: &Place, text: &str) -> Value {
    let (start, end) = place.span;
    json!({ "start": position(text, start), "end": position(text, end.max(start)) })
}

fn whole(text: &str) -> Value {
    json!({ "start": position(text, 0), "end": position(text, text.len()) })
}

fn position(text: &str, at: usize) -> Value {
    let at = (0..=at.min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at));
    let before = &text[..at.unwrap_or_default()];
    let line = before.matches('\n').count();
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .encode_utf16()
        .count();
    json!({ "line": line, "character": column })
}

/// The characters of a line before a number of UTF-16 units.
fn characters(line: &str, units: usize) -> usize {
    let mut left = units;
    let before = line.chars().take_while(|letter| {
        let fits = left >= letter.len_utf16();
        left = left.saturating_sub(letter.len_utf16());
        fits
    });
    before.count()
}

/// The path of a URI of a file.
fn path_of(uri: &str) -> Option<PathBuf> {
    url::Url::parse(uri).ok()?.to_file_path().ok()
}

/// The URI of a path.
fn uri_of(path: &str) -> String {
    match url::Url::from_file_path(path) {
        Ok(url) => url.to_string(),
        Err(()) => path.to_owned(),
    }
}
