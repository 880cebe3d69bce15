//! A session of an editor with the language server, over stdin and stdout of the binary. `fixtures/lsp/session.jsonl`
//! has every message: lines with `client` are sent, those with `server` are what came back. `UPDATE_GENERATED=1`
//! rewrites the second kind.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use crate::support::workspace::{BINARY, Workspace};

const SESSION: &str = "fixtures/lsp/session.jsonl";
/// In recorded messages, in place of the folder's URI.
const FOLDER: &str = "file://FOLDER";

struct Client {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

impl Client {
    fn start(workspace: &Workspace) -> Self {
        let mut child = Command::new(BINARY)
            .args(["lsp", "--stdio"])
            .current_dir(workspace.path(""))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (to, from) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Self {
            child,
            to,
            from: BufReader::new(from),
        }
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        write!(self.to, "Content-Length: {}\r\n\r\n{text}", text.len()).unwrap();
        self.to.flush().unwrap();
    }

    fn receive(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert_ne!(
                self.from.read_line(&mut line).unwrap(),
                0,
                "the server has ended"
            );
            let line = line.trim();
            if let Some(value) = line.strip_prefix("Content-Length: ") {
                length = value.parse().unwrap();
            }
            if line.is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        self.from.read_exact(&mut body).unwrap();
        serde_json::from_slice(&body).unwrap()
    }

    /// Everything that the server says until it has answered what is asked here, without that answer.
    fn said(&mut self) -> Vec<Value> {
        self.send(&json!({ "jsonrpc": "2.0", "id": "end", "method": "test/end", "params": {} }));
        let mut said = Vec::new();
        loop {
            let message = self.receive();
            if message["id"] == "end" {
                assert_eq!(message["error"]["code"], -32601);
                return said;
            }
            said.push(message);
        }
    }
}

#[test]
fn a_recorded_session_of_an_editor_is_repeated() {
    let workspace = Workspace::new();
    workspace.copy("fixtures/mistakes/unknown-cluster.yaml", "links.yaml");
    let folder = url::Url::from_file_path(workspace.path("")).unwrap();
    let folder = folder.as_str().trim_end_matches('/').to_owned();
    let recorded = std::fs::read_to_string(SESSION).unwrap();
    let sent = recorded.lines().filter_map(|line| {
        let message: Value = serde_json::from_str(line).unwrap();
        message.get("client").cloned()
    });
    let mut client = Client::start(&workspace);
    let mut session = String::new();
    let mut note = |who: &str, message: &Value| {
        let text = json!({ (who): message })
            .to_string()
            .replace(&folder, FOLDER);
        session.push_str(&text);
        session.push('\n');
    };
    for message in sent {
        note("client", &message);
        let real = message.to_string().replace(FOLDER, &folder);
        client.send(&serde_json::from_str(&real).unwrap());
        match message["method"].as_str().unwrap() {
            "initialize" | "shutdown" => note("server", &client.receive()),
            "initialized" | "exit" => {}
            _ => client.said().iter().for_each(|it| note("server", it)),
        }
    }
    assert!(client.child.wait().unwrap().success());
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        std::fs::write(SESSION, &session).unwrap();
    }
    assert_eq!(session, std::fs::read_to_string(SESSION).unwrap());
    // What the session is to show, whatever is recorded.
    for text in [
        "\"code\":\"LW030\"",
        "\"newText\":\"east\"",
        "Fix 1 problem as `validate --fix` does",
        "\"diagnostics\":[]",
        "rest_endpoint",
        "metadata.max.age.ms",
        "\"label\":\"west\"",
    ] {
        assert!(session.contains(text), "{text}\n{session}");
    }
}

/// The text after an edit, as a client makes it: positions are lines and UTF-16 units.
fn edited(text: &str, edit: &Value) -> String {
    let at = |place: &Value| {
        let line = place["line"].as_u64().unwrap();
        let start: usize = text
            .split_inclusive('\n')
            .take(line as usize)
            .map(str::len)
            .sum();
        let mut units = place["character"].as_u64().unwrap();
        let before = text[start..].chars().take_while(|letter| {
            let is_before = units > 0;
            units = units.saturating_sub(letter.len_utf16() as u64);
            is_before
        });
        start + before.map(char::len_utf8).sum::<usize>()
    };
    let (from, to) = (at(&edit["range"]["start"]), at(&edit["range"]["end"]));
    format!(
        "{}{}{}",
        &text[..from],
        edit["newText"].as_str().unwrap(),
        &text[to..]
    )
}

/// The codes that are published, by the name of the file.
fn published(said: &[Value]) -> Vec<(String, Vec<String>)> {
    let of_file = said.iter().map(|message| {
        assert_eq!(message["method"], "textDocument/publishDiagnostics");
        let uri = message["params"]["uri"].as_str().unwrap();
        let list = message["params"]["diagnostics"].as_array().unwrap();
        let codes = list
            .iter()
            .map(|it| it["code"].as_str().unwrap().to_owned());
        (uri.rsplit('/').next().unwrap().to_owned(), codes.collect())
    });
    of_file.collect()
}

/// Line ends of Windows, letters of two UTF-16 units, a quick fix made by the client, files that are renamed and deleted.
#[test]
fn a_client_edits_renames_and_deletes_files() {
    let workspace = Workspace::new();
    let clusters = "version: 1\r\nclusters:\r\n  east: { id: lkc-1 }\r\n  west: { id: lkc-2, rest_endpoint: 'https://w.example.com' }\r\n";
    let links = "version: 1\r\nlinks:\r\n  \"a\u{1f600}\u{e9}\": { source: eest, destination: west, credentials: { tls: {} } }\r\n";
    workspace.write("clusters.yaml", clusters);
    workspace.write("links.yaml", links);
    let folder = url::Url::from_file_path(workspace.path("")).unwrap();
    let uri = |name: &str| format!("{}/{name}", folder.as_str().trim_end_matches('/'));
    let notify = |method: &str, params: Value| json!({ "jsonrpc": "2.0", "method": method, "params": params });
    let document = |name: &str| json!({ "uri": uri(name) });
    let opened = |name: &str, text: &str| {
        let document =
            json!({ "uri": uri(name), "languageId": "yaml", "version": 1, "text": text });
        notify("textDocument/didOpen", json!({ "textDocument": document }))
    };
    let mut client = Client::start(&workspace);
    let watches =
        json!({ "workspace": { "didChangeWatchedFiles": { "dynamicRegistration": true } } });
    client.send(&json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize",
                         "params": { "processId": null, "rootUri": folder.as_str(), "capabilities": watches } }));
    assert_eq!(
        client.receive()["result"]["capabilities"]["hoverProvider"],
        true
    );
    client.send(&notify("initialized", json!({})));
    let asked = client.receive();
    assert_eq!(asked["method"], "client/registerCapability");
    client.send(&json!({ "jsonrpc": "2.0", "id": asked["id"], "result": null }));

    // The unknown cluster is at its place, behind letters of two units and of one.
    client.send(&opened("links.yaml", links));
    let said = client.said();
    let list = said
        .iter()
        .find(|it| it["params"]["uri"] == uri("links.yaml"))
        .unwrap();
    let list = list["params"]["diagnostics"].as_array().unwrap();
    let wrong = list
        .iter()
        .find(|it| it["message"].as_str().unwrap().contains("`eest`"))
        .unwrap();
    let column = links
        .lines()
        .nth(2)
        .unwrap()
        .split("eest")
        .next()
        .unwrap()
        .encode_utf16()
        .count();
    assert_eq!(
        wrong["range"]["start"],
        json!({ "line": 2, "character": column }),
        "{wrong}"
    );
    assert_eq!(
        wrong["range"]["end"],
        json!({ "line": 2, "character": column + 4 }),
        "{wrong}"
    );

    // The client makes the quick fix: nothing else changes.
    client.send(&json!({ "jsonrpc": "2.0", "id": 2, "method": "textDocument/codeAction", "params": {
        "textDocument": document("links.yaml"), "range": wrong["range"], "context": { "diagnostics": [wrong] } } }));
    let actions = client.receive();
    let fix = actions["result"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["title"].as_str().unwrap().contains("east"))
        .unwrap();
    let fixed = edited(links, &fix["edit"]["changes"][uri("links.yaml")][0]);
    assert_eq!(fixed, links.replace("eest", "east"));
    client.send(&notify("textDocument/didChange", json!({
        "textDocument": { "uri": uri("links.yaml"), "version": 2 }, "contentChanges": [{ "text": fixed }] })));
    let now = published(&client.said());
    let codes: Vec<&String> = now.iter().flat_map(|(_, codes)| codes).collect();
    assert!(
        !codes.contains(&&wrong["code"].as_str().unwrap().to_owned()),
        "{now:?}"
    );
    workspace.write("links.yaml", &fixed);

    // A cluster file is deleted outside of the editor: its clusters are unknown now, and then they are back.
    std::fs::remove_file(workspace.path("clusters.yaml")).unwrap();
    let outside = |name: &str, kind: u8| {
        notify(
            "workspace/didChangeWatchedFiles",
            json!({ "changes": [{ "uri": uri(name), "type": kind }] }),
        )
    };
    client.send(&outside("clusters.yaml", 3));
    let now = published(&client.said());
    assert!(
        now.iter()
            .any(|(name, codes)| name == "links.yaml" && codes.len() >= 2),
        "{now:?}"
    );
    workspace.write("clusters.yaml", clusters);
    client.send(&outside("clusters.yaml", 1));
    let back = published(&client.said());
    assert_ne!(back, now);

    // The open file is renamed: what was shown at its old name is taken away.
    let broken = fixed.replace("destination", "destnation");
    std::fs::remove_file(workspace.path("links.yaml")).unwrap();
    workspace.write("renamed.yaml", &broken);
    client.send(&notify(
        "textDocument/didClose",
        json!({ "textDocument": document("links.yaml") }),
    ));
    client.send(&opened("renamed.yaml", &broken));
    let now = published(&client.said());
    let last = |name: &str| {
        now.iter()
            .rev()
            .find(|(it, _)| it == name)
            .map(|(_, codes)| codes.len())
    };
    assert!(last("links.yaml").is_none_or(|count| count == 0), "{now:?}");
    assert!(last("renamed.yaml").unwrap() > 0, "{now:?}");

    // It is deleted while it is open, and closed.
    std::fs::remove_file(workspace.path("renamed.yaml")).unwrap();
    client.send(&notify(
        "textDocument/didClose",
        json!({ "textDocument": document("renamed.yaml") }),
    ));
    let now = published(&client.said());
    assert!(
        now.iter()
            .any(|(name, codes)| name == "renamed.yaml" && codes.is_empty()),
        "{now:?}"
    );

    client.send(&json!({ "jsonrpc": "2.0", "id": 3, "method": "shutdown" }));
    client.receive();
    client.send(&notify("exit", json!({})));
    assert!(client.child.wait().unwrap().success());
}

#[test]
fn a_message_that_is_none_ends_the_server_and_is_not_shown() {
    let workspace = Workspace::new();
    let mut command = Command::new(BINARY);
    command.arg("lsp").current_dir(workspace.path(""));
    let child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = child.spawn().unwrap();
    let mut to = child.stdin.take().unwrap();
    to.write_all(b"Content-Length: 12\r\n\r\n{NEVER-SHOWN")
        .unwrap();
    drop(to);
    let output = child.wait_with_output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(error.contains("a message of the editor"), "{error}");
    assert!(!error.contains("NEVER-SHOWN"), "{error}");
}
