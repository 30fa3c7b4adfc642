//! How far a run is: a bar on a terminal, plain lines elsewhere, nothing when quiet.

use std::io::{self, IsTerminal};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use goldspan::document::Document;
use goldspan::run::{Again, Counted, Kept, Observer};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::interrupt::Interrupt;
use crate::message::{number, say};

/// How often a line is written where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(10);

/// An observer that shows progress and passes everything on.
pub(crate) struct Progress<'a> {
    inner: &'a dyn Observer,
    total: u64,
    done: AtomicU64,
    answers: AtomicU64,
    shown: Shown,
    quiet: bool,
    interrupt: Interrupt,
}

enum Shown {
    Bar(ProgressBar),
    Lines {
        began: Instant,
        last: Mutex<Instant>,
    },
    Nothing,
}

impl<'a> Progress<'a> {
    pub(crate) fn new(
        inner: &'a dyn Observer,
        total: u64,
        quiet: bool,
        interrupt: Interrupt,
    ) -> Self {
        let shown = if quiet {
            Shown::Nothing
        } else if io::stderr().is_terminal() {
            Shown::Bar(bar(total))
        } else {
            let now = Instant::now();
            Shown::Lines {
                began: now,
                last: Mutex::new(now),
            }
        };
        Self {
            inner,
            total,
            done: AtomicU64::new(0),
            answers: AtomicU64::new(0),
            shown,
            quiet,
            interrupt,
        }
    }

    /// Takes the bar off the terminal.
    pub(crate) fn finish(&self) {
        if let Shown::Bar(bar) = &self.shown {
            bar.finish_and_clear();
        }
    }
}

fn bar(total: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
    let template = "{bar:32} {pos}/{len} documents, {per_sec}, {eta} left{msg}";
    // The template is a constant, and a bar without style is still a bar.
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}

impl Observer for Progress<'_> {
    fn prediction(&self, line: &str) -> io::Result<()> {
        self.inner.prediction(line)
    }

    fn render(&self, counted: &Counted<'_>) -> io::Result<Vec<u8>> {
        self.inner.render(counted)
    }

    fn document(&self, rendered: &[u8]) -> io::Result<()> {
        self.inner.document(rendered)
    }

    fn kept(
        &self,
        corpus: &str,
        extractor: &str,
        document: &Document,
        repeat: u32,
    ) -> Option<Kept> {
        self.inner.kept(corpus, extractor, document, repeat)
    }

    fn asked_again(&self, corpus: &str, extractor: &str, again: &Again) -> io::Result<()> {
        self.inner.asked_again(corpus, extractor, again)
    }

    fn slow(&self, extractor: &str, documents: &[&str], after: Duration) {
        if self.quiet {
            return;
        }
        let others = documents.len().saturating_sub(1);
        let first = documents.first().copied().unwrap_or_default();
        let others = match others {
            0 => String::new(),
            others => format!(" and {others} more"),
        };
        let line = format!(
            "slow: {extractor} has worked on {first}{others} for {:.1} s",
            after.as_secs_f64()
        );
        match &self.shown {
            Shown::Bar(bar) => bar.suspend(|| say(&line)),
            _ => say(&line),
        }
    }

    fn stopped(&self) -> bool {
        self.interrupt.came()
    }

    fn tick(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
        match &self.shown {
            Shown::Bar(bar) => bar.inc(1),
            Shown::Lines { began, last } => self.say_line(*began, last),
            Shown::Nothing => {}
        }
    }

    fn answered(&self) {
        let answers = self.answers.fetch_add(1, Ordering::Relaxed) + 1;
        match &self.shown {
            Shown::Bar(bar) => bar.set_message(answered(answers)),
            Shown::Lines { began, last } => self.say_line(*began, last),
            Shown::Nothing => {}
        }
    }
}

impl Progress<'_> {
    /// Says how far the run is, where that was not said for a while.
    fn say_line(&self, began: Instant, last: &Mutex<Instant>) {
        // Whoever holds the lock is writing the line already.
        let Ok(mut last) = last.try_lock() else {
            return;
        };
        if last.elapsed() < LINE_EVERY {
            return;
        }
        *last = Instant::now();
        let done = self.done.load(Ordering::Relaxed);
        let answers = match self.answers.load(Ordering::Relaxed) {
            0 => String::new(),
            answers => answered(answers),
        };
        let pace = if done == 0 {
            String::new()
        } else {
            let rate = done as f64 / began.elapsed().as_secs_f64();
            let left = self.total.saturating_sub(done) as f64 / rate;
            format!(", {rate:.1}/s, {left:.0} s left")
        };
        say(&format!("{done}/{} documents{pace}{answers}", self.total));
    }
}

/// What extractors that live elsewhere have answered, as it follows the documents that are done with: many of these are done with at a time.
fn answered(answers: u64) -> String {
    format!("; {} so far", number(answers, "answer"))
}
