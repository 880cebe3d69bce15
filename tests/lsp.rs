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
