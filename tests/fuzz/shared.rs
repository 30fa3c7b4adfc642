//! What every fuzz target does with its bytes, and what must hold of any document that could be read, whatever it holds.

use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::{fs, process};

use goldspan::annotation::{Annotations, Claim, Gold, Prediction, Task};
use goldspan::counts::{Annotated, CountTable, Measure, Measures, Rules};
use goldspan::document::Document;
use goldspan::error::Problem;
use goldspan::formats::claims::Mapping;
use goldspan::formats::conll::{self, IllFormed, Reading, Scheme};
use goldspan::formats::{
    Block, Blocks, FORMATS, Format, Limits, Losses, Options, Parted, Record, Says, Whole,
    read_back, verify,
};
use goldspan::matching::{EntityMeasure, Level};
use goldspan::mistakes;
use goldspan::offset::Unit;
use goldspan::scores::{Average, Conventions, ErrorRates};

/// What parts the files of an input that is several: an article and its annotations, the three files of re3d.
pub const BETWEEN_FILES: char = '\u{1}';

/// What an input begins with: how it is to be read, and which other format it is written in.
pub const HEAD_BYTES: usize = 2;

/// A document that has no text may ask for one of many megabytes, which is slow and no mistake.
const MOST_CHARACTERS: usize = 1 << 16;

/// Where the files of an input are put; a process has its own. Readers take paths, since what belongs to a file lies beside it.
static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = std::env::temp_dir().join(format!("goldspan-fuzz-{}", process::id()));
    fs::create_dir_all(&folder).unwrap();
    folder
});

/// Reads an input in a format, in the way that its first byte says: each document is read, counted against itself and written, or refused in words.
pub fn format(name: &str, data: &[u8]) {
    let format = Format::from_name(name).unwrap();
    let (head, rest) = data.split_at(data.len().min(HEAD_BYTES));
    let options = options(head.first().copied().unwrap_or_default());
    let other = usize::from(head.last().copied().unwrap_or_default());
    let (path, article) = put(format, &String::from_utf8_lossy(rest));
    let folder = article.as_deref().and_then(Path::parent);
    let files = vec![path.clone()];
    let blocks = Blocks::open(&path, files, folder, format.parted, options.limits);
    let blocks = blocks.map_err(|problem| check(&[problem]));
    for block in blocks.into_iter().flatten() {
        let block = match block {
            Ok(block) => block,
            Err(problems) => {
                check(&problems);
                continue;
            }
        };
        match Record::of(format, &block, &options) {
            Ok(Some(record)) => document(&record, &options, FORMATS[other % FORMATS.len()]),
            Ok(None) => {}
            Err(problems) => check(&problems),
        }
    }
}

/// How an input is to be read, by a byte of it.
fn options(byte: u8) -> Options {
    let byte = usize::from(byte);
    let tags = Reading {
        scheme: Scheme::ALL[byte % Scheme::ALL.len()],
        ill_formed: [
            IllFormed::Refuse,
            IllFormed::Conlleval,
            IllFormed::SeqevalStrict,
        ][byte / 8 % 3],
    };
    Options {
        unit: Unit::ALL.get(byte % 5).copied().filter(|_| byte > 0),
        crlf_is_one: byte / 5 % 2 == 1,
        tags: if byte == 0 {
            conll::WRITTEN
        } else {
            Some(tags)
        },
        ragged: byte / 16 % 2 == 1,
        annotator: (byte / 10 % 4 == 1).then(|| "*".to_owned()),
        layer: (byte / 10 % 4 == 2).then(|| "Key".to_owned()),
        claims: if byte / 40 % 2 == 1 {
            Mapping::nothing()
        } else {
            Mapping::default()
        },
        // A compressed input of a few bytes may unpack to megabytes, which is slow and tested elsewhere.
        limits: Limits {
            unpacked_bytes: 1 << 16,
            whole_bytes: 1 << 16,
            line_bytes: 1 << 16,
            ..Limits::default()
        },
    }
}

/// Puts the files of an input where its format has them; gives what is to be read, and the article where there is one.
fn put(format: &Format, text: &str) -> (PathBuf, Option<PathBuf>) {
    let write = |name: &str, text: &str| {
        let path = FOLDER.join(name);
        fs::write(&path, text).unwrap();
        path
    };
    if format.parted == Parted::ByFolder {
        let mut parts = text.split(BETWEEN_FILES);
        for name in ["documents.json", "entities.json", "relations.json"] {
            write(name, parts.next().unwrap_or_default());
        }
        return (FOLDER.clone(), None);
    }
    let name = format!("a.{}", format.extensions[0]);
    let has_article = matches!(format.parted, Parted::WithArticle(_) | Parted::ByRows);
    let (article, own) = match text.split_once(BETWEEN_FILES) {
        Some((article, own)) if has_article => (article, own),
        _ => ("Ana Kos met the Bank of England.", text),
    };
    let article = has_article.then(|| write("a.txt", article));
    (write(&name, own), article)
}

/// What must hold of a document as its file has it.
fn document(record: &Record<'_>, options: &Options, other: &'static Format) {
    if record.draft.left_out.is_some() {
        return;
    }
    let document = match record.text() {
        Some(text) => Document::new(record.id(), text),
        None => Document::without_text(record.id(), record.stand_in().min(MOST_CHARACTERS)),
    };
    let read = match record.read(&document, options) {
        Ok(read) => read,
        Err(problems) => return check(&problems),
    };
    check(&read.remarks);
    check(&record.repeated(&read));
    inside(&document, &read.annotations);
    count(
        &document,
        read.annotations.clone(),
        read.annotations.clone(),
    );
    let whole = Whole {
        document: &document,
        annotations: &read.annotations,
        says: Task::ALL.map(|task| record.says(task, options) != Says::No),
    };
    written(record.format, &whole);
    written(other, &whole);
}

/// Every stretch lies in the text, on characters.
fn inside(document: &Document, annotations: &Annotations) {
    let text = document.text();
    for mention in &annotations.mentions {
        for span in mention.extent.spans() {
            assert!(span.start() < span.end() && text.get(span.start()..span.end()).is_some());
        }
    }
    for (at, claim) in annotations.claims.iter().enumerate() {
        assert!(!claim.content.words(text).is_empty());
        for extent in [&claim.source, &claim.cue].into_iter().flatten() {
            assert!(text.get(extent.start()..extent.end()).is_some());
        }
        assert!(
            claim
                .parent
                .is_none_or(|parent| parent != at && parent < annotations.claims.len())
        );
    }
}

/// What is written in a format is read back as its writer kept it.
fn written(format: &'static Format, whole: &Whole<'_>) {
    let (document, holds) = (whole.document, format.writer.holds);
    let needs_text = !matches!(format.name, "jsonl" | "table");
    if document.is_stand_in() && needs_text {
        return;
    }
    let mut losses = Losses::default();
    let (outputs, kept) = format.writer.document(whole, &mut losses);
    let verified = verify(format, document, &outputs, &kept, losses.is_empty());
    verified.unwrap_or_else(|problems| panic!("{}: {problems:#?}\n{outputs:#?}", format.name));
    // Nothing is left out silently.
    let told = losses
        .iter()
        .filter(|(what, ..)| what.starts_with("mentions"));
    let told: u64 = told.map(|(_, count, _)| count).sum();
    let missing = whole.annotations.mentions.len() - kept.mentions.len();
    assert_eq!(told, missing as u64, "{}: {losses:#?}", format.name);
    if losses.is_empty() && holds.exact_text {
        let options = Options {
            tags: conll::WRITTEN,
            ..Options::default()
        };
        let back = read_back(format, document.id(), &outputs, &options);
        if let Ok(Some((_, read))) = back {
            let (found, expected) = (shown(&read.annotations.claims), shown(&kept.claims));
            assert_eq!(found, expected, "{}: {outputs:#?}", format.name);
        }
    }
}

/// The claims in a form that neither order nor indices change.
fn shown(claims: &[Claim]) -> Vec<String> {
    let alone = |claim: &Claim| Claim {
        parent: None,
        ..claim.clone()
    };
    let one = |claim: &Claim| {
        let parent = claim.parent.map(|at| alone(&claims[at]));
        format!("{:?} in {parent:?}", alone(claim))
    };
    let mut shown: Vec<String> = claims.iter().map(one).collect();
    shown.sort();
    shown
}

/// Problems say what is wrong.
pub fn check(problems: &[Problem]) {
    for problem in problems {
        assert!(!problem.what.is_empty() && !problem.to_string().is_empty());
        if let Some(excerpt) = &problem.excerpt {
            assert!(excerpt.text.get(excerpt.mark.clone()).is_some());
        }
    }
}

/// The blocks of some bytes, which need not be UTF-8; those that cannot be read say why.
pub fn blocks(data: &[u8], parted: Parted) -> Vec<Block> {
    let blocks = Blocks::of(Path::new("fuzz"), Cursor::new(data.to_vec()), parted);
    let read = blocks.filter_map(|block| block.map_err(|problems| check(&problems)).ok());
    read.collect()
}

/// Counts two readings of one document and checks what must hold; where they are the same, all of it is correct.
pub fn count(document: &Document, gold: Annotations, predicted: Annotations) {
    let same = gold == predicted;
    let claim = [
        "exact", "trimmed", "partial", "overlap:0.5", "any", "characters",
    ];
    let mut measures = Measures {
        claim: claim.into_iter().filter_map(Level::from_name).collect(),
        ..Measures::default()
    };
    measures
        .entity
        .extend(EntityMeasure::from_name("overlap:0.5"));
    let (gold, predicted) = (Gold(gold), Prediction(predicted));
    let (annotated, tasks) = (Annotated::default(), &Task::ALL);
    let mut table = CountTable::default();
    let rules = Rules {
        measures: &measures,
        annotated: &annotated,
        tasks,
    };
    table.count(document, &gold, &predicted, rules);
    for (cell, counts) in table.iter() {
        assert!(
            !same || counts.correct == counts.possible() && counts.spurious == 0,
            "{cell:?} {counts:?}"
        );
        for rate in ErrorRates::from(counts).all().into_iter().flatten() {
            assert!((0.0..=1.0).contains(&rate));
        }
        if let Measure::Entity(_) = cell.measure {
            for average in Average::ALL {
                let scores = average.of(&table, cell.measure, Conventions::default());
                for score in scores.all().into_iter().flatten() {
                    assert!((0.0..=1.0 + 1e-9).contains(&score));
                }
            }
        }
    }
    let wrong = mistakes::of(document, &gold, &predicted, rules);
    let all = wrong.len();
    assert!(!same || all == 0);
    let listed = mistakes::Listed {
        kept: wrong,
        cut: false,
    };
    assert_eq!(listed.ranked().mistakes.len(), all);
}
