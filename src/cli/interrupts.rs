//! Signals: the first asks a run to finish what is in flight, the second to stop at once. When the terminal
//! is gone, the run goes on.

use tokio::sync::watch;

use super::journal::Journal;
use crate::apply::{Interrupt, Interrupts};

/// Listens for SIGINT and, where there are such, SIGTERM and SIGHUP, as long as the run does. The first
/// SIGHUP is a dropped connection during a failover, and asks for nothing: output goes to the journal.
pub(super) fn listen(journal: Journal) -> Interrupts {
    let (sender, receiver) = watch::channel(Interrupt::No);
    tokio::spawn(async move {
        let mut hangups = Hangups::listen();
        loop {
            tokio::select! {
                got = signal() => if got.is_err() { return },
                () = hangups.next() => if !journal.is_open() {
                    journal.open(super::now());
                    continue;
                },
            }
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

/// SIGHUP, where there is one.
struct Hangups {
    #[cfg(unix)]
    signals: Option<tokio::signal::unix::Signal>,
}

impl Hangups {
    fn listen() -> Self {
        Self {
            #[cfg(unix)]
            signals: tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup()).ok(),
        }
    }

    /// Returns when the terminal goes; never where that cannot be seen.
    async fn next(&mut self) {
        #[cfg(unix)]
        if let Some(signals) = &mut self.signals
            && signals.recv().await.is_some()
        {
            return;
        }
        std::future::pending().await
    }
}
