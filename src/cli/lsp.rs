//! `linkwright lsp`: the validator as a language server. It publishes the diagnostics of `validate` for the folder of
//! each open file while its text changes, offers their fixes, and answers hover and completion.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use lsp_server::{Connection, ErrorCode, Message, Notification, Request, Response};
use serde_json::{Value, json};

use super::exit::Exit;
use super::spec_files::{Ignored, can_be_spec, yaml_files};
use super::{Failure, input};
use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::edit;
use crate::language::{self, Cursor, ItemKind, Known};
use crate::report::words::quantity;
use crate::scenario::Scenario;
use crate::snapshot::SnapshotV1;
use crate::spec::{self, Foreign, Spec};
use crate::validate::{self, Context};

pub(super) fn run() -> Result<Exit, Failure> {
    let (connection, threads) = Connection::stdio();
    let served = serve(&connection);
    drop(connection);
    // What was wrong with a message comes before the end that it led to. The message itself may have a secret.
    threads.join().map_err(|error| {
        let words = "failed to read or write a message of the editor";
        Failure::failed(format!("{words}: {}", error.kind()))
    })?;
    served.map_err(Failure::failed)?;
    Ok(Exit::Done)
}

/// One fix.
const QUICK_FIX: &str = "quickfix";
/// All fixes of a file that are safe; editors can make them when a file is saved.
const FIX_ALL: &str = "source.fixAll";

/// Files that changed outside of the editor.
const WATCHED: &str = "workspace/didChangeWatchedFiles";
/// Whether a client says so when it is asked to.
const WATCHES: &str = "/capabilities/workspace/didChangeWatchedFiles/dynamicRegistration";

/// Why the session ended before the client ended it.
type Broken = Box<dyn std::error::Error + Send + Sync>;

fn serve(connection: &Connection) -> Result<(), Broken> {
    let capabilities = json!({
        "textDocumentSync": { "openClose": true, "change": 1, "save": true },
        "hoverProvider": true,
        "completionProvider": { "triggerCharacters": [" ", ":", "{", "\n"] },
        "codeActionProvider": { "codeActionKinds": [QUICK_FIX, FIX_ALL] },
    });
    let client = connection.initialize(capabilities)?;
    if client.pointer(WATCHES) == Some(&Value::Bool(true)) {
        let files = ["**/*.yaml", "**/*.yml", "**/.linkwrightignore"];
        let watchers = files.map(|glob| json!({ "globPattern": glob }));
        let registration = json!({
            "id": WATCHED,
            "method": WATCHED,
            "registerOptions": { "watchers": watchers },
        });
        let params = json!({ "registrations": [registration] });
        let request = Request::new(1.into(), "client/registerCapability".to_owned(), params);
        connection.sender.send(request.into())?;
    }
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
///
/// A file is known by its path: clients write the URI of one file in several ways, `%3A` or `:`, `C:` or `c:`. It is
/// answered with the URI that the client used for it.
#[derive(Default)]
struct Server {
    open: BTreeMap<PathBuf, Arc<str>>,
    /// The URI that the client used last.
    uris: BTreeMap<PathBuf, String>,
    /// The files with diagnostics on the screen, by folder.
    shown: BTreeMap<PathBuf, BTreeSet<PathBuf>>,
    /// The names in snapshots, and of which size and time each file was.
    snapshots: RefCell<BTreeMap<PathBuf, (FileState, Arc<Known>)>>,
}

/// The size of a file, and when it was changed.
type FileState = (u64, Option<std::time::SystemTime>);

/// The snapshot whose names are completed, next to the specs.
const SNAPSHOT: &str = "snapshot.json";

/// The names in a snapshot; none where the file is no snapshot.
fn known_in(file: &Path) -> Option<Known> {
    let text = input::text(file, input::SAVED).ok()?;
    let snapshot = SnapshotV1::parse(&text, super::now()).ok()?;
    let mut known = Known {
        taken_at: format!("{:.0}", snapshot.taken_at()?),
        ..Known::default()
    };
    for (id, topic) in snapshot.names("topics", "topic_name") {
        let names = known.clusters.entry(id.to_string()).or_default();
        names.topics.insert(topic.to_owned());
    }
    for (id, group) in snapshot.names("consumer-groups", "consumer_group_id") {
        let names = known.clusters.entry(id.to_string()).or_default();
        names.groups.insert(group.to_owned());
    }
    Some(known)
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
        if notification.method == WATCHED {
            return self.changed_outside(params);
        }
        let Some(uri) = params.pointer("/textDocument/uri").and_then(Value::as_str) else {
            return Vec::new();
        };
        let path = path_of(uri);
        let text = match notification.method.as_str() {
            "textDocument/didOpen" => params.pointer("/textDocument/text"),
            "textDocument/didChange" => params.pointer("/contentChanges/0/text"),
            "textDocument/didClose" => {
                self.open.remove(&path);
                None
            }
            "textDocument/didSave" => None,
            _ => return Vec::new(),
        };
        self.uris.insert(path.clone(), uri.to_owned());
        if let Some(text) = text.and_then(Value::as_str) {
            self.open.insert(path.clone(), Arc::from(text));
        }
        self.publish(&path)
    }

    /// What is to be shown of the folders with changed files, where the editor has something open or on the screen.
    fn changed_outside(&mut self, params: &Value) -> Vec<Notification> {
        let changes = params.get("changes").and_then(Value::as_array);
        let uris = changes
            .into_iter()
            .flatten()
            .filter_map(|it| it.get("uri")?.as_str());
        let mut folders: BTreeMap<PathBuf, PathBuf> = BTreeMap::new();
        for path in uris.map(path_of) {
            let folder = path.parent().map(Path::to_owned).unwrap_or_default();
            let is_open = self.open.keys().any(|it| it.parent() == Some(&folder));
            if is_open || self.shown.contains_key(&folder) {
                folders.insert(folder, path);
            }
        }
        let paths = folders.into_values();
        paths.flat_map(|path| self.publish(&path)).collect()
    }

    /// The URI of a file, as the client writes it if it has named the file.
    fn uri(&self, path: &Path) -> String {
        let own = || url::Url::from_file_path(path).map(String::from);
        match self.uris.get(path) {
            Some(uri) => uri.clone(),
            None => own().unwrap_or_else(|()| path.display().to_string()),
        }
    }

    /// The diagnostics of every file of the folder of this one.
    fn publish(&mut self, path: &Path) -> Vec<Notification> {
        let folder = self.folder(path);
        let mut by_file: BTreeMap<PathBuf, Vec<Value>> = BTreeMap::new();
        for problem in &folder.problems {
            let Some(place) = problem.place() else {
                continue;
            };
            let Some(text) = folder.text(&place.file) else {
                continue;
            };
            let shown = self.shown(problem, place, text, &folder);
            let file = PathBuf::from(&*place.file);
            by_file.entry(file).or_default().push(shown);
        }
        let key = path.parent().map(Path::to_owned).unwrap_or_default();
        let before = self.shown.remove(&key).unwrap_or_default();
        // What was fixed is taken off the screen.
        for gone in before {
            by_file.entry(gone).or_default();
        }
        if self.open.contains_key(path) {
            by_file.entry(path.to_owned()).or_default();
        }
        let now = by_file.iter().filter(|(_, list)| !list.is_empty());
        self.shown
            .insert(key, now.map(|(path, _)| path.clone()).collect());
        let publish = |(path, diagnostics): (PathBuf, Vec<Value>)| {
            let params = json!({ "uri": self.uri(&path), "diagnostics": diagnostics });
            Notification::new("textDocument/publishDiagnostics".to_owned(), params)
        };
        by_file.into_iter().map(publish).collect()
    }

    /// The specs of the folder that a file is in, with the texts that are open. A file of environments belongs to the
    /// folder above, and is not a spec: it is read with `--environment` only.
    fn folder(&self, path: &Path) -> Folder {
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        let mut paths: BTreeSet<PathBuf> = match yaml_files(&folder) {
            Ok(files) => files.into_iter().collect(),
            Err(_) => BTreeSet::new(),
        };
        let is_environment = folder.file_name().is_some_and(|name| name == spec::FOLDER);
        let ignored = Ignored::of(&folder).ok();
        // One that is not saved yet is a spec where `validate` will read it; a document without a file is one by itself.
        let is_spec = |path: &Path| {
            let name = path.file_name().unwrap_or_default();
            let is_ignored = ignored.as_ref().is_some_and(|it| it.has(path));
            !path.is_absolute() || (can_be_spec(&name.to_string_lossy()) && !is_ignored)
        };
        let open = self.open.keys().cloned();
        paths.extend(open.filter(|it| it.parent() == Some(&folder) && is_spec(it)));
        let mut files = Vec::new();
        for path in paths.into_iter().filter(|_| !is_environment) {
            let name: Arc<str> = Arc::from(path.display().to_string());
            let open = self.open.get(&path).cloned();
            let text = open.or_else(|| Some(input::text(&path, input::SPEC).ok()?.into()));
            files.extend(text.map(|text| (name, text)));
        }
        let found: BTreeSet<Arc<str>> = files.iter().map(|(name, _)| name.clone()).collect();
        let (spec, mut problems) = spec::read(&spec::Input {
            found: &found,
            ..spec::Input::of(&files)
        });
        let context = Context {
            today: super::today(),
        };
        problems.extend(validate::check(&spec, &context));
        // `validate` skips these, too; it is shown in those that are open.
        for (name, kind) in &spec.foreign {
            if self.open.contains_key(Path::new(&**name)) {
                let skipped = spec::skipped(&BTreeMap::from([(name.clone(), *kind)]));
                let start = Place {
                    file: name.clone(),
                    span: (0, 0),
                    line: 1,
                    column: 1,
                };
                problems.extend(skipped.into_iter().map(|it| it.at(&start, "")));
                let of_it = files.iter().filter(|(file, _)| file == name);
                for (_, text) in of_it.filter(|_| *kind == Foreign::Scenario) {
                    problems.extend(Scenario::parse(name, text).1);
                }
            }
        }
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
        let path = uri.map(path_of);
        let result = match (request.method.as_str(), path) {
            ("textDocument/hover", Some(path)) => self.hover(&path, params),
            ("textDocument/completion", Some(path)) => self.complete(&path, params),
            ("textDocument/codeAction", Some(path)) => self.actions(&path, params),
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
    fn cursor(&self, path: &Path, params: &Value) -> Option<(Arc<str>, Cursor)> {
        let text = self.open.get(path)?.clone();
        let number = |at: &str| params.pointer(at).and_then(Value::as_u64);
        let line = usize::try_from(number("/position/line")?).ok()?;
        let units = usize::try_from(number("/position/character")?).ok()?;
        let column = characters(text.split('\n').nth(line).unwrap_or_default(), units);
        let cursor = Cursor::at(&text, line, column);
        Some((text, cursor))
    }

    fn hover(&self, path: &Path, params: &Value) -> Value {
        let found = self.cursor(path, params);
        let text = found.and_then(|(_, cursor)| language::hover(&cursor));
        match text {
            Some(text) => json!({ "contents": { "kind": "markdown", "value": text } }),
            None => Value::Null,
        }
    }

    /// The names in the snapshot next to the specs of a file, if there is one. It is read again when it has changed.
    fn known(&self, path: &Path) -> Arc<Known> {
        let folder = path.parent().unwrap_or(Path::new(""));
        let folder = match folder.file_name() {
            Some(name) if name == spec::FOLDER => folder.parent().unwrap_or(folder),
            _ => folder,
        };
        let file = folder.join(SNAPSHOT);
        let Ok(state) = std::fs::metadata(&file) else {
            return Arc::default();
        };
        let state = (state.len(), state.modified().ok());
        let mut snapshots = self.snapshots.borrow_mut();
        match snapshots.get(&file) {
            Some((read, known)) if *read == state => known.clone(),
            _ => {
                let known = Arc::new(known_in(&file).unwrap_or_default());
                snapshots.insert(file, (state, known.clone()));
                known
            }
        }
    }

    fn complete(&self, path: &Path, params: &Value) -> Value {
        let Some((text, cursor)) = self.cursor(path, params) else {
            return Value::Null;
        };
        let folder = self.folder(path);
        let kind = folder.spec.foreign.get(&*path.display().to_string());
        if matches!(kind, Some(Foreign::World | Foreign::Scenario)) {
            return Value::Null;
        }
        let known = self.known(path);
        let items = language::complete(&text, &cursor, &folder.spec, &known);
        let items = items.into_iter().map(|item| {
            // The numbers of the protocol: Field, EnumMember, Reference, Property.
            let kind = match item.kind {
                ItemKind::Field => 5,
                ItemKind::Word => 20,
                ItemKind::Name => 18,
                ItemKind::Config => 10,
            };
            let mut shown = json!({
                "label": item.label,
                "kind": kind,
                "documentation": { "kind": "markdown", "value": item.about },
            });
            let written = item.written();
            if written != item.label {
                shown["insertText"] = Value::String(written);
            }
            shown
        });
        Value::Array(items.collect())
    }

    /// The fixes of the diagnostics in a range, and all safe ones of the file at once, as `validate --fix` makes
    /// them. What the editor did not ask for is left out.
    fn actions(&self, path: &Path, params: &Value) -> Value {
        let folder = self.folder(path);
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
        let mut files = folder.files.iter();
        let Some((name, text)) = files.find(|(name, _)| Path::new(&**name) == path) else {
            return Value::Array(actions);
        };
        let safe = edit::safe_fixes(name, &folder.problems);
        if !safe.is_empty() && is_asked(FIX_ALL) {
            actions.push(json!({
                "title": format!("Fix {} as `validate --fix` does", quantity(safe.len(), "problem")),
                "kind": FIX_ALL,
                "edit": { "changes": { self.uri(path): [json!({
                    "range": whole(text),
                    "newText": edit::fixed(text, &safe),
                })] } },
            }));
        }
        if !is_asked(QUICK_FIX) {
            return Value::Array(actions);
        }
        for problem in &folder.problems {
            let (Some(fix), Some(place)) = (&problem.fix, problem.place()) else {
                continue;
            };
            let line = u64::from(place.line.saturating_sub(1));
            let is_here = Path::new(&*place.file) == path && from <= line && line <= to;
            let Some(text) = folder.text(&fix.place.file).filter(|_| is_here) else {
                continue;
            };
            let edit = json!({ "range": range(&fix.place, text), "newText": fix.replacement });
            actions.push(json!({
                "title": format!("{}: write {}", problem.code, fix.replacement),
                "kind": QUICK_FIX,
                "isPreferred": safe.contains(&fix),
                "diagnostics": [self.shown(problem, place, text, &folder)],
                "edit": { "changes": { self.uri(Path::new(&*fix.place.file)): [edit] } },
            }));
        }
        Value::Array(actions)
    }

    /// A diagnostic in the words of the protocol.
    fn shown(&self, problem: &Diagnostic, place: &Place, text: &str, folder: &Folder) -> Value {
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
                json!({ "uri": self.uri(Path::new(&*label.place.file)), "range": range(&label.place, text) });
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
}

impl Folder {
    fn text(&self, file: &str) -> Option<&str> {
        let (_, text) = self.files.iter().find(|(name, _)| **name == *file)?;
        Some(text)
    }
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

/// The path of a URI. A document that is no file has its URI in place of a path.
fn path_of(uri: &str) -> PathBuf {
    let url = url::Url::parse(uri).ok();
    let path = url.and_then(|url| url.to_file_path().ok());
    let path = path.unwrap_or_else(|| PathBuf::from(uri));
    // On Windows, letters of drives are written in both cases.
    let parts = path.components().map(|part| match part {
        Component::Prefix(prefix) => prefix.as_os_str().to_ascii_uppercase(),
        part => part.as_os_str().to_owned(),
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BROKEN: &str = "version: 1\nlnks: {}\n";

    fn tell(server: &mut Server, method: &str, params: Value) -> BTreeMap<String, usize> {
        let published = server.changed(&Notification::new(method.to_owned(), params));
        let counts = published.iter().map(|it| {
            let uri = it.params["uri"].as_str().unwrap().to_owned();
            (uri, it.params["diagnostics"].as_array().unwrap().len())
        });
        counts.collect()
    }

    fn open(server: &mut Server, uri: &str, text: &str) -> BTreeMap<String, usize> {
        let params = json!({ "textDocument": { "uri": uri, "text": text } });
        tell(server, "textDocument/didOpen", params)
    }

    fn ask(server: &Server, method: &str, uri: &str) -> Value {
        let range = json!({ "start": { "line": 0 }, "end": { "line": 9 } });
        let params = json!({
            "textDocument": { "uri": uri },
            "position": { "line": 1, "character": 0 },
            "range": range,
        });
        let request = Request::new(1.into(), format!("textDocument/{method}"), params);
        serde_json::to_value(server.answer(request)).unwrap()["result"].take()
    }

    #[test]
    fn a_file_is_the_same_however_its_uri_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("a b+é");
        std::fs::create_dir(&folder).unwrap();
        let file = folder.join("links (1).yaml");
        std::fs::write(&file, BROKEN).unwrap();
        let own = String::from(url::Url::from_file_path(&file).unwrap());
        // Editors escape more or less than must be.
        let more = own
            .replace("(1)", "%281%29")
            .replace('+', "%2B")
            .replace(".yaml", "%2Eyaml");
        let less = own.replace("%C3%A9", "é");
        assert!(own != more && own != less && more != less);
        for uri in [&own, &more, &less] {
            let mut server = Server::default();
            assert_eq!(
                open(&mut server, uri, BROKEN),
                BTreeMap::from([(uri.clone(), 1)])
            );
            let actions = ask(&server, "codeAction", uri);
            assert_eq!(
                actions[0]["edit"]["changes"][uri.as_str()][0]["newText"],
                "links"
            );
            assert!(ask(&server, "completion", uri).is_array());
            // Another form of the same file is no second file, and its text is what counts.
            let changes = json!([{ "text": "version: 1\nlinks: {}\n" }]);
            let params = json!({ "textDocument": { "uri": more }, "contentChanges": changes });
            let shown = tell(&mut server, "textDocument/didChange", params);
            assert_eq!(shown, BTreeMap::from([(more.clone(), 0)]));
            let closed = json!({ "textDocument": { "uri": less } });
            let shown = tell(&mut server, "textDocument/didClose", closed);
            assert_eq!(
                shown,
                BTreeMap::from([(less.clone(), 1)]),
                "it is as on the disk"
            );
            assert!(server.open.is_empty());
        }
    }

    #[test]
    fn an_open_file_that_validate_does_not_read_has_no_diagnostics() {
        let folder = tempfile::tempdir().unwrap();
        let uri =
            |name: &str| String::from(url::Url::from_file_path(folder.path().join(name)).unwrap());
        std::fs::write(folder.path().join(".linkwrightignore"), "old-*.yaml\n").unwrap();
        let mut server = Server::default();
        for (name, problems) in [
            ("links.yaml", 1),
            ("old-links.yaml", 0),
            (".links.yaml", 0),
            ("links.lock.yaml", 0),
            ("links.yaml.orig", 0),
        ] {
            let shown = open(&mut server, &uri(name), BROKEN);
            assert_eq!(shown.get(&uri(name)), Some(&problems), "{name}");
            let has_fix = ask(&server, "codeAction", &uri(name)) != json!([]);
            assert_eq!(has_fix, problems == 1, "{name}");
        }
        // The list is read again when it changes.
        std::fs::write(folder.path().join(".linkwrightignore"), "").unwrap();
        let changes = json!({ "changes": [{ "uri": uri(".linkwrightignore"), "type": 2 }] });
        let shown = tell(&mut server, WATCHED, changes);
        assert_eq!(shown.get(&uri("old-links.yaml")), Some(&1), "{shown:?}");
    }

    #[test]
    fn a_document_without_a_file_is_checked_by_itself() {
        let mut server = Server::default();
        let uri = "untitled:Untitled-1";
        assert_eq!(
            open(&mut server, uri, BROKEN),
            BTreeMap::from([(uri.to_owned(), 1)])
        );
    }

    #[test]
    fn an_open_scenario_is_checked_and_no_spec_is() {
        let folder = tempfile::tempdir().unwrap();
        let uri =
            |name: &str| String::from(url::Url::from_file_path(folder.path().join(name)).unwrap());
        let mut server = Server::default();
        let scenario = uri("lost.scenario.yaml");
        for (text, problems) in [
            ("given: { world: w.yaml }\nwhen: [plan]\n", 0),
            ("given: { wrld: w.yaml }\nwhen: [{ wait: 5m }]\n", 2),
        ] {
            assert_eq!(open(&mut server, &scenario, text)[&scenario], problems);
        }
        assert!(ask(&server, "completion", &scenario).is_null());
        let spec = uri("links.yaml");
        let shown = open(&mut server, &spec, "version: 1\nlinks: {}\n");
        assert_eq!(shown[&spec], 0);
    }

    #[test]
    fn files_that_validate_skips_are_skipped_and_an_open_one_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let uri =
            |name: &str| String::from(url::Url::from_file_path(folder.path().join(name)).unwrap());
        let world = "version: 1\nclusters:\n  - { id: lkc-1, name: a, topics: [] }\n";
        for (name, text) in [
            ("compose.yaml", "services: {}\n"),
            ("world.yaml", world),
            // Specs by a key that is not at the start of a line, and by one that only newer specs have.
            ("flow.yaml", "{ version: 1, lnks: {} }\n"),
            ("later.yaml", "exceptions: 1\n"),
        ] {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let mut server = Server::default();
        let shown = open(&mut server, &uri("links.yaml"), "version: 1\nlinks: {}\n");
        let names: Vec<&String> = shown.keys().collect();
        let expected = [uri("flow.yaml"), uri("later.yaml"), uri("links.yaml")];
        assert_eq!(names, expected.iter().collect::<Vec<_>>());
        assert_eq!(shown[&uri("links.yaml")], 0);
        for name in ["world.yaml", "compose.yaml"] {
            let text = std::fs::read_to_string(folder.path().join(name)).unwrap();
            assert_eq!(open(&mut server, &uri(name), &text)[&uri(name)], 1);
            let completed = ask(&server, "completion", &uri(name));
            assert_eq!(completed.is_null(), name == "world.yaml", "{completed}");
        }
    }
    #[test]
    fn names_of_a_snapshot_next_to_the_specs_are_completed() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(spec::FOLDER)).unwrap();
        let snapshot = |topics: &str| {
            let answers = format!(
                r#"{{"topics":{{"read":[{topics}]}},"consumer-groups":{{"failed":{{"kind":"refused","status":403,"code":null,"message":""}}}}}}"#
            );
            let text = format!(
                r#"{{"format_version":1,"linkwright":"0.1.0","taken_at":"2026-11-02T08:00:00Z","clusters":{{"east":{{"id":"lkc-1","answers":{answers}}}}}}}"#
            );
            std::fs::write(folder.path().join(SNAPSHOT), text).unwrap();
        };
        let text = "version: 1\nclusters: { east: { id: lkc-1 }, west: { id: lkc-2 } }\nlinks:\n  dr:\n    source: east\n    destination: west\n    mirrors:\n      refunds: {}\n      ";
        let file = folder.path().join("links.yaml");
        let uri = String::from(url::Url::from_file_path(&file).unwrap());
        let mut server = Server::default();
        open(&mut server, &uri, text);
        let names = |server: &Server| -> Vec<String> {
            let params = json!({
                "textDocument": { "uri": uri },
                "position": { "line": 8, "character": 6 },
            });
            let request = Request::new(1.into(), "textDocument/completion".to_owned(), params);
            let answer = serde_json::to_value(server.answer(request)).unwrap();
            let items = answer["result"].as_array().unwrap().iter();
            items
                .map(|it| it["label"].as_str().unwrap().to_owned())
                .collect()
        };
        assert_eq!(names(&server), [""; 0]);
        snapshot(r#"{"topic_name":"orders"},{"topic_name":"refunds"}"#);
        assert_eq!(names(&server), ["orders"]);
        // It is read again when it has changed, and what is no snapshot has no names.
        snapshot(r#"{"topic_name":"payments"},{"no":"name"},5"#);
        assert_eq!(names(&server), ["payments"]);
        std::fs::write(folder.path().join(SNAPSHOT), "{}").unwrap();
        assert_eq!(names(&server), [""; 0]);
    }
}
