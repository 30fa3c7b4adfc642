#!/usr/bin/env python3
"""Does a spaCy extractor, run and scored by goldspan, get the numbers that spaCy's own scorer gives on the same documents?

Two pipelines are asked: the rules of `extractors/spacy_ner.py`, and a statistical one that is trained here for a moment on half of the bundled articles. goldspan starts
the extractor, two processes of it, takes its answers over the protocol, and scores them strictly against the bundled gold. spaCy runs the same pipeline in this process,
and `spacy.scorer.Scorer.score_spans` compares the same entities. Precision, recall and F1, of all labels together and of each, must be equal within 1e-12.

    python3 spacy_scores.py --goldspan ../../target/release/goldspan

spaCy scores whole tokens, and the gold marks some parts of its tokens; so both sides are laid over tokens that begin and end wherever an annotation does.
"""

import argparse
import csv
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import spacy
from spacy.scorer import Scorer
from spacy.tokens import Doc, Span
from spacy.training import Example

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "extractors"))


def gold():
    """The bundled articles: id, text, mentions as (start, end, label)."""
    documents = []
    for article in sorted((ROOT / "corpora/newswire").glob("*.txt")):
        mentions = []
        for line in (ROOT / "gold/newswire" / (article.stem + ".ann")).read_text(encoding="utf-8").splitlines():
            if line.startswith("T"):
                label, *offsets = line.split("\t")[1].replace(";", " ").split()
                if label not in ("Source", "Cue", "Content"):
                    mentions.append((int(offsets[0]), int(offsets[-1]), label))
        documents.append((article.stem, article.read_bytes().decode("utf-8"), mentions))
    return documents


def laid_over(vocab, text, cuts, mentions):
    """A Doc of this text whose tokens begin and end at the cuts, with the mentions as a group of spans."""
    cuts = sorted(cuts | {0, len(text)})
    pieces = [text[begin:end] for begin, end in zip(cuts, cuts[1:])]
    doc = Doc(vocab, words=pieces, spaces=[False] * len(pieces))
    at = {begin: index for index, begin in enumerate(cuts)}
    doc.spans["all"] = [Span(doc, at[begin], at[end], label=label) for begin, end, label in mentions]
    return doc


def by_spacy(nlp, documents):
    """Precision, recall and F1 by label, and of all labels, as spaCy's scorer gives them."""
    examples = []
    for _, text, expected in documents:
        found = [(ent.start_char, ent.end_char, ent.label_) for ent in nlp(text).ents]
        cuts = {cut for begin, end, _ in expected + found for cut in (begin, end)}
        pair = [laid_over(nlp.vocab, text, cuts, mentions) for mentions in (found, expected)]
        examples.append(Example(*pair))
    scores = Scorer.score_spans(examples, "all", getter=lambda doc, key: doc.spans[key], has_annotation=lambda doc: True, allow_overlap=True)
    told = {label: (each["p"], each["r"], each["f"]) for label, each in scores["all_per_type"].items()}
    told["*"] = (scores["all_p"], scores["all_r"], scores["all_f"])
    return told


def by_goldspan(goldspan, model, folder):
    """The same, as goldspan gives them for the extractor that it starts itself."""
    params = 'params = { model = "%s" }' % model if model else ""
    config = folder / "goldspan.toml"
    config.write_text(f"""
[corpus.newswire]
articles = "{ROOT}/corpora/newswire/*.txt"
gold = "{ROOT}/gold/newswire/*.ann"
tasks = ["entities"]
expect-documents = 28
[extractor.spacy]
command = ["{sys.executable}", "{ROOT}/extractors/spacy_ner.py"]
workers = 2
timeout = "2m"
{params}
[score]
entity = ["strict"]
""")
    subprocess.run([goldspan, "run", "-q", "-o", "out"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    told = {}
    with open(folder / "out/scores.csv", encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            if row["measure"] == "strict" and row["average"] in ("", "micro"):
                number = lambda key: float(row[key]) if row[key] else 0.0
                told[row["label"]] = (number("precision"), number("recall"), number("f1"))
    return told


def trained(documents, folder):
    """A statistical pipeline, trained for a moment on every second article: good enough to be right and wrong in many ways."""
    random.seed(1)
    spacy.util.fix_random_seed(1)
    nlp = spacy.blank("en")
    ner = nlp.add_pipe("ner")
    examples = []
    for _, text, mentions in documents[::2]:
        doc = nlp.make_doc(text)
        spans = [doc.char_span(*mention[:2], label=mention[2]) for mention in mentions]
        reference = doc.copy()
        reference.ents = spacy.util.filter_spans([span for span in spans if span])
        examples.append(Example(doc, reference))
        for ent in reference.ents:
            ner.add_label(ent.label_)
    optimizer = nlp.initialize(lambda: examples)
    for _ in range(14):
        random.shuffle(examples)
        for example in examples:
            nlp.update([example], sgd=optimizer, drop=0.1)
    nlp.to_disk(folder)
    return nlp


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--goldspan", required=True, type=Path)
    goldspan = parser.parse_args().goldspan.resolve()
    documents = gold()
    import spacy_ner

    rules = spacy.blank("en")
    rules.add_pipe("entity_ruler").add_patterns(spacy_ner.PATTERNS)
    failed = 0
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        model = scratch / "model"
        for name, nlp, path in (("rules", rules, ""), ("trained", trained(documents, model), str(model))):
            folder = scratch / name
            folder.mkdir()
            expected, told = by_spacy(nlp, documents), by_goldspan(goldspan, path, folder)
            differ = [
                f"    {label}: spaCy {expected[label]}, goldspan {told.get(label)}"
                for label in sorted(expected)
                if label not in told or any(abs(a - b) > 1e-12 for a, b in zip(expected[label], told[label]))
            ]
            p, r, f = told["*"]
            print(f"{'FAIL' if differ else 'PASS'} {name}: {len(expected) - 1} labels, P {p:.4f} R {r:.4f} F1 {f:.4f} (spaCy {spacy.__version__})")
            print("\n".join(differ), end="\n" if differ else "")
            failed += bool(differ)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
