//! What gates say to GitHub Actions: annotations at the gates of the configuration, and the outputs of a step.

use super::{COUNTED, machine_name, one_line, score_name, system};
use crate::gate::{Gate, Judgement, Verdict};
use crate::report::findings::command;

/// One workflow command for each score that is not green: an error where it is worse or cannot be compared, a warning where it is inconclusive. `gates` are those of
/// the configuration, for their places.
#[must_use]
pub fn annotations(judgement: &Judgement, gates: &[Gate]) -> Vec<String> {
    let commands = judgement.judged.iter().filter_map(|judged| {
        let severity = match judged.verdict {
            Verdict::Worse | Verdict::Incomparable => "error",
            Verdict::Inconclusive => "warning",
            Verdict::NotWorse | Verdict::Thin => return None,
        };
        let place = gates.get(judged.gate).map(|gate| &gate.place);
        let title = format!("{}: {}", judged.verdict.name(), score_name(judged));
        let message = format!("{}: {}", system(judged), one_line(&judged.reason));
        let (path, excerpt) = (place.map(|own| own.0.as_path()), place.map(|own| &own.1));
        Some(command(severity, &title, path, excerpt, &message))
    });
    commands.collect()
}

/// The lines for the file `$GITHUB_OUTPUT`: the worst verdict, `none` where there are no gates, and how many scores have each.
#[must_use]
pub fn outputs(judgement: &Judgement) -> String {
    let verdict = judgement
        .verdict()
        .map_or_else(|| "none".to_owned(), machine_name);
    let mut out = format!("verdict={verdict}\nscores={}\n", judgement.judged.len());
    for verdict in COUNTED {
        let count = judgement.count(verdict);
        out.push_str(&format!("{}={count}\n", machine_name(verdict)));
    }
    out
}
