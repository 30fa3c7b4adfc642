//! Ctrl-C and its like: the first asks the run to end tidily, the second ends it at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Which signal came, if any.
#[derive(Clone)]
pub(crate) struct Interrupt {
    signal: Arc<AtomicUsize>,
}

impl Interrupt {
    /// Begins to listen.
    pub(crate) fn listen() -> Self {
        let signal = Arc::new(AtomicUsize::new(0));
        #[cfg(unix)]
        {
            use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
            let again = Arc::new(AtomicBool::new(false));
            for number in [SIGINT, SIGTERM, SIGHUP] {
                // Where a signal cannot be listened to it ends the program as it always does, and the run can be gone on with all the same.
                let value = usize::try_from(number).unwrap_or_default();
                let _ = signal_hook::flag::register_conditional_shutdown(
                    number,
                    128 + number,
                    Arc::clone(&again),
                );
                let _ = signal_hook::flag::register(number, Arc::clone(&again));
                let _ = signal_hook::flag::register_usize(number, Arc::clone(&signal), value);
            }
        }
        Self { signal }
    }

    /// Whether a signal came.
    pub(crate) fn came(&self) -> bool {
        self.signal.load(Ordering::Relaxed) != 0
    }

    /// Whether it came from a terminal, as Ctrl-C does.
    pub(crate) fn is_from_keyboard(&self) -> bool {
        self.signal.load(Ordering::Relaxed) == 2
    }
}
