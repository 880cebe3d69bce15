//! `linkwright sandbox WORLD`: simulated clusters for any client of the API.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use linkwright_sandbox::{ClusterInfo, Credential, Sandbox};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

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
    let clusters = sandbox.clusters();
    let listener = listen(args.listen).await?;
    let address = listener.local_addr()?;
    let mut own = BTreeMap::new();
    for (cluster, address) in own_addresses(args, &clusters)? {
        own.insert(cluster, listen(address).await?);
    }
    let out = screen.out();
    writeln!(out, "sandbox listening on http://{address}")?;
    for cluster in &clusters {
        let home = match own.get(&cluster.id) {
            Some(listener) => listener.local_addr()?,
            None => address,
        };
        writeln!(out)?;
        writeln!(out, "cluster {}", cluster.id)?;
        writeln!(
            out,
            "  REST        http://{home}/kafka/v3/clusters/{}",
            cluster.id
        )?;
        writeln!(out, "  bootstrap   {}", cluster.bootstrap_servers)?;
        if cluster.credentials.is_empty() {
            writeln!(out, "  credentials none needed")?;
        }
        // The sandbox's credentials are in the world file and give access to nothing else.
        for credential in &cluster.credentials {
            match credential {
                Credential::Basic {
                    username, password, ..
                } => writeln!(out, "  credentials {username}:{password}")?,
                Credential::Bearer { token, .. } => writeln!(out, "  credentials Bearer {token}")?,
            }
        }
    }
    writeln!(out)?;
    writeln!(out, "control     http://{address}/sandbox/v1/")?;
    writeln!(out, "stop with Ctrl-C")?;
    screen.flush()?;
    let (end, ended) = watch::channel(());
    let mut servers = JoinSet::new();
    for (cluster, listener) in own {
        let (sandbox, mut ended) = (sandbox.clone(), ended.clone());
        servers.spawn(async move {
            let stop = async move {
                // The channel has one message: its end.
                drop(ended.changed().await);
            };
            linkwright_sandbox::serve_cluster(listener, sandbox, &cluster, stop).await
        });
    }
    let stop = async {
        // Without a signal handler the process can only be killed.
        drop(interrupts::signal().await);
    };
    linkwright_sandbox::serve(listener, sandbox.clone(), stop)
        .await
        .map_err(Failure::failed)?;
    drop(end);
    while let Some(server) = servers.join_next().await {
        server.map_err(Failure::failed)?.map_err(Failure::failed)?;
    }
    if let Some(state) = &args.state {
        embedded::keep(&sandbox, state).map_err(Failure::failed)?;
    }
    Ok(Exit::Done)
}

async fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address)
        .await
        .map_err(|error| Failure::failed(format!("failed to listen on {address}: {error}")))
}

/// Which clusters have an address of their own, by id: those of the world file, then those of the
/// command line.
fn own_addresses(
    args: &args::Sandbox,
    clusters: &[ClusterInfo],
) -> Result<BTreeMap<String, SocketAddr>, Failure> {
    let mut own: BTreeMap<String, SocketAddr> = clusters
        .iter()
        .filter_map(|cluster| Some((cluster.id.clone(), cluster.listen?)))
        .collect();
    for (name, address) in &args.clusters {
        let info = embedded::named(clusters, name).map_err(Failure::failed)?;
        own.insert(info.id.clone(), *address);
    }
    Ok(own)
}
