//! Extractors that tests play themselves: goldspan starts this very binary, and one of its tests speaks the protocol.

use std::fs;
use std::io::{BufRead, Write};

use serde_json::Value;

/// The line of `goldspan.toml` whose command runs the test of this name in this binary. What libtest prints goes nowhere; the protocol has descriptor 3.
pub(crate) fn command(test: &str) -> String {
    let suite = std::env::current_exe().unwrap();
    format!(
        "command = [\"sh\", \"-c\", 'RUST_BACKTRACE=0 exec \"$0\" --exact {test} --nocapture --test-threads=1 3>&1 1>/dev/null', '{}']\n",
        suite.display()
    )
}

/// What a played extractor says with.
pub(crate) struct Voice(fs::File);

impl Voice {
    /// The voice, where goldspan has started this process; run as a test there is none.
    pub(crate) fn found() -> Option<Self> {
        std::env::var_os("GOLDSPAN_WORKER")?;
        let out = fs::OpenOptions::new().append(true).open("/dev/fd/3");
        Some(Self(out.unwrap()))
    }

    pub(crate) fn say(&mut self, message: &Value) {
        self.raw(format!("{message}\n").as_bytes());
    }

    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        // Who listens may have gone.
        let _ = self.0.write_all(bytes);
    }
}

/// The messages of the host, up to the end.
pub(crate) fn messages() -> impl Iterator<Item = Value> {
    let lines = std::io::stdin().lock().lines();
    lines.map(|line| serde_json::from_str(&line.unwrap()).unwrap())
}
