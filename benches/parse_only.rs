//! What it costs only to parse JSON Lines: the floor under `goldspan score`.
//!
//! A whole process for `peers.py --parse-only`: reads the files named as arguments line by line on one thread and parses every line into a
//! `serde_json::Value`. Timed from outside, from start to exit; nothing is matched, counted or printed but the number of lines.

use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader};

fn main() -> Result<(), Box<dyn Error>> {
    let mut lines = 0;
    let paths = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with("--"));
    for path in paths {
        let mut input = BufReader::with_capacity(1 << 18, File::open(&path)?);
        let mut line = Vec::new();
        while input.read_until(b'\n', &mut line)? > 0 {
            let value: serde_json::Value = serde_json::from_slice(&line)?;
            lines += usize::from(std::hint::black_box(value).is_object());
            line.clear();
        }
    }
    // The one line that shows that the work was done.
    #[allow(clippy::print_stdout)]
    {
        println!("{lines} lines");
    }
    Ok(())
}
