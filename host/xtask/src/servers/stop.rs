//! When the keeper is to stop: when its standard input ends, that is, when whoever started it is gone.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

/// Knows whether it is time to stop.
pub(super) struct Stop {
    /// Nothing is ever sent: the other end goes away.
    asked: Receiver<()>,
    /// Kept by those that are never asked.
    _never: Option<Sender<()>>,
}

impl Stop {
    /// Stops when standard input ends.
    pub(super) fn at_end_of_input() -> Stop {
        let (alive, asked) = channel::<()>();
        std::thread::spawn(move || {
            let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
            drop(alive);
        });
        Stop {
            asked,
            _never: None,
        }
    }

    /// Waits this long, or until it is time to stop; says which.
    pub(super) fn asked_within(&self, pause: Duration) -> bool {
        self.asked.recv_timeout(pause) == Err(RecvTimeoutError::Disconnected)
    }

    /// Waits until it is time to stop.
    pub(super) fn wait(&self) {
        let _ = self.asked.recv();
    }

    /// Is never asked.
    #[cfg(test)]
    pub(super) fn never() -> Stop {
        let (alive, asked) = channel();
        Stop {
            asked,
            _never: Some(alive),
        }
    }
}
