//! The program: reads what was typed, does the verb, and turns the outcome into an exit code. Printing and exiting happen only in this crate.

mod args;
mod commands;
mod exit;
mod interrupt;
mod message;
mod progress;

use std::process::ExitCode;

use clap::Parser;

#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let outcome = match args::Arguments::parse().verb {
        args::Verb::Run(arguments) => commands::run::run(&arguments),
        args::Verb::Runs(arguments) => commands::runs::runs(&arguments),
        args::Verb::Accept(arguments) => commands::accept::accept(&arguments),
        args::Verb::Compare(arguments) => commands::compare::compare(&arguments),
        args::Verb::Score(arguments) => commands::score::score(&arguments),
        args::Verb::Agree(arguments) => commands::agree::agree(&arguments),
        args::Verb::Check(arguments) => commands::check::check(&arguments),
        args::Verb::Cache(arguments) => commands::cache::cache(&arguments),
        args::Verb::Convert(arguments) => commands::convert::convert(&arguments),
        args::Verb::Extractor(arguments) => commands::extractor::extractor(&arguments),
    };
    match outcome {
        Ok(exit) => exit.into(),
        Err(failure) => message::tell_failure(&failure).into(),
    }
}
