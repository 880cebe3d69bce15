//! `linkwright sandbox WORLD`: simulated clusters for any client of the API.

use linkwright_sandbox::{Credential, Sandbox};
use tokio::net::TcpListener;

use super::Failure;
use super::args;
use super::embedded;
use super::exit::Exit;
use super::interrupts;
use super::screen::Screen;

pub(super) async fn run(args: &args::Sandbox, screen: &mut Screen) -> Result<Exit, Failure> {
    let kept = match &args.state {
        Some(state) => embedded::restored(state).map_err(Failure::failed)?,
        None => None,
    };
    let sandbox = match kept {
        Some(sandbox) => sandbox,
        None => Sandbox::new(embedded::world_of(&args.world).map_err(Failure::failed)?),
    };
    let listener = TcpListener::bind(args.listen).await.map_err(|error| {
        Failure::failed(format!("failed to listen on {}: {error}", args.listen))
    })?;
    let address = listener.local_addr()?;
    let out = screen.out();
    writeln!(out, "sandbox listening on http://{address}")?;
    for cluster in sandbox.clusters() {
        writeln!(out)?;
        writeln!(out, "cluster {}", cluster.id)?;
        writeln!(
            out,
            "  REST        http://{address}/kafka/v3/clusters/{}",
            cluster.id
        )?;
        writeln!(out, "  bootstrap   {}", cluster.bootstrap_servers)?;
        if cluster.credentials.is_empty() {
            writeln!(out, "  sign in     not needed")?;
        }
        // The sandbox's credentials stand in the world file and open nothing else.
        for credential in &cluster.credentials {
            match credential {
                Credential::Basic {
                    username, password, ..
                } => writeln!(out, "  sign in     {username}:{password}")?,
                Credential::Bearer { token, .. } => writeln!(out, "  sign in     Bearer {token}")?,
            }
        }
    }
    writeln!(out)?;
    writeln!(out, "control     http://{address}/sandbox/v1/")?;
    writeln!(out, "stop with Ctrl-C")?;
    screen.flush()?;
    let stop = async {
        // Without a signal handler there is only the hard way to stop.
        drop(interrupts::signal().await);
    };
    linkwright_sandbox::serve(listener, sandbox.clone(), stop)
        .await
        .map_err(Failure::failed)?;
    if let Some(state) = &args.state {
        embedded::keep(&sandbox, state).map_err(Failure::failed)?;
    }
    Ok(Exit::Done)
}
