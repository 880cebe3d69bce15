//! Signals: the first asks a run to finish what is in flight, the second to stop at once.

use tokio::sync::watch;

use crate::apply::{Interrupt, Interrupts};

/// Listens for SIGINT and, where there is one, SIGTERM, as long as the run does.
pub(super) fn listen() -> Interrupts {
    let (sender, receiver) = watch::channel(Interrupt::No);
    tokio::spawn(async move {
        while signal().await.is_ok() {
            sender.send_modify(|level| *level = level.raised());
        }
    });
    Interrupts::new(receiver)
}

/// The next signal that asks the process to end.
pub(super) async fn signal() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            got = tokio::signal::ctrl_c() => got,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
