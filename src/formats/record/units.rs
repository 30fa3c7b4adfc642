//! What the offsets of a document count: where the file quotes text, every unit is tried, and the only one that fits is taken and announced.

use unicode_normalization::UnicodeNormalization;

use super::Record;
use super::look_up::{described, is_plain, mismatches, same_places};
use crate::document::Document;
use crate::error::Problem;
use crate::formats::Options;
use crate::offset::{CodePoints, Ruler, Unit};

impl<'a> Record<'a> {
    /// The ruler for the offsets of this document; where it was found by trying, whether CRLF is one character by it; and the problem that nothing fits.
    pub(super) fn ruler<'t>(
        &self,
        points: &'t CodePoints<'t>,
        document: &Document,
        options: &Options,
    ) -> (Ruler<'t>, Option<bool>, Option<Problem>) {
        let text = document.text();
        let unit = self.unit(options);
        // A file that says itself what it counts says what it counts of line ends too.
        let folded = options.crlf_is_one && self.draft.unit.is_none();
        let first = Ruler::new(points, unit, folded);
        let declared = document.is_stand_in()
            || self.draft.unit.is_some()
            || options.unit.is_some()
            || options.crlf_is_one;
        let quotes = self
            .draft
            .stretches
            .iter()
            .any(|stretch| stretch.quoted.is_some());
        if declared || !quotes || is_plain(text) || mismatches(self, &first, text, 1) == 0 {
            return (first, None, None);
        }
        let crlf = text.contains("\r\n");
        let ways = Unit::ALL.into_iter().flat_map(|unit| {
            let folded = crlf && unit != Unit::Grapheme;
            [(unit, false)]
                .into_iter()
                .chain(folded.then_some((unit, true)))
        });
        let counted = ways.map(|(unit, folded)| {
            let ruler = Ruler::new(points, unit, folded);
            let count = mismatches(self, &ruler, text, u64::MAX);
            (ruler, folded, described(unit, folded), count)
        });
        let counted: Vec<_> = counted.collect();
        let mut fitting = counted.iter().filter(|(.., count)| *count == 0);
        if let Some((best, ..)) = fitting.next() {
            // Several ways that lead to the same places are one.
            if fitting.all(|(other, ..)| same_places(self, best, other, text)) {
                let found = counted.into_iter().find(|(.., count)| *count == 0);
                return match found {
                    Some((ruler, folded, ..)) => (ruler, Some(folded), None),
                    None => (first, None, None),
                };
            }
        }
        let least = counted.iter().map(|(.., count)| *count).min();
        let own = counted.iter().find(|(ruler, ..)| ruler.unit() == unit);
        let no_better = own.map(|(.., count)| *count) == least;
        let tried = counted
            .iter()
            .map(|(_, _, name, count)| format!("{count} by {name}"));
        let tried = tried.collect::<Vec<_>>().join(", ");
        // Where no other way of counting fits more of them, counting is not what is wrong.
        let problem = (!no_better).then(|| self.misfit(&tried, least == Some(0)));
        (first, None, problem)
    }

    /// The problem that offsets fit quoted texts in no way of counting, or in several that lead to different places.
    fn misfit(&self, tried: &str, several: bool) -> Problem {
        let (what, expected, mend) = if several {
            (
                "its offsets fit its quoted texts in several ways of counting, at different places",
                "one way without any, or ways that lead to the same places",
                "say what offsets count with --offsets",
            )
        } else {
            (
                "its offsets fit its quoted texts in no one way of counting",
                "one way without any",
                "correct the annotations that do not fit, or say what offsets count with --offsets",
            )
        };
        self.problem(self.named(what))
            .found(format!("mismatches: {tried}"))
            .expected(expected)
            .mend(mend)
    }
}

/// What to do about two texts that differ in a way that tools are known to make; `None` where they differ in another.
pub(super) fn known_difference(found: &str, expected: &str) -> Option<&'static str> {
    let spaces = |text: &str| text.replace("\r\n", "\n").replace('\u{a0}', " ");
    let composed = |text: &str| text.nfc().collect::<String>();
    if found.trim_start_matches('\u{feff}') == expected.trim_start_matches('\u{feff}') {
        Some(
            "one of the two begins with a byte order mark, which offsets count: take it out, or leave it in both",
        )
    } else if found.replace("\r\n", "\n") == expected.replace("\r\n", "\n") {
        Some(
            "they differ in line ends: keep CRLF or LF in both, or say --crlf-is-one where offsets count CRLF as one character",
        )
    } else if spaces(found) == spaces(expected) {
        Some("they differ in non-breaking spaces: keep them or replace them in both")
    } else if composed(found) == composed(expected) {
        Some(
            "they differ in Unicode normalisation (NFC and NFD): normalise both before labelling, since offsets differ",
        )
    } else if unescaped(found) == unescaped(expected) {
        Some(
            "one of the two has HTML entities such as &amp; where the other has the character: unescape both before labelling",
        )
    } else {
        None
    }
}

/// The text with the five entities that HTML and XML share, the quotation mark's and the apostrophe's numbers, and the non-breaking space replaced.
fn unescaped(text: &str) -> String {
    let known = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&apos;", "'"),
        ("&#39;", "'"),
        ("&nbsp;", "\u{a0}"),
        ("&amp;", "&"),
    ];
    let replace = |text: String, (entity, character): (&str, &str)| text.replace(entity, character);
    known.into_iter().fold(text.to_owned(), replace)
}
