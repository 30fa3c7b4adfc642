//! Real annotation files in XML, where they are present: the same gold in two formats gives the same mentions.

use std::path::Path;

use goldspan::annotation::Mention;
use goldspan::document::Document;
use goldspan::formats::{Blocks, Format, Options, Record, brat, knowtator};

use crate::real_input::data;

/// The mentions of a file whose article lies in `articles`.
fn mentions(
    format: &'static Format,
    path: &Path,
    articles: &Path,
    options: &Options,
) -> Vec<Mention> {
    let files = vec![path.to_owned()];
    let mut blocks =
        Blocks::open(path, files, Some(articles), format.parted, options.limits).unwrap();
    let block = blocks.next().unwrap().unwrap();
    assert!(blocks.next().is_none(), "a file is a document");
    let record = Record::of(format, &block, options).unwrap().unwrap();
    let document = Document::new(record.id(), record.text().unwrap());
    let read = record.read(&document, options).unwrap();
    assert_eq!(read.remarks, [], "{}", path.display());
    read.annotations.mentions
}

/// Two annotators share some files of UBERON, so both must be asked for together.
#[test]
fn the_knowtator_files_of_four_ontologies_hold_the_mentions_of_the_brat_files() {
    let Some(folder) = data("craft-discontinuous") else {
        return;
    };
    let articles = folder.join("txt");
    let everybody = Options {
        annotator: Some("*".to_owned()),
        ..Options::default()
    };
    for (id, count) in [("15492776", 1023), ("16410827", 929), ("17002498", 1009)] {
        let standoff = folder.join("brat").join(format!("{id}.ann"));
        let standoff = mentions(&brat::FORMAT, &standoff, &articles, &Options::default());
        let mut expected: Vec<_> = standoff
            .into_iter()
            .map(|m| (m.extent, m.label.into_owned()))
            .collect();
        let mut found = Vec::new();
        for ontology in ["CL", "GO_BP", "UBERON", "SO"] {
            let file = folder.join("knowtator-xml").join(ontology);
            let file = file.join(format!("{id}.txt.knowtator.xml"));
            for mention in mentions(&knowtator::FORMAT, &file, &articles, &everybody) {
                found.push((mention.extent, ontology.to_owned()));
            }
        }
        expected.sort();
        found.sort();
        assert_eq!((found.len(), expected.len()), (count, count), "{id}");
        assert_eq!(found, expected, "{id}");
    }
}

/// A choice is asked for, and each of the two annotators has their own share.
#[test]
fn a_knowtator_file_of_two_annotators_is_not_read_without_a_choice() {
    let Some(folder) = data("craft-discontinuous") else {
        return;
    };
    let articles = folder.join("txt");
    let file = folder.join("knowtator-xml/UBERON/17002498.txt.knowtator.xml");
    let of = |name: &str| Options {
        annotator: Some(name.to_owned()),
        ..Options::default()
    };
    let count = |name: &str| mentions(&knowtator::FORMAT, &file, &articles, &of(name)).len();
    let counts = ["Nicole Vasilevsky", "UBERON_Instance_20003", "*"].map(count);
    assert_eq!(counts, [11, 505, 516]);
    let files = vec![file.clone()];
    let options = Options::default();
    let mut blocks = Blocks::open(
        &file,
        files,
        Some(&articles),
        knowtator::FORMAT.parted,
        options.limits,
    )
    .unwrap();
    let block = blocks.next().unwrap().unwrap();
    let problems = Record::of(&knowtator::FORMAT, &block, &options).unwrap_err();
    assert_eq!(
        problems[0].found.as_deref(),
        Some("Nicole Vasilevsky, Michael Bada")
    );
}
