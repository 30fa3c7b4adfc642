//! Stub.
#![allow(missing_docs)]
use crate::gate::{Gate, Judgement};
pub fn table(judgement: &Judgement) -> String {
    let mut out = String::new();
    for own in &judgement.judged {
        out += &format!(
            "{}: {} on {}: {}: {}\n",
            own.verdict.name(),
            own.extractor,
            own.corpus,
            own.metric.spoken(),
            own.reason
        );
    }
    out
}
pub fn markdown(judgement: &Judgement, _: &str) -> String {
    table(judgement)
}
pub fn junit(judgement: &Judgement) -> String {
    table(judgement)
}
pub fn annotations(_: &Judgement, _: &[Gate]) -> Vec<String> {
    Vec::new()
}
pub fn outputs(judgement: &Judgement) -> String {
    table(judgement)
}
