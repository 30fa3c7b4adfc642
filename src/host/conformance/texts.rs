//! The cases of one unusual text each: empty, blank, emoji, line ends, white space, separators, huge.
//!
//! Whether offsets are right is seen by comparison: the same sentences are sent twice, once plain and once with what is easily miscounted. Where the words at the offsets
//! differ, and are the same once offsets are laid over the text in another way, that way is the mistake.

use super::super::answer::by_offsets;
use super::super::protocol::Offsets;
use super::ledger::cut;
use super::suite::{Suite, Verdict, entry, words};
use super::{Failure, ONE_DOCUMENT};
use crate::document::Document;
use crate::offset::Unit;

/// What many extractors find something in. ASCII, each in one line.
pub(super) const ARTICLES: [&str; 3] = [
    "Ana Kos, the mayor of Ljubljana, said on Monday that the bridge would cost 4.2 million euros. \"We will stay,\" said Ana Kos.",
    "The Ministry of Transport announced the work on 3 March 2025, according to Reuters. \"The bases were closed in 1999,\" Peter Novak told reporters in Paris.",
    "John Smith warned that Acme Corp. would sue. \"It is not our fault,\" said John Smith on 12 May 2024 in New York.",
];

/// How long the huge text is at least.
const HUGE_BYTES: usize = 1_000_000;

/// A way in which offsets may be wrong.
struct Suspect {
    /// The text that they would be offsets of.
    text: String,
    /// What they would count.
    unit: Unit,
    what: String,
    mend: String,
}

impl Suspect {
    fn of_text(text: String, unit: Unit, what: &str) -> Self {
        Self {
            text,
            unit,
            what: format!("offsets of another text: {what}"),
            mend: "look for annotations in the text exactly as it was sent, or map their offsets back to it".to_owned(),
        }
    }
}

pub(super) fn empty(suite: &mut Suite<'_>) -> Verdict {
    nothing_in(suite, &[""])
}

pub(super) fn blank(suite: &mut Suite<'_>) -> Verdict {
    nothing_in(suite, &[" ", "\n"])
}

/// Texts in which nothing can be found.
fn nothing_in(suite: &mut Suite<'_>, texts: &[&str]) -> Verdict {
    for text in texts {
        let document = suite.document(*text);
        let reply = suite.one(&document)?;
        if let Some(error) = reply.error(0) {
            suite.remark(format!("it answers the text {text:?} with an error, so in a run such an article has failed: {error}"));
            continue;
        }
        let (reply, entry) = entry(reply, 0, &document)?;
        let failure = |found: String| Failure {
            sent: reply.sent.clone(),
            found,
            expected: "an entry that has no annotations".to_owned(),
            mend: "answer with empty lists where there is nothing to work on".to_owned(),
        };
        let found = suite.found(&entry, &document).map_err(failure)?;
        if !words(&found.prediction.0, document.text()).is_empty() {
            return Err(failure(reply.came.clone()));
        }
    }
    Ok(None)
}

pub(super) fn emoji(suite: &mut Suite<'_>) -> Verdict {
    let tricky = format!(
        "Look \u{1f600}, the cafe\u{301} of \u{1f469}\u{200d}\u{1f469}\u{200d}\u{1f467} and \u{1f1f8}\u{1f1ee} is open. {}",
        ARTICLES.join(" ")
    );
    let plain: String = tricky.chars().filter(char::is_ascii).collect();
    let said = said(suite);
    let mut suspects = Vec::new();
    for unit in Unit::ALL.into_iter().filter(|unit| *unit != said) {
        suspects.push(Suspect {
            text: tricky.clone(),
            unit,
            what: format!(
                "offsets that count {}, where \"ready\" says \"offsets\": {:?}",
                unit.plural(),
                said.name()
            ),
            mend: format!(
                "say \"offsets\": {:?} in \"ready\", or count {}",
                unit.name(),
                said.plural()
            ),
        });
    }
    let composed = tricky.replace("e\u{301}", "\u{e9}");
    suspects.push(Suspect::of_text(
        composed,
        said,
        "one that was normalised to NFC",
    ));
    suspects.push(Suspect::of_text(
        plain.clone(),
        said,
        "one without its emoji and accents",
    ));
    compare(suite, &plain, &tricky, &suspects)
}

pub(super) fn line_ends(suite: &mut Suite<'_>) -> Verdict {
    let plain = ARTICLES.join("\n");
    let tricky = ARTICLES.join("\r\n");
    let suspect = Suspect::of_text(plain.clone(), said(suite), "one whose CR LF became LF");
    compare(suite, &plain, &tricky, &[suspect])
}

pub(super) fn edges(suite: &mut Suite<'_>) -> Verdict {
    let plain = ARTICLES.join(" ");
    let tricky = format!("\u{feff} \n\t{} \n", ARTICLES.join(" \n  "));
    let said = said(suite);
    let unmarked = tricky.trim_start_matches('\u{feff}');
    let suspects = [
        Suspect::of_text(
            unmarked.to_owned(),
            said,
            "one without its byte order mark, which is a character of the article",
        ),
        Suspect::of_text(
            unmarked.trim().to_owned(),
            said,
            "one whose edges were stripped",
        ),
        Suspect::of_text(
            plain.clone(),
            said,
            "one whose white space was made single spaces",
        ),
    ];
    compare(suite, &plain, &tricky, &suspects)
}

pub(super) fn separators(suite: &mut Suite<'_>) -> Verdict {
    let plain = ARTICLES.join("   ");
    let tricky = ARTICLES
        .join(" \u{2028}\u{2029}\u{85} ")
        .replacen("   ", " ", 1);
    let without = tricky.replace(['\u{2028}', '\u{2029}', '\u{85}'], "");
    let suspect = Suspect::of_text(without, said(suite), "one without its line separators");
    compare(suite, &plain, &tricky, &[suspect]).map_err(|failure| Failure {
        mend: format!("{}; if lines of standard input are split at these characters, split bytes at \\n alone: readline of Node.js 24, splitlines() and codecs readers of Python do not", failure.mend),
        ..failure
    })
}

/// What the offsets of the extractor are said to count.
fn said(suite: &Suite<'_>) -> Unit {
    match suite.offsets() {
        Offsets::Of(unit) => unit,
        Offsets::Quotations => Unit::CodePoint,
    }
}

/// Asks for sentences plainly and with what is easily miscounted, and compares the words at the offsets.
fn compare(suite: &mut Suite<'_>, plain: &str, tricky: &str, suspects: &[Suspect]) -> Verdict {
    let simple = suite.document(plain);
    let document = suite.document(tricky);
    let first = suite.one(&simple)?;
    let Ok((_, first)) = entry(first, 0, &simple) else {
        let why = "it answers the same sentences without anything unusual with an error";
        return Ok(Some(why.to_owned()));
    };
    let Ok(expected) = suite.found(&first, &simple) else {
        let why = "its offsets do not fit the same sentences without anything unusual; see the case annotations";
        return Ok(Some(why.to_owned()));
    };
    let expected = words(&expected.prediction.0, plain);
    let (reply, entry) = suite.entry(&document)?;
    let found = suite.found(&entry, &document);
    match &found {
        Ok(_) if suite.offsets() == Offsets::Quotations => return Ok(None),
        Ok(found) if words(&found.prediction.0, tricky) == expected => {
            let why =
                "it finds nothing in the articles of the suite, so its offsets cannot be seen";
            return Ok(expected.is_empty().then(|| why.to_owned()));
        }
        _ => {}
    }
    let tasks = suite.tasks();
    let fits = |suspect: &&Suspect| {
        let document = Document::new(document.id(), suspect.text.clone());
        let read = by_offsets(entry.get(), &document, suspect.unit, &tasks);
        !expected.is_empty() && read.is_ok_and(|read| words(&read.0, &suspect.text) == expected)
    };
    let wanted = cut(&expected.join("; "));
    let wanted = format!("the places of these words: {wanted}");
    match (suspects.iter().find(fits), found) {
        (Some(suspect), _) => {
            // That it counts something else is told once: the cases that follow take it as it is.
            if let Some(known) = &mut suite.known {
                known.offsets = Offsets::Of(suspect.unit);
            }
            Err(Failure {
                mend: suspect.mend.clone(),
                ..misplaced(
                    reply.sent,
                    format!("{}: {}", suspect.what, reply.came),
                    wanted,
                )
            })
        }
        (None, Err(why)) => Err(misplaced(
            reply.sent,
            format!("{why}: {}", reply.came),
            wanted,
        )),
        (None, Ok(_)) => {
            suite.remark("it finds other words than in the same sentences without anything unusual, so its offsets cannot be judged".to_owned());
            Ok(None)
        }
    }
}

fn misplaced(sent: String, found: String, expected: String) -> Failure {
    Failure {
        sent,
        found,
        expected,
        mend: "count half-open from 0 in the text as it was sent, and say in \"ready\" what is counted; send `text` with each entity, which guards against this".to_owned(),
    }
}

pub(super) fn huge(suite: &mut Suite<'_>) -> Verdict {
    let mut text = String::with_capacity(HUGE_BYTES + 500);
    while text.len() < HUGE_BYTES {
        text.push_str(ARTICLES[text.len() % ARTICLES.len()]);
        text.push('\n');
    }
    let document = suite.document(text);
    let reply = suite.one(&document).map_err(|failure| Failure {
        mend: format!("answer what is too long with an error of code \"too_long\", or allow more with --timeout; read and write while working, so that no pipe fills; see also the case {ONE_DOCUMENT}"),
        ..failure
    })?;
    if let Some(error) = reply.error(0) {
        suite.remark(format!(
            "it refuses such an article, so in a run it has failed: {error}"
        ));
        return Ok(None);
    }
    let (reply, entry) = entry(reply, 0, &document)?;
    match suite.found(&entry, &document) {
        Ok(_) => Ok(None),
        Err(why) => Err(misplaced(
            reply.sent,
            why,
            "annotations that fit the article".to_owned(),
        )),
    }
}
