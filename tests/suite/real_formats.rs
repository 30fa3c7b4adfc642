//! Every file of the real corpora is read with the counts that are known of it; where the data is not present the tests say that they did not run.

use std::path::Path;

use goldspan::corpus::Source;
use goldspan::document::Document;
use goldspan::formats::conll::{IllFormed, Reading, Scheme};
use goldspan::formats::{Format, Options, Record};

use crate::real_input::data;

/// How many documents, mentions and claims there are at a path.
fn counted(
    path: &Path,
    format: Option<&str>,
    articles: Option<&Path>,
    options: &Options,
) -> [usize; 3] {
    let declared = format.map(|name| Format::from_name(name).unwrap());
    let source = Source::find(path, declared, articles, options.limits).unwrap();
    let mut counts = [0; 3];
    for block in source.blocks(source.format.parted, options.limits).unwrap() {
        let block = block.unwrap();
        let record = Record::of(source.format, &block, options).unwrap().unwrap();
        let document = Document::new(record.id(), record.text().unwrap_or_default());
        let read = record.read(&document, options).unwrap().annotations;
        counts[0] += 1;
        counts[1] += read.mentions.len();
        counts[2] += read.claims.len();
    }
    counts
}

fn columns(ill_formed: IllFormed, ragged: bool) -> Options {
    let scheme = Scheme::Iob2;
    Options {
        tags: Some(Reading { scheme, ill_formed }),
        ragged,
        ..Options::default()
    }
}

#[test]
fn wikinews_has_its_mentions_and_attributions_in_every_format() {
    let Some(folder) = data("gum-news") else {
        return;
    };
    let options = Options::default();
    let count = |name: &str| counted(&folder.join(name), None, None, &options);
    for name in ["entities", "conllu", "webanno-tsv"] {
        assert_eq!(count(name), [16, 3580, 0], "{name}");
    }
    assert_eq!(count("claims"), [16, 0, 176]);
}

#[test]
fn wnut_17_has_its_gold_and_its_systems_predictions() {
    let Some(folder) = data("wnut17") else { return };
    let count = |name: &str, ill_formed| {
        counted(
            &folder.join(name),
            Some("conll"),
            None,
            &columns(ill_formed, false),
        )[1]
    };
    assert_eq!(count("emerging.test.annotated", IllFormed::Refuse), 1079);
    for (system, mentions) in [
        ("uh_ritual", 617),
        ("arcada", 787),
        ("flytxt", 720),
        ("mic-cis", 891),
    ] {
        let submissions = std::fs::read_dir(folder.join("submissions")).unwrap();
        let mut names = submissions.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let name = names.find(|name| name.contains(system)).unwrap();
        assert_eq!(
            count(&format!("submissions/{name}"), IllFormed::Conlleval),
            mentions,
            "{system}"
        );
    }
}

#[test]
fn europeanas_newspapers_are_read_with_repair_and_ragged_lines() {
    let Some(folder) = data("europeana-ner") else {
        return;
    };
    let onb = counted(
        &folder.join("enp_DE.onb.bio"),
        None,
        None,
        &columns(IllFormed::Conlleval, false),
    );
    // 3,302 mentions begin with B-, and 41 with an I- that continues nothing.
    assert_eq!(onb, [1, 3302 + 41, 0]);
    let sbb = counted(
        &folder.join("enp_DE.sbb.bio"),
        None,
        None,
        &columns(IllFormed::Conlleval, true),
    );
    assert_eq!(sbb, [1, 1763, 0]);
    let tokens = |name: &str| {
        let text = std::fs::read_to_string(folder.join(name)).unwrap();
        text.lines().filter(|line| !line.trim().is_empty()).count()
    };
    assert_eq!(tokens("enp_DE.onb.bio"), 28_012);
}

#[test]
fn re3d_is_read_without_what_the_crowd_rejected() {
    let Some(folder) = data("re3d") else { return };
    for (name, documents) in [("CENTCOM", 23), ("UK_Government", 26)] {
        let rows = std::fs::read_to_string(folder.join(name).join("entities.json")).unwrap();
        // Beside the rejected there is one row of white space alone.
        let kept = rows.lines().filter(|line| !line.trim().is_empty());
        let kept = kept.filter(|line| {
            !line.contains("\"confidence\" : 0 }") && !line.contains("\"value\" : \" \"")
        });
        let counts = counted(&folder.join(name), None, None, &Options::default());
        assert_eq!(counts, [documents, kept.count(), 0], "{name}");
    }
}

#[test]
fn crafts_discontinuous_mentions_are_the_same_in_brat_and_in_knowtator_xml() {
    let Some(folder) = data("craft-discontinuous") else {
        return;
    };
    let options = Options::default();
    assert_eq!(
        counted(&folder.join("brat"), None, None, &options),
        [3, 2961, 0]
    );
    let everybody = Options {
        annotator: Some("*".to_owned()),
        ..Options::default()
    };
    let texts = folder.join("txt");
    let by_ontology = ["CL", "GO_BP", "SO", "UBERON"].map(|ontology| {
        let path = folder.join("knowtator-xml").join(ontology);
        counted(&path, None, Some(&texts), &everybody)[1]
    });
    assert_eq!(by_ontology, [275, 658, 539, 1489]);
}
