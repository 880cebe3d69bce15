//! How a run is asked to end early: [`Interrupt`].

use tokio::sync::watch;

/// What the caller wants of a run that is under way. It only ever rises.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Interrupt {
    /// Go on.
    #[default]
    No,
    /// Start nothing more, finish and report what is in flight.
    Finish,
    /// Stop now, and report what is not known.
    Stop,
}

impl Interrupt {
    /// What one more signal means.
    #[must_use]
    pub fn raised(self) -> Self {
        match self {
            Self::No => Self::Finish,
            Self::Finish | Self::Stop => Self::Stop,
        }
    }
}

/// The run's end of the line.
#[derive(Clone, Debug)]
pub struct Interrupts {
    receiver: Option<watch::Receiver<Interrupt>>,
    closed: bool,
}

impl Interrupts {
    /// A run that no one interrupts.
    #[must_use]
    pub fn none() -> Self {
        Self {
            receiver: None,
            closed: true,
        }
    }

    /// A run that listens to this channel.
    #[must_use]
    pub fn new(receiver: watch::Receiver<Interrupt>) -> Self {
        Self {
            receiver: Some(receiver),
            closed: false,
        }
    }

    /// What is wanted now.
    pub(super) fn now(&self) -> Interrupt {
        self.receiver
            .as_ref()
            .map_or(Interrupt::No, |receiver| *receiver.borrow())
    }

    /// Returns when the request changes; never, once no one can change it any more.
    pub(super) async fn changed(&mut self) {
        if let Some(receiver) = self.receiver.as_mut().filter(|_| !self.closed) {
            if receiver.changed().await.is_ok() {
                return;
            }
            self.closed = true;
        }
        std::future::pending().await
    }
}
