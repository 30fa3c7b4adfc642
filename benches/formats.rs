//! How many bytes of annotation files a second each reader reads on one thread: from the disk to checked mentions and claims.
//!
//! Timed: opening the files, parting them into documents, parsing, looking up every offset, comparing every quoted text, making claims of relations.
//! The bundled corpus with its gold, repeated under other ids, is written in every format first (not timed); what a format cannot hold is not in its files. Bytes are those of the files
//! that are read, articles beside them included. The files lie in the cache of the operating system; memory comes
//! from the program's allocator.

// A bench without its corpus has nothing to say: it stops.
#![allow(clippy::expect_used)]

use std::path::Path;
use std::time::Duration;

use criterion::{Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use goldspan::annotation::Annotations;
use goldspan::corpus::{Corpus, Location, Source};
use goldspan::document::Document;
use goldspan::error::Problem;
use goldspan::formats::{
    Block, FORMATS, Files, Format, Layout, Losses, Options, Place, Record, Whole, conll,
};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How often the corpus is repeated: about 1,100 articles.
const TIMES: usize = 40;

fn corpus() -> Vec<(Document, Annotations)> {
    let location = Location {
        name: "newswire".to_owned(),
        base: Path::new(env!("CARGO_MANIFEST_DIR")).to_owned(),
        articles: Some("corpora/newswire".to_owned()),
        gold: Some("gold/newswire".to_owned()),
        ..Location::default()
    };
    let (corpus, _) = Corpus::find(&location).expect("the bundled corpus");
    let read = |entry: &goldspan::corpus::Entry| {
        let document = entry.document().expect("a readable article");
        let labelled = entry.labelled(&document).expect("readable gold");
        let gold = labelled.expect("an annotated article").gold;
        (document, gold.0)
    };
    corpus.entries.iter().map(read).collect()
}

/// Writes the corpus in a format, and gives where it lies.
fn written(
    format: &Format,
    corpus: &[(Document, Annotations)],
    folder: &Path,
) -> std::path::PathBuf {
    let path = match format.writer.layout {
        Layout::OneFile { extension, .. } => folder.join(format!("all.{extension}")),
        _ => folder.join(format.name),
    };
    let place = Place::Path(path.clone());
    let mut files = Files::create(format, &place, false, std::io::sink()).expect("a new place");
    for time in 0..TIMES {
        for (document, annotations) in corpus {
            let document = Document::new(format!("{}-{time}", document.id()), document.text());
            let whole = Whole {
                document: &document,
                annotations,
                says: [true, true],
            };
            let (outputs, _) = format.writer.document(&whole, &mut Losses::default());
            files
                .write(document.id(), &outputs)
                .expect("room on the disk");
        }
    }
    files.finish().expect("room on the disk");
    path
}

/// How many bytes lie at a path.
fn bytes(path: &Path) -> u64 {
    if path.is_file() {
        return path.metadata().expect("a file that was just written").len();
    }
    let entries = path.read_dir().expect("a folder that was just written");
    entries
        .map(|entry| bytes(&entry.expect("an entry").path()))
        .sum()
}

/// Reads everything; the sum keeps the work from being optimised away.
fn read(source: &Source, options: &Options) -> usize {
    let blocks = source
        .blocks(source.format.parted, options.limits)
        .expect("readable files");
    let one = |block: Result<Block, Vec<Problem>>| {
        let block = block.expect("a readable block");
        let record = Record::of(source.format, &block, options).expect("a readable document");
        let record = record.expect("a document");
        let document = match record.text() {
            Some(text) => Document::new(record.id(), text),
            None => Document::without_text(record.id(), record.stand_in()),
        };
        let read = record
            .read(&document, options)
            .expect("annotations that fit");
        read.annotations.mentions.len() + read.annotations.claims.len()
    };
    blocks.map(one).sum()
}

fn readers(criterion: &mut Criterion) {
    let corpus = corpus();
    let mut group = criterion.benchmark_group("formats");
    group
        .sampling_mode(SamplingMode::Flat)
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    let options = Options {
        tags: conll::WRITTEN,
        ..Options::default()
    };
    // Formats that were not asked for are not written.
    let asked: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    let wanted =
        |format: &&Format| asked.is_empty() || asked.iter().any(|word| word.contains(format.name));
    for format in FORMATS.into_iter().filter(wanted) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = written(format, &corpus, folder.path());
        let source = Source::find(&path, Some(format), None, options.limits).expect("files");
        group.throughput(Throughput::Bytes(bytes(&path)));
        group.bench_function(format.name, |bencher| {
            bencher.iter(|| read(&source, &options))
        });
    }
    group.finish();
}

criterion_group!(benches, readers);
criterion_main!(benches);
