//! Writes what the fuzz targets begin with: two small documents in every format, as goldspan itself writes them. `cargo run --example seeds`.

use std::fs;
use std::path::Path;

use goldspan::annotation::{Annotations, Certainty, Claim, Mention, Polarity};
use goldspan::document::Document;
use goldspan::formats::{FORMATS, Format, Layout, Losses, Parted, Whole};
use goldspan::span::{Extent, Span};
use goldspan_fuzz::{BETWEEN_FILES, HEAD_BYTES};

/// An article with white space, line ends and characters of every kind.
const TEXT: &str = "“We will stay,” said Ana Kos\u{a0}😀. She left Zürich\r\non Monday.\n\nA|b_[c] e\u{301} <d> & \"f\".\n";

fn main() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let write = |target: &str, name: &str, head: &[u8], text: &str| {
        let folder = corpus.join(target);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(name), [head, text.as_bytes()].concat()).unwrap();
    };
    for format in FORMATS {
        for (name, annotations) in [("all", annotations()), ("mentions", mentions())] {
            let text = written(format, &annotations);
            for (which, head) in [[0; HEAD_BYTES], [3; HEAD_BYTES], [21; HEAD_BYTES]]
                .iter()
                .enumerate()
            {
                write(format.name, &format!("{name}-{which}"), head, &text);
            }
            match format.name {
                "jsonl" => write("json_lines", name, &[0], &format!("{text}{text}")),
                "conll" => write("columns", name, &[1], &text.replace("\tO", "\tO\tO")),
                _ => {}
            }
        }
    }
}

/// A document in a format, its files one after the other.
fn written(format: &Format, annotations: &Annotations) -> String {
    let document = Document::new("a", TEXT);
    let whole = Whole {
        document: &document,
        annotations,
        says: [true, true],
    };
    let (outputs, _) = format.writer.document(&whole, &mut Losses::default());
    let mut texts: Vec<&str> = outputs.iter().map(|output| output.text.as_str()).collect();
    if format.parted == Parted::Not {
        // What lies beside such a file, as the type system of UIMA does, is never read.
        texts.truncate(1);
    }
    match format.writer.layout {
        Layout::OneFile { begin, end, .. } => format!("{begin}{}{end}", texts.concat()),
        _ => texts.join(&BETWEEN_FILES.to_string()),
    }
}

fn extent(words: &[&str]) -> Extent {
    let span = |words: &&str| {
        let start = TEXT.find(words).unwrap();
        Span::new(TEXT, start, start + words.len()).unwrap()
    };
    Extent::new(words.iter().map(span).collect()).unwrap()
}

fn mentions() -> Annotations {
    let mention = |words: &[&str], label: &'static str| Mention {
        extent: extent(words),
        label: label.into(),
    };
    Annotations {
        mentions: vec![
            mention(&["Ana Kos"], "PERSON"),
            mention(&["Zürich"], "GPE"),
            mention(&["Zürich\r\non Monday"], "X"),
            mention(&["Ana", "Monday"], "PERSON"),
        ],
        claims: Vec::new(),
        ..Annotations::default()
    }
}

fn annotations() -> Annotations {
    let outer = Claim {
        source: Some(extent(&["Ana Kos"])),
        cue: Some(extent(&["said"])),
        polarity: Some(Polarity::Affirmed),
        certainty: Some(Certainty::Hedged),
        kind: Some("wish".into()),
        ..Claim::new(extent(&["We will", "stay"]))
    };
    let inner = Claim {
        parent: Some(0),
        ..Claim::new(extent(&["stay"]))
    };
    Annotations {
        claims: vec![outer, inner],
        ..mentions()
    }
}
