"""Random flat spans and what nervaluate says of them. Standard library and nervaluate 1.2.1; seeded."""
import json
import random
import sys

from nervaluate import Evaluator

rng = random.Random(20261123)


def spans():
    found, at = [], 0
    while at < 60:
        at += rng.randint(0, 6)
        length = rng.randint(1, 4)
        found.append({"label": rng.choice("AB"), "start": at, "end": at + length - 1})
        at += length
        if rng.random() < 0.2:
            break
    return found


def corrupted(gold):
    predicted = [dict(span) for span in gold if rng.random() > 0.2]
    for span in predicted:
        if rng.random() < 0.3:
            span["label"] = rng.choice("AB")
        if rng.random() < 0.3 and span["end"] > span["start"]:
            span["end"] -= 1
    return predicted


def lines(side):
    # nervaluate's ends are inclusive, goldspan's exclusive.
    entity = lambda span: {"start": span["start"], "end": span["end"] + 1, "label": span["label"]}
    return "".join(json.dumps({"id": str(at), "entities": [entity(span) for span in document]}) + "\n" for at, document in enumerate(side))


def rows(result):
    found = {}
    for measure in ("strict", "exact", "partial"):
        row = result[measure]
        counts = [row.correct, row.incorrect, row.partial, row.missed, row.spurious]
        found[measure] = {"counts": counts, "scores": [row.precision, row.recall, row.f1]}
    return found


sets = []
for _ in range(40):
    gold = [spans() for _ in range(rng.randint(1, 10))]
    predicted = [corrupted(document) for document in gold]
    result = Evaluator(gold, predicted, tags=["A", "B"], loader="dict").evaluate()
    # Per type nervaluate scores the spans of that type alone, so that a confusion is missed in one row and spurious in the other.
    types = {label: rows(of_type) for label, of_type in sorted(result["entities"].items())}
    sets.append({"gold": lines(gold), "predicted": lines(predicted), "expected": rows(result["overall"]), "types": types})
json.dump(sets, sys.stdout, indent=0)
