//! Prints rusev's report: `rusev-report strict|lenient 0|1 GOLD PREDICTED`, tags parted by spaces, sentences by `/`.

use rusev::{DivByZeroStrat, SchemeType, classification_report};

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let sentences = |at: usize| -> Vec<Vec<&str>> {
        arguments[at].split('/').map(|sentence| sentence.split_whitespace().collect()).collect()
    };
    // rusev reads leniently when, and only when, no scheme is named.
    let scheme = (arguments[1] == "strict").then_some(SchemeType::IOB2);
    let zero = if arguments[2] == "1" { DivByZeroStrat::ReplaceBy1 } else { DivByZeroStrat::ReplaceBy0 };
    match classification_report(sentences(3), sentences(4), None, zero, scheme, false, false) {
        Ok(report) => print!("{report}"),
        Err(error) => println!("error: {error:?}"),
    }
}
