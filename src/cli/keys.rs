//! Keys of the terminal, each as it is pressed: [`Keys`].

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// What Ctrl-C is where the terminal does not turn it into a signal.
const INTERRUPT: u8 = 3;

/// The keys of a terminal, without Enter and without being shown. The terminal is as before when it is dropped.
pub(super) struct Keys {
    pressed: Option<UnboundedReceiver<u8>>,
}

impl Keys {
    /// Listens, if standard input is a terminal.
    pub(super) fn listen() -> Self {
        Self { pressed: pressed() }
    }

    /// Returns when someone presses `q` or Ctrl-C; never where there are no keys.
    pub(super) async fn quit(&mut self) {
        if let Some(pressed) = &mut self.pressed {
            while let Some(key) = pressed.recv().await {
                if matches!(key, b'q' | b'Q' | INTERRUPT) {
                    return;
                }
            }
        }
        std::future::pending().await
    }
}

#[cfg(unix)]
fn pressed() -> Option<UnboundedReceiver<u8>> {
    use std::io::{IsTerminal, Read};

    if !std::io::stdin().is_terminal() || crossterm::terminal::enable_raw_mode().is_err() {
        return None;
    }
    let (sender, receiver) = unbounded_channel();
    // A read cannot be given up; the thread ends with the process.
    std::thread::spawn(move || {
        for key in std::io::stdin().lock().bytes().map_while(Result::ok) {
            if sender.send(key).is_err() {
                return;
            }
        }
    });
    Some(receiver)
}

#[cfg(not(unix))]
fn pressed() -> Option<UnboundedReceiver<u8>> {
    None
}

impl Drop for Keys {
    fn drop(&mut self) {
        #[cfg(unix)]
        if self.pressed.is_some() {
            // A terminal that is gone needs no restoring.
            drop(crossterm::terminal::disable_raw_mode());
        }
    }
}
