"""Random nested and overlapping spans, some documents on one side only, and neleval's two set measures of mentions.

Standard library and neleval 3.1.1; seeded.
"""
import collections
import collections.abc
import json
import random
import sys
import warnings

# neleval takes these from where Python had them before 3.10.
for name in ("Sequence", "Mapping", "Iterable", "Callable"):
    if not hasattr(collections, name):
        setattr(collections, name, getattr(collections.abc, name))

from neleval.annotation import Annotation, Candidate
from neleval.document import Document
from neleval.evaluate import Evaluate

warnings.filterwarnings("ignore")
rng = random.Random(20261129)
MEASURES = {"untyped": "strong_mention_match", "typed": "strong_typed_mention_match"}
LABELS = ("PER", "ORG", "GPE")


def some_spans(count):
    """Spans within a short text, so that they nest, cross and touch; no place is taken twice."""
    spans = {}
    for _ in range(count):
        start = rng.randrange(40)
        spans[start, start + rng.randint(1, 12)] = rng.choice(LABELS)
    return spans


def corrupted(spans):
    kept = {}
    for (start, end), label in spans.items():
        chance = rng.random()
        if chance < 0.2:
            continue
        if chance < 0.4:
            end += 1
        elif chance < 0.55:
            label = rng.choice(LABELS)
        kept[start, end] = label
    return {**some_spans(rng.randint(0, 2)), **kept}


def documents(side):
    made = []
    for name, spans in side.items():
        # neleval's ends are inclusive, goldspan's exclusive.
        annotations = [Annotation(name, start, end - 1, [Candidate(None, 1.0, label)]) for (start, end), label in spans.items()]
        made.append(Document(name, annotations))
    return made


def lines(side):
    entity = lambda place, label: {"start": place[0], "end": place[1], "label": label}
    return "".join(json.dumps({"id": name, "entities": [entity(*item) for item in spans.items()]}) + "\n" for name, spans in side.items())


sets = []
for number in range(40):
    gold, predicted = {}, {}
    for at in range(rng.randint(2, 6)):
        name, spans = f"d{at}", some_spans(rng.randint(0, 8))
        chance = rng.random()
        # The first document is on both sides; of the others some are on one side only.
        if at == 0 or chance < 0.7:
            gold[name], predicted[name] = spans, corrupted(spans)
        elif chance < 0.85:
            gold[name] = spans
        else:
            predicted[name] = spans
    if number == 38:
        predicted = {name: {} for name in predicted}
    if number == 39:
        gold = {name: {} for name in gold}
    results = Evaluate(documents(predicted), documents(gold), measures=list(MEASURES.values()))()
    entry = {"gold": lines(gold), "predicted": lines(predicted)}
    for key, measure in MEASURES.items():
        found = results[measure]
        scores = [found["precision"], found["recall"], found["fscore"]]
        entry[key] = {"tp": found["ptp"], "fp": found["fp"], "fn": found["fn"], "scores": scores}
    sets.append(entry)
json.dump(sets, sys.stdout, indent=0)
