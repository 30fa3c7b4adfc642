//! Writes brat standoff: an article and its `.ann` file.

use std::fmt::Write;

use crate::annotation::{Claim, Content};
use crate::formats::writing::Claims;
use crate::formats::{Holds, Layout, Losses, Output, Whole, Writer};
use crate::offset::CodePoints;
use crate::span::Extent;

pub(super) const WRITER: Writer = Writer {
    layout: Layout::FilesByDocument,
    holds: Holds {
        claims: Claims::Stretches,
        label: is_type,
        ..Holds::EVERYTHING
    },
    write,
};

/// brat's types are words of letters, digits, hyphens and underscores; nothing escapes a space.
fn is_type(label: &str) -> bool {
    let allowed = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | ':' | '+');
    !label.is_empty() && label.chars().all(allowed)
}

struct Lines<'a> {
    text: &'a str,
    points: CodePoints<'a>,
    out: String,
    bounds: usize,
    attributes: usize,
}

fn write(whole: &Whole<'_>, losses: &mut Losses) -> Vec<Output> {
    let text = whole.document.text();
    let mut lines = Lines {
        text,
        points: CodePoints::new(text),
        out: String::new(),
        bounds: 0,
        attributes: 0,
    };
    for mention in &whole.annotations.mentions {
        lines.bound(&mention.label, &mention.extent);
    }
    for (at, claim) in whole.annotations.claims.iter().enumerate() {
        lines.claim(at + 1, claim, whole.document.id(), losses);
    }
    let text = text.to_owned();
    vec![
        Output { file: ".txt", text },
        Output {
            file: ".ann",
            text: lines.out,
        },
    ]
}

impl Lines<'_> {
    /// Writes a text-bound, and gives its number.
    fn bound(&mut self, kind: &str, extent: &Extent) -> usize {
        self.bounds += 1;
        let pairs = extent.spans().iter().map(|span| {
            let (start, end) = (
                self.points.of_byte(span.start()),
                self.points.of_byte(span.end()),
            );
            format!("{start} {end}")
        });
        let pairs = pairs.collect::<Vec<_>>().join(";");
        let quoted = extent.text(self.text).replace(['\n', '\r', '\t'], " ");
        // Writing to a string cannot fail.
        let _ = writeln!(self.out, "T{}\t{kind} {pairs}\t{quoted}", self.bounds);
        self.bounds
    }

    fn claim(&mut self, number: usize, claim: &Claim, id: &str, losses: &mut Losses) {
        let Content::Spans(content) = &claim.content else {
            return;
        };
        let content = self.bound("Content", content);
        let source = claim
            .source
            .as_ref()
            .map(|source| self.bound("Source", source));
        let cue = claim.cue.as_ref().map(|cue| self.bound("Cue", cue));
        // An event must have a trigger: the content stands for a claim that nothing reports.
        let trigger = cue.unwrap_or(content);
        let mut event = format!("E{number}\tAttribution:T{trigger}");
        let roles = [("Source", source), ("Cue", cue), ("Content", Some(content))];
        for (role, bound) in roles {
            if let Some(bound) = bound {
                let _ = write!(event, " {role}:T{bound}");
            }
        }
        if let Some(parent) = claim.parent {
            let _ = write!(event, " Parent:E{}", parent + 1);
        }
        let _ = writeln!(self.out, "{event}");
        let polarity = claim.polarity.map(|polarity| polarity.name());
        let certainty = claim.certainty.map(|certainty| certainty.name());
        let said = [
            ("Polarity", polarity),
            ("Certainty", certainty),
            ("Type", claim.kind.as_deref()),
        ];
        for (name, value) in said {
            match value {
                Some(value) if value.contains(char::is_whitespace) => {
                    losses.add(format!("types of claims such as {value:?}"), id, "");
                }
                Some(value) => {
                    self.attributes += 1;
                    let _ = writeln!(self.out, "A{}\t{name} E{number} {value}", self.attributes);
                }
                None => {}
            }
        }
    }
}
