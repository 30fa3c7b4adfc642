//! What gates say as JUnit XML, which every CI reads: a suite for each extractor on a corpus, a case for each gated score. No times: the same run is the same file.

use std::io;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::{
    before, change, change_interval, machine_name, one_line, p, ratio, score_name, system,
};
use crate::gate::{Judged, Judgement, Verdict};

/// The whole file. Worse is a failure, not comparable an error, not judged skipped; inconclusive passes, with the reason in what it put out.
///
/// # Errors
/// Where the XML cannot be written.
pub fn junit(judgement: &Judgement) -> io::Result<String> {
    let mut suites: Vec<TestSuite> = Vec::new();
    for judged in &judgement.judged {
        let name = system(judged);
        let case = case(judged, &name);
        let place = suites.iter().position(|own| own.name.as_str() == name);
        match place.and_then(|place| suites.get_mut(place)) {
            Some(suite) => {
                suite.add_test_case(case);
            }
            None => {
                let mut suite = TestSuite::new(name);
                suite.add_test_case(case);
                suites.push(suite);
            }
        }
    }
    let mut report = Report::new("goldspan gates");
    report.add_test_suites(suites);
    report.to_string().map_err(io::Error::other)
}

fn case(judged: &Judged, system: &str) -> TestCase {
    let mut status = match judged.verdict {
        Verdict::Worse => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Verdict::Incomparable => TestCaseStatus::non_success(NonSuccessKind::Error),
        Verdict::Thin => TestCaseStatus::skipped(),
        Verdict::NotWorse | Verdict::Inconclusive => TestCaseStatus::success(),
    };
    let reason = one_line(&judged.reason);
    status
        .set_type(machine_name(judged.verdict))
        .set_message(reason.as_str())
        .set_description(numbers(judged));
    // Two gates may hold one score against two baselines.
    let name = match &judged.baseline {
        Some(baseline) => format!("{} against {}", score_name(judged), one_line(baseline)),
        None => score_name(judged),
    };
    let mut case = TestCase::new(name, status);
    case.set_classname(system);
    match judged.verdict {
        Verdict::NotWorse => {
            case.set_system_out(numbers(judged));
        }
        Verdict::Inconclusive => {
            case.set_system_out(format!("inconclusive: {reason}\n{}", numbers(judged)));
        }
        Verdict::Thin | Verdict::Worse | Verdict::Incomparable => {}
    }
    case
}

/// What the verdict is made of.
fn numbers(judged: &Judged) -> String {
    format!(
        "score {}, floor {}, baseline {}, change {} points (95 % CI {}), p (Holm) {}, support {}",
        ratio(judged.score),
        ratio(judged.floor),
        ratio(before(judged)),
        change(judged),
        change_interval(judged),
        p(judged),
        judged.support
    )
}
