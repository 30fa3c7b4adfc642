"""Where goldspan departs from its peers on purpose: small inputs, what the peer really printed for them, and what goldspan says.

Every peer runs in its own interpreter or is a program of its own, named on the command line:

    python3 departures_fixture.py nervaluate-1.2.1=PYTHON seqeval-1.2.2=PYTHON conlleval=conlleval.pl rusev-0.4.0=PROGRAM ... > departures.json

The names are those of `peer` and `version` below; a peer that is not named is recorded as not run. Standard library only.
"""
import json
import subprocess
import sys

where = dict(argument.split("=", 1) for argument in sys.argv[1:])

# What runs in the peers' interpreters: it reads one JSON value and prints one line.
NERVALUATE = """
import json, sys
from nervaluate import Evaluator
task = json.load(sys.stdin)
tags = ["A", "B"]
try:
    result = Evaluator(task["gold"], task["predicted"], tags=tags, loader="dict").evaluate()
except KeyError:  # before 1.0 the loader of dictionaries had no name
    result = Evaluator(task["gold"], task["predicted"], tags=tags).evaluate()
row = result[0] if isinstance(result, tuple) else result["overall"]
row = row["ent_type" if task["measure"] == "type" else task["measure"]]
row = row if isinstance(row, dict) else vars(row)
counts = ", ".join(f"{key} {row[key]}" for key in ("correct", "incorrect", "partial", "missed", "spurious", "possible", "actual"))
print(f"F {float(row['f1']):.3f}: {counts}")
"""
SEQEVAL = """
import json, sys, warnings
warnings.filterwarnings("ignore")
from seqeval.metrics import classification_report, f1_score
from seqeval.metrics.sequence_labeling import get_entities
task = json.load(sys.stdin)
gold, predicted = task["gold"], task["predicted"]
if task["case"] == "strict-mode-without-a-scheme":
    print("F", float(f1_score(gold, predicted, mode="strict")))
elif task["case"] == "report-without-entities":
    try:
        print(classification_report(gold, predicted))
    except Exception as error:
        print(type(error).__name__)
else:
    print(len(get_entities(gold)), "entity in gold, F", float(f1_score(gold, predicted)))
"""
SPACY = """
import json, sys
import spacy
from spacy.scorer import Scorer, get_ner_prf
from spacy.tokens import Doc, Span
from spacy.training import Example
task = json.load(sys.stdin)
vocab = spacy.blank("en").vocab
def doc(words, spaces, spans):
    made = Doc(vocab, words=words, spaces=spaces)
    made.set_ents([Span(made, *place, label=label) for *place, label in spans], default="outside")
    return made
examples = [Example(doc(*task["predicted"]), doc(*task["gold"]))]
found = get_ner_prf(examples) if task["function"] == "get_ner_prf" else Scorer.score_spans(examples, "ents")
print("P {ents_p} R {ents_r} F {ents_f}".format(**found))
"""
NELEVAL = """
import collections, collections.abc, json, sys, warnings
for name in ("Sequence", "Mapping", "Iterable", "Callable"):
    if not hasattr(collections, name):
        setattr(collections, name, getattr(collections.abc, name))
warnings.filterwarnings("ignore")
from neleval.annotation import Annotation, Candidate
from neleval.document import Document
from neleval.evaluate import Evaluate
task = json.load(sys.stdin)
def documents(side):
    return [Document(name, [Annotation(name, e["start"], e["end"], [Candidate(None, 1.0, e["label"])]) for e in spans]) for name, spans in side]
measure = "strong_typed_mention_match"
results = Evaluate(documents(task["predicted"]), documents(task["gold"]), measures=[measure], group_by=["docid"])()
found = results[measure + ";docid=<macro>"]
print("by-doc macro P {precision} R {recall} F {fscore}".format(**found))
"""
BRATUTILS = """
import json, logging, os, sys, tempfile
from bratutils.agreement import DocumentCollection
logging.disable(logging.CRITICAL)
task = json.load(sys.stdin)
def collection(folder, spans):
    os.mkdir(folder)
    with open(os.path.join(folder, "d.ann"), "w") as file:
        for number, span in enumerate(spans, 1):
            file.write("T{}\\t{} {} {}\\t{}\\n".format(number, span["label"], span["start"], span["end"], "x" * (span["end"] - span["start"])))
    return DocumentCollection(folder)
with tempfile.TemporaryDirectory() as folder:
    gold = collection(os.path.join(folder, "gold"), task["gold"])
    predicted = collection(os.path.join(folder, "predicted"), task["predicted"])
    table = predicted.compare_to_gold(gold)
print(", ".join(f"{name} {getattr(table, name)}" for name in ("pos", "act", "cor", "inc", "par", "mis", "spu")))
"""
EVAL4NER = """
import contextlib, io, json, sys
from eval4ner import muc
task = json.load(sys.stdin)
pairs = lambda side: [[tuple(pair) for pair in document] for document in side]
with contextlib.redirect_stdout(io.StringIO()):
    row = muc.evaluate_all(pairs(task["predicted"]), pairs(task["gold"]), task["texts"])["strict"]
print("P {precision} R {recall} F {f1_score}".format(**row))
"""

entries = []


def printed(program, task):
    run = subprocess.run([program[0], "-c", program[1]], input=json.dumps(task), capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


def jsonl(documents, texts=None):
    record = lambda name, spans: {"id": name, **({"text": texts[name]} if texts else {}), "entities": spans}
    return "".join(json.dumps(record(name, spans)) + "\n" for name, spans in documents.items())


def spans(*places):
    return [{"start": start, "end": end, "label": label} for start, end, label in places]


def columns(sentences):
    return "\n".join("".join(f"t {tag}\n" for tag in tags.split()) for tags in sentences.split("/"))


def counts(correct=0, incorrect=0, partial=0, missing=0, spurious=0):
    return {"correct": correct, "incorrect": incorrect, "partial": partial, "missing": missing, "spurious": spurious}


def entry(peer, version, case, gold, predicted, scheme, says, why, measure=None, ours=None, mean_f=None, run=None, **more):
    """`says` is what to record when the peer is not at hand; `run` makes what it says when it is."""
    name = f"{peer}-{version}" if f"{peer}-{version}" in where else peer
    ran = run is not None and name in where
    row = {"peer": peer, "version": version, "ran": ran, "case": case, "gold": gold, "predicted": predicted, "scheme": scheme, **more}
    row.update({"measure": measure} if mean_f is None else {"average": "mean-f"})
    row["says"] = run(where[name]) if ran else f"not run; {says}"
    row.update({"ours": ours} if mean_f is None else {"ours_scores": mean_f})
    entries.append({**row, "why": why})


def nervaluate(versions, case, gold, predicted, measure, ours, why, inclusive=True):
    """Documents are lists of (start, end, label), half-open; nervaluate gets inclusive ends, unless the case is about that."""
    plain = lambda side: [[{**span, "end": span["end"] - inclusive} for span in spans(*document)] for document in side]
    lines = lambda side: jsonl({f"d{at}": spans(*document) for at, document in enumerate(side)})
    task = {"gold": plain(gold), "predicted": plain(predicted), "measure": measure}
    for version in versions:
        run = lambda python: printed((python, NERVALUATE), task)
        entry("nervaluate", version, case, lines(gold), lines(predicted), None, "no interpreter with it at hand", why, measure, ours, run=run)


ALL = ("0.1.8", "0.3.1", "1.0.0", "1.1.0", "1.2.0", "1.2.1")
nervaluate(ALL[2:5], "partial-credit-lost-over-documents", [[(0, 4, "A")], [(0, 4, "A")]], [[(0, 3, "A")], [(0, 3, "A")]], "partial",
           counts(partial=2), "A partial match earns one half however many documents there are.")
nervaluate(ALL[5:], "partial-prediction-steals-the-gold", [[(0, 6, "A")]], [[(0, 3, "A"), (0, 6, "A")]], "strict",
           counts(correct=1, spurious=1), "Pairing maximises credit, so an earlier overlap cannot take the gold mention of a later exact match.")
nervaluate(ALL[5:], "greedy-chain", [[(0, 5, "A"), (5, 10, "A")]], [[(3, 7, "A"), (0, 2, "A")]], "partial",
           counts(partial=2), "Both pairs are possible at once, and the pairing is a maximum one.")
nervaluate(ALL[5:], "other-label-takes-the-gold", [[(0, 2, "A")]], [[(0, 3, "B"), (0, 3, "A")]], "type",
           counts(correct=1, spurious=1), "The prediction of the right type is the one that is paired.")
nervaluate(ALL[5:], "short-prediction-in-a-long-gold", [[(0, 101, "A")]], [[(50, 51, "A")]], "partial",
           counts(partial=1), "One shared character is an overlap; a threshold is a measure of its own, with a name.")
nervaluate(ALL[:2], "one-gold-counted-twice", [[(0, 6, "A")]], [[(0, 3, "A"), (0, 6, "A")]], "strict",
           counts(correct=1, spurious=1), "A gold mention pairs with at most one prediction, so possible is always the number of gold mentions.")
nervaluate(ALL, "touching-is-not-overlap", [[(0, 4, "A")]], [[(4, 8, "A")]], "partial",
           counts(missing=1, spurious=1), "Half-open spans that touch share no character.", inclusive=False)


def seqeval(case, sides, scheme, ours, why, **more):
    gold, predicted = sides
    task = {"case": case, **{side: [tags.split() for tags in text.split("/")] for side, text in (("gold", gold), ("predicted", predicted))}}
    run = lambda python: printed((python, SEQEVAL), task)
    entry("seqeval", "1.2.2", case, columns(gold), columns(predicted), scheme, "no interpreter with it at hand", why, "strict", ours, run=run, **more)


seqeval("strict-mode-without-a-scheme", ("B-PER I-PER", "I-PER I-PER"), "iob2", counts(missing=1),
        "A scheme is always named; read strictly in IOB2 the prediction has no entity, and seqeval quietly repaired it.", ill_formed="strict")
seqeval("bilou-in-default-mode", ("U-ORG U-ORG", "U-ORG U-ORG"), "bilou", counts(correct=2), "U is an entity of one token in the scheme that was named.")
seqeval("report-without-entities", ("O O", "O O"), "iob2", counts(), "A corpus without entities has counts of 0 and undefined scores, and still a report.")


def conlleval(case, tags, ours, why, **more):
    def run(script):
        text = "".join(f"t {tag} {tag}\n" for tag in tags.split())
        return subprocess.run(["perl", script], input=text, capture_output=True, text=True, check=True).stdout.splitlines()[0]

    entry("conlleval", "2004-01-26", case, columns(tags), columns(tags), "iobes", "no script at hand", why, "strict", ours, run=run, **more)


conlleval("begin-then-single", "B-A S-A", counts(correct=2), "S begins an entity of its own; conlleval.pl does not know the letter.", ill_formed="conlleval")
conlleval("single-then-single", "S-A S-A", counts(correct=2), "The same in well-formed IOBES.")


def spacy(function, case, text, gold, predicted, ours, why):
    """A side is its words, whether a space follows each, and its entities as word offsets."""

    def characters(side):
        words, spaces, entities = side
        starts, at = [], 0
        for word, space in zip(words, spaces):
            starts.append(at)
            at += len(word) + space
        return spans(*((starts[start], starts[end - 1] + len(words[end - 1]), label) for start, end, label in entities))

    run = lambda python: printed((python, SPACY), {"function": function, "gold": gold, "predicted": predicted})
    lines = jsonl({"d0": characters(gold)}, {"d0": text}), jsonl({"d0": characters(predicted)})
    entry("spacy", "3.8.18", case, *lines, None, "no interpreter with it at hand", why, "strict", ours, run=run)


spacy("score_spans", "misaligned-prediction-ignored", "New York-based IBM",
      (["New", "York-based", "IBM"], [True, True, False], [(2, 3, "ORG")]),
      (["New", "York", "-", "based", "IBM"], [True, False, False, True, False], [(1, 2, "GPE"), (4, 5, "ORG")]),
      counts(correct=1, spurious=1), "Offsets are characters, so a prediction that fits no gold token is still a prediction, and here a wrong one.")
spacy("get_ner_prf", "prediction-widened-to-a-token", "New York fell",
      (["New York", "fell"], [True, False], [(0, 1, "GPE")]), (["New", "York", "fell"], [True, True, False], [(0, 1, "GPE")]),
      counts(incorrect=1), "Offsets are characters: New is not New York, whatever the tokens are.")

# Document macro averages. Here and below a document with anything on either side counts, and what is 0/0 in it counts as 0.
gold, predicted = {"d0": spans((0, 4, "A"))}, {"d0": spans((0, 4, "A")), "d1": spans((0, 4, "A"))}
task = {"gold": list(gold.items()), "predicted": list(predicted.items())}
entry("neleval", "3.1.1", "spurious-document-left-out", jsonl(gold), jsonl(predicted), None, "no interpreter with it at hand",
      "A document with only wrong predictions lowers the average over documents.", mean_f=[0.5, 0.5, 0.5],
      run=lambda python: printed((python, NELEVAL), task))
gold, predicted = {"d0": [], "d1": spans((0, 3, "PER"))}, {"d0": [], "d1": spans((8, 11, "PER"))}
texts = {"d0": "Nobody came.", "d1": "Ada met Bob."}
task = {"texts": list(texts.values()), "gold": [[], [("PER", "Ada")]], "predicted": [[], [("PER", "Bob")]]}
sides = jsonl(gold, texts), jsonl(predicted)
why = "A document with nothing on either side says nothing about the extractor, and is in no average unless asked for."
entry("eval4ner", "0.1.0", "empty-document-scores-one", *sides, None, "no interpreter with it at hand", why, mean_f=[0.0, 0.0, 0.0],
      run=lambda python: printed((python, EVAL4NER), task))
entry("GERBIL", "358e5e4", "empty-document-scores-one", *sides, None, "by its source the empty document has P = R = F = 1", why, mean_f=[0.0, 0.0, 0.0])
gold = {f"d{at}": spans((0, 4, "A")) for at in range(3)}
predicted = {**{name: [] for name in gold}, "d0": spans((0, 4, "A"))}
entry("HIPE-scorer", "c2a5684", "only-the-easy-document", jsonl(gold), jsonl(predicted), None, "by its source the macro F over documents is 1.0",
      "Documents with gold mentions and no prediction score 0.", mean_f=[1 / 3, 1 / 3, 1 / 3])

gold = {"d0": spans((0, 4, "A")), "d1": spans((0, 4, "A"))}
entry("i2b2-2014", "acbfd4e", "document-without-predictions", jsonl(gold), jsonl({"d0": gold["d0"]}), None,
      "by its source only documents that both sides have are scored, F 1.0", "A missing document is a failure to predict: its mentions are missing.", "strict",
      counts(correct=1, missing=1))
entry("anno-eval", "0.13.0", "two-labels-taken-for-one", jsonl({"d0": spans((0, 4, "LOC"))}), jsonl({"d0": spans((0, 4, "GPE"))}), None,
      "an earlier run by hand counted the pair as strictly correct", "Labels are the same when they are spelt the same; an alias must be given.", "strict",
      counts(incorrect=1))
entry("anno-eval", "0.13.0", "gold-order-steals-the-prediction", jsonl({"d0": spans((0, 4, "A"), (2, 6, "A"))}), jsonl({"d0": spans((2, 6, "A"))}), None,
      "an earlier run by hand said incorrect 1, missing 1", "Pairing maximises credit, so an earlier overlap cannot take the prediction of an exact match.", "strict",
      counts(correct=1, missing=1))

gold, predicted = spans((0, 8, "PER"), (20, 25, "PER")), spans((4, 12, "PER"), (20, 25, "PER"))
entry("bratutils", "0.2.2", "partial-match-not-counted", jsonl({"d0": gold}), jsonl({"d0": predicted}), None, "no interpreter with it at hand",
      "Every prediction is in actual, and an overlap is a partial match.", "partial", counts(correct=1, partial=1),
      run=lambda python: printed((python, BRATUTILS), {"gold": gold, "predicted": predicted}))


def rusev(case, mode, zero, gold, predicted, ours, why):
    def run(program):
        out = subprocess.run([program, mode, zero, gold, predicted], capture_output=True, text=True).stdout
        return f"{mode}: " + "; ".join(out.strip().splitlines())

    entry("rusev", "0.4.0", case, columns(gold), columns(predicted), "iob2", "no program with it at hand", why, "strict", ours, run=run)


two = "B-PER O/B-PER O"
rusev("documents-pooled-strict", "strict", "0", two, two, counts(correct=2), "Mentions of two sentences are two mentions.")
rusev("documents-pooled-lenient", "lenient", "0", two, two, counts(correct=2), "Mentions of two sentences are two mentions.")
rusev("match-in-another-document", "strict", "0", "B-PER O/O O", "O O/B-PER O", counts(missing=1, spurious=1), "A mention matches only in its own sentence.")
rusev("precision-and-recall-swapped", "lenient", "0", "B-PER O O", "B-PER O B-PER", counts(correct=1, spurious=1), "Precision is over predictions: 0.5; recall is 1.")
rusev("predicted-only-label-lost", "lenient", "0", "B-PER O O", "B-PER O B-LOC", counts(correct=1, spurious=1), "A label that only the prediction has is spurious all the same.")
rusev("zero-replaced-by-one", "strict", "1", "B-PER", "B-LOC", counts(incorrect=1), "Nothing was right, so precision and recall are 0.")

json.dump(entries, sys.stdout, indent=0)
