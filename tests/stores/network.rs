//! The network to the store: what a run asks of it, and that request after request is lost, one alone or all from then
//! on.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{checkout, generation, json, real, run, with_store};
use crate::support::workspace::{Said, Workspace};

/// What is lost on the way to a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lost {
    Nothing,
    Everything,
    /// One request: the store never sees it.
    Request(usize),
    /// The answer to one request, which the store has carried out.
    Answer(usize),
    /// Everything from this request on.
    From(usize),
}

/// A way to a store that counts requests and loses some. Each gets a connection of its own.
struct Way {
    url: String,
    requests: Arc<AtomicUsize>,
}

impl Way {
    /// To `host:port`.
    fn to(store: &str, lost: Lost) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(AtomicUsize::new(0));
        let (counter, store) = (requests.clone(), store.to_owned());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (counter, store) = (counter.clone(), store.clone());
                // A connection that breaks is what this is about.
                std::thread::spawn(move || drop(pass(stream.unwrap(), &store, lost, &counter)));
            }
        });
        Self { url, requests }
    }

    fn count(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

fn pass(
    mut from: TcpStream,
    store: &str,
    lost: Lost,
    counter: &AtomicUsize,
) -> std::io::Result<()> {
    let mut reader = BufReader::new(from.try_clone()?);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let lower = line.to_ascii_lowercase();
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line == "\r\n" {
            break;
        }
        if !lower.starts_with("connection:") {
            head.push_str(&line);
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let number = counter.fetch_add(1, Ordering::SeqCst);
    let (is_sent, is_answered) = match lost {
        Lost::Nothing => (true, true),
        Lost::Everything => (false, false),
        Lost::Request(at) => (number != at, number != at),
        Lost::Answer(at) => (true, number != at),
        Lost::From(at) => (number < at, number < at),
    };
    if !is_sent {
        return Ok(());
    }
    let mut there = TcpStream::connect(store)?;
    there.write_all(format!("{head}Connection: close\r\n\r\n").as_bytes())?;
    there.write_all(&body)?;
    let mut answer = Vec::new();
    there.read_to_end(&mut answer)?;
    match is_answered {
        true => from.write_all(&answer),
        false => Ok(()),
    }
}

/// A checkout whose credentials have a generation, with a store on this way.
fn on(way: &Way, prefix: &str, before: Option<&Workspace>) -> Workspace {
    let url = format!("s3://linkwright-ci/{}/{prefix}", std::process::id());
    let workspace = with_store(checkout(&generation(1), before), &url);
    workspace
        .env("AWS_ENDPOINT_URL", &way.url)
        .env("AWS_REGION", "us-east-1")
        .env("AWS_ACCESS_KEY_ID", "ci")
        .env("AWS_SECRET_ACCESS_KEY", "hush-store-key")
}

#[test]
fn commands_that_only_read_ask_the_store_for_nothing() {
    let way = Way::to("", Lost::Everything);
    let workspace = with_store(Workspace::quickstart(), "s3://linkwright-ci/links");
    let workspace = workspace
        .env("AWS_ENDPOINT_URL", &way.url)
        .env("AWS_REGION", "us-east-1")
        .env("AWS_ACCESS_KEY_ID", "ci")
        .env("AWS_SECRET_ACCESS_KEY", "hush-store-key");
    run(&workspace, &["plan"]).exits(0);
    run(&workspace, &["drift"]).exits(2);
    run(&workspace, &["status"]).exits(0);
    run(&workspace, &["apply", "--dry-run"]).exits(0);
    workspace.run(&["validate"]).exits(0);
    assert_eq!(way.count(), 0);
    // A declared generation is compared with what is on record, and the plan goes on without.
    let workspace = on(&way, "plan", None);
    run(&workspace, &["plan"])
        .exits(0)
        .says("which credentials were written is not known");
    assert!(way.count() > 0);
}

/// A store that answers, and does not keep to the conditions of writes.
fn careless() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            std::thread::spawn(move || drop(answer(stream.unwrap())));
        }
    });
    url
}

fn answer(mut to: TcpStream) -> std::io::Result<()> {
    let mut reader = BufReader::new(to.try_clone()?);
    let (mut first, mut length) = (String::new(), 0);
    reader.read_line(&mut first)?;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line == "\r\n" {
            break;
        }
        let lower = line.to_ascii_lowercase();
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    reader.read_exact(&mut vec![0; length])?;
    let status = match first.starts_with("GET") {
        true => "404 Not Found",
        false => "200 OK",
    };
    let head = format!("HTTP/1.1 {status}\r\nETag: \"1\"\r\nConnection: close\r\n");
    to.write_all(format!("{head}Content-Length: 0\r\n\r\n").as_bytes())
}

#[test]
fn a_store_that_answers_wrongly_stops_no_run_that_does_without_a_lease() {
    let first = Workspace::quickstart();
    run(&first, &["apply", "--auto-approve"]).exits(0);
    let spec = std::fs::read_to_string("examples/quickstart/links.yaml").unwrap();
    let spec = spec.replacen("orders.placed: {}", "orders.placed: { state: paused }", 1);
    let workspace = with_store(checkout(&spec, Some(&first)), "s3://linkwright-ci/links");
    let workspace = workspace
        .env("AWS_ENDPOINT_URL", &careless())
        .env("AWS_REGION", "us-east-1")
        .env("AWS_ACCESS_KEY_ID", "ci")
        .env("AWS_SECRET_ACCESS_KEY", "hush-store-key");
    let wrong = "the store ignores the condition that an object must not exist";
    run(&workspace, &["apply", "--auto-approve"])
        .exits(1)
        .says(wrong)
        .says("pass --without-lease REASON");
    let why = ["apply", "--auto-approve", "--without-lease", "it is broken"];
    run(&workspace, &why)
        .exits(0)
        .says("is not used (--without-lease)")
        .says(wrong);
    // What it says that it has taken may be lost, so the records of both runs stay here.
    let unsent = workspace.path(".linkwright/unsent/sandbox/runs/apply");
    assert_eq!(unsent.read_dir().unwrap().count(), 2);
}

fn moto() -> String {
    let url = std::env::var_os("AWS_ENDPOINT_URL").expect("run .ci/stores");
    let url = url.into_string().unwrap();
    url.trim_start_matches("http://").to_owned()
}

fn applied(workspace: &Workspace) -> Said {
    run(workspace, &["apply", "--auto-approve"])
}

#[test]
#[ignore = "needs moto and Azurite, which .ci/stores starts"]
fn a_bucket_that_is_not_there_is_no_empty_store_and_no_key_is_shown() {
    let workspace = real(checkout(&generation(1), None));
    for kind in ["s3", "az"] {
        let url = format!("{kind}://linkwright-nowhere/links");
        let of = ["--store", url.as_str()];
        for command in [
            &["store", "check"][..],
            &["runs"],
            &["lease", "list"],
            &["archive", "list"],
        ] {
            workspace
                .run(&[command, &of].concat())
                .exits(1)
                .says("there is no bucket or container linkwright-nowhere");
        }
        run(&workspace, &[&["plan"][..], &of].concat())
            .exits(0)
            .says("which credentials were written is not known");
    }
    // Azurite checks keys.
    let key = "aHVzaGh1c2hodXNo";
    let workspace = workspace.env("AZURE_STORAGE_ACCOUNT_KEY", key);
    workspace
        .run(&["store", "check", "--store", "az://linkwright-ci/links"])
        .exits(1)
        .says("the store does not permit it")
        .says_nothing_of(key);
}

/// What a run costs, in requests to the store.
#[test]
#[ignore = "needs moto, which .ci/stores starts"]
fn what_a_run_asks_of_the_store() {
    let way = Way::to(&moto(), Lost::Nothing);
    let workspace = on(&way, "cost", None);
    let counted = |args: &[&str]| {
        let before = way.count();
        run(&workspace, args).exits(0);
        way.count() - before
    };
    let planned = counted(&["plan"]);
    let first = counted(&["apply", "--auto-approve"]);
    let idle = counted(&["apply", "--auto-approve"]);
    println!(
        "requests to the store: {planned} of plan with a generation, {first} of the first apply, {idle} of an apply \
         that has nothing to do"
    );
    assert!(
        planned <= 2 && first <= 30 && idle <= 6,
        "{planned} {first} {idle}"
    );
}

/// Deletes an object in moto, which does not check signatures.
fn delete(path: &str) {
    let mut moto = TcpStream::connect(moto()).unwrap();
    let signed = "AWS4-HMAC-SHA256 Credential=ci/20261127/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0";
    let request = format!(
        "DELETE /{path} HTTP/1.1\r\nHost: s3\r\nAuthorization: {signed}\r\nConnection: close\r\n\r\n"
    );
    moto.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    moto.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
}

/// One run with something lost. It has done all and says so, or nothing, and the next run does the rest.
fn lose(lost: Lost, prefix: &str) {
    let about = format!("{lost:?}");
    let way = Way::to(&moto(), lost);
    let workspace = on(&way, prefix, None);
    run(&workspace, &["plan", "--store", ""]).exits(0);
    let before = workspace.read("w/world.state.json");
    let said = applied(&workspace).says_nothing_of("hush-store-key");
    let shown = format!("{about}\n{}\n{}", said.out, said.err);
    match said.code {
        Some(0) => assert!(said.out.contains("New plan: no changes"), "{shown}"),
        Some(1) => assert_eq!(workspace.read("w/world.state.json"), before, "{shown}"),
        // The credentials were written, and no one could be told.
        Some(5) => {
            assert!(matches!(lost, Lost::From(_)), "{shown}");
            assert!(said.err.contains("cannot use the ledger"), "{shown}");
        }
        _ => panic!("{shown}"),
    }
    let healthy = Way::to(&moto(), Lost::Nothing);
    let next = on(&healthy, prefix, Some(&workspace));
    let list = json(next.run(&["lease", "list", "-o", "json"]));
    for lease in list["leases"].as_array().unwrap() {
        // It could not be released. The next run would take it over after a term; no one waits for that here.
        assert!(matches!(lost, Lost::From(_)), "{about}: {list}");
        let cluster = lease["cluster_id"].as_str().unwrap();
        let key = format!("{}/{prefix}/sandbox/leases/{cluster}", std::process::id());
        delete(&format!("linkwright-ci/{key}"));
    }
    applied(&next).exits(0);
    run(&next, &["plan"]).exits(0).says("match the spec");
}

#[test]
#[ignore = "needs moto, which .ci/stores starts"]
fn the_network_is_lost_at_every_request() {
    let way = Way::to(&moto(), Lost::Nothing);
    applied(&on(&way, "undisturbed", None)).exits(0);
    let all = way.count();
    let kinds = [
        ("request", Lost::Request as fn(usize) -> Lost),
        ("answer", Lost::Answer),
        ("from", Lost::From),
    ];
    std::thread::scope(|scope| {
        for (name, kind) in kinds {
            scope.spawn(move || {
                for at in 0..all {
                    lose(kind(at), &format!("{name}-{at}"));
                }
            });
        }
    });
    println!("{} runs, each with another loss", 3 * all);
}
