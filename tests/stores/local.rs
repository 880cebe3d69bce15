//! Other runs that a run meets: by locks on this machine, with and without a store, and by leases.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::Stdio;

use super::{HOLDER, SANDBOX, folder_of, lease_of, run};
use crate::action::setup::Setup;
use crate::support::workspace::{Said, Workspace};

/// The lock of the cluster that is written to, as the last run has left it.
fn lock_of(workspace: &Workspace) -> PathBuf {
    let locks = workspace.path(".linkwright/locks").read_dir().unwrap();
    let mut locks = locks.map(|it| it.unwrap().path());
    let is_west = |path: &PathBuf| path.to_string_lossy().contains("lkc-west01");
    locks.find(is_west).unwrap()
}

#[test]
fn a_run_with_a_store_meets_a_run_on_this_machine_that_has_none() {
    let setup = Setup::new();
    let workspace = Workspace::new();
    let spec = std::fs::read_to_string("examples/quickstart/links.yaml").unwrap();
    workspace.write("links.yaml", &setup.at_sandbox(&spec));
    let store = tempfile::tempdir().unwrap();
    let url = folder_of(store.path());
    let with = ["--store", url.as_str()];
    workspace
        .run(&[&["apply", "--auto-approve"][..], &with].concat())
        .exits(0)
        .says("New plan: no changes")
        .says_nothing_of("no store is set");
    let lock = lock_of(&workspace);
    let left = std::fs::read_to_string(&lock).unwrap();
    assert!(left.contains("\"ended\":true"), "{left}");

    // Another run holds the cluster, and its lease.
    let held = File::options().read(true).write(true).open(&lock).unwrap();
    held.lock().unwrap();
    std::fs::write(&lock, r#"{"holder":"bob/1","host":"one","ended":false}"#).unwrap();
    let lease = store.path().join("leases/lkc-west01");
    std::fs::write(&lease, lease_of("lkc-west01")).unwrap();
    let changed = spec.replacen("orders.placed: {}", "orders.placed: { state: paused }", 1);
    workspace.write("links.yaml", &setup.at_sandbox(&changed));
    for more in [&[][..], &with] {
        workspace
            .run(&[&["apply", "--auto-approve"][..], more].concat())
            .exits(1)
            .says("in use by bob/1 on one");
    }
    // The lease of someone who holds a lock is not taken; its holder can be asked all the same.
    assert_eq!(
        std::fs::read_to_string(&lease).unwrap(),
        lease_of("lkc-west01")
    );
    let preempt = ["apply", "--auto-approve", "--preempt"];
    workspace
        .run(&[&preempt[..], &with].concat())
        .exits(1)
        .says("in use by bob/1 on one")
        .says("was asked to stop");
    // Without a store there is nothing by which it could be asked.
    workspace.run(&preempt).exits(1).says("that run holds none");
    let asked = std::fs::read_to_string(&lease).unwrap();
    assert!(
        asked.contains("\"yield\"") && asked.contains(HOLDER),
        "{asked}"
    );

    // It has ended.
    drop(held);
    std::fs::write(&lease, asked.replace("\"held\"", "\"released\"")).unwrap();
    workspace
        .run(&[&["apply", "--auto-approve"][..], &with].concat())
        .exits(0)
        .says("New plan: no changes");
    workspace.run(&["apply", "--auto-approve"]).exits(0);
}

/// A run that waits says for whom, and does its work once it is let in.
#[test]
fn a_run_that_has_waited_for_a_lease_does_its_work() {
    let store = tempfile::tempdir().unwrap();
    let url = folder_of(store.path());
    let workspace = Workspace::quickstart();
    let lease = store.path().join("sandbox/leases/lkc-west01");
    std::fs::create_dir_all(lease.parent().unwrap()).unwrap();
    std::fs::write(&lease, lease_of("lkc-west01")).unwrap();
    let args = ["apply", "--auto-approve", "--lease-timeout", "5m"];
    let args = [&args[..], &["--store", url.as_str()], &SANDBOX].concat();
    let mut command = workspace.linkwright(&args);
    let mut waiting = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut words = BufReader::new(waiting.stderr.take().unwrap()).lines();
    let waits = words.find(|line| line.as_ref().unwrap().contains("waiting for at most 300 s"));
    let waits = waits.unwrap().unwrap();
    assert!(
        waits.contains(HOLDER) && waits.contains("runner-7"),
        "{waits}"
    );
    let released = lease_of("lkc-west01").replace("\"held\"", "\"released\"");
    std::fs::write(&lease, released).unwrap();
    let rest: Vec<String> = words.map(Result::unwrap).collect();
    let said = Said::from(waiting.wait_with_output().unwrap());
    assert_eq!(said.code, Some(0), "{rest:?}\n{}", said.out);
    assert!(said.out.contains("New plan: no changes"), "{}", said.out);
}

/// A lock that is in the way: of another user, or on a file system without locks.
#[test]
fn a_lock_that_cannot_be_used_stops_only_runs_that_have_nothing_else() {
    let setup = Setup::new();
    let workspace = Workspace::new();
    let spec = std::fs::read_to_string("examples/quickstart/links.yaml").unwrap();
    workspace.write("links.yaml", &setup.at_sandbox(&spec));
    workspace.run(&["apply", "--auto-approve"]).exits(0);
    let lock = lock_of(&workspace);
    std::fs::remove_file(&lock).unwrap();
    std::fs::create_dir(&lock).unwrap();
    let state = |state: &str| {
        let placed = format!("orders.placed: {{ state: {state} }}");
        let changed = spec.replacen("orders.placed: {}", &placed, 1);
        workspace.write("links.yaml", &setup.at_sandbox(&changed));
    };
    state("paused");
    workspace
        .run(&["apply", "--auto-approve"])
        .exits(1)
        .says("cannot lock");
    let store = tempfile::tempdir().unwrap();
    let url = folder_of(store.path());
    let words = "runs on this machine that use no store are not kept out: cannot lock";
    workspace
        .run(&["apply", "--auto-approve", "--store", &url])
        .exits(0)
        .says(words);
    state("mirroring");
    workspace
        .run(&["apply", "--auto-approve", "--store", &url])
        .exits(0);
    state("paused");
    let why = ["apply", "--auto-approve", "--without-lease", "NFS is down"];
    workspace
        .run(&why)
        .exits(0)
        .says("other runs are not kept out: cannot lock");
}

/// `--timeout` ends a run whatever it waits for.
#[test]
fn a_run_that_may_take_only_so_long_waits_no_longer_for_others() {
    let workspace = Workspace::quickstart();
    run(&workspace, &["plan"]).exits(0);
    let state = workspace.path(".linkwright/locks");
    run(&workspace, &["apply", "--auto-approve", "--timeout", "1ms"]).exits(1);
    let mut locks = state.read_dir().unwrap().map(|it| it.unwrap().path());
    let lock = locks.next().unwrap();
    let held = File::options().read(true).write(true).open(&lock).unwrap();
    held.lock().unwrap();
    let waits = ["--lease-timeout", "5m", "--timeout", "1s"];
    let apply = [&["apply", "--auto-approve"][..], &waits].concat();
    run(&workspace, &apply).exits(1).says("is in use by");
    // No one is asked to stop there.
    run(&workspace, &["apply", "--auto-approve", "--preempt"])
        .exits(1)
        .says("--preempt asks no one about a sandbox's state file");
    drop(held);
    let store = tempfile::tempdir().unwrap();
    let url = folder_of(store.path());
    let lease = store.path().join("sandbox/leases/lkc-west01");
    std::fs::create_dir_all(lease.parent().unwrap()).unwrap();
    for state in ["held", "withdrawn"] {
        let text = lease_of("lkc-west01").replace("\"held\"", &format!("\"{state}\""));
        std::fs::write(&lease, text).unwrap();
        run(
            &workspace,
            &[&apply[..], &["--store", url.as_str()]].concat(),
        )
        .exits(1)
        .says(HOLDER);
    }
}
