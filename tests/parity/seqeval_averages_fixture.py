"""Averages, zero_division and beta of seqeval's default mode on random tag sequences, most of them ill-formed.

Standard library and seqeval 1.2.2; seeded.
"""
import json
import random
import sys
import warnings

from seqeval.metrics import classification_report
from seqeval.metrics.sequence_labeling import get_entities, precision_recall_fscore_support

warnings.filterwarnings("ignore")
rng = random.Random(20261126)


def sentence(letters, kinds, length):
    return ["O" if not kinds or rng.random() < 0.25 else f"{rng.choice(letters)}-{rng.choice(kinds)}" for _ in range(length)]


def corrupted(tags, letters, kinds):
    other = sentence(letters, kinds, len(tags))
    # A kind that the prediction never uses goes to O there.
    return [new if rng.random() < 0.35 else old if old[2:] in kinds else "O" for old, new in zip(tags, other)]


def columns(side):
    return "\n".join("".join(f"t {tag}\n" for tag in tags) for tags in side)


def number(value):
    # The mean over no type at all is not a number: null.
    return float(value) if value == value else None


def averages(gold, predicted, **options):
    found = {}
    for average in ("micro", "macro", "weighted"):
        found[average] = [number(value) for value in precision_recall_fscore_support(gold, predicted, average=average, **options)[:3]]
    return found


def scored(scheme, gold, predicted):
    entry = {"scheme": scheme, "gold": columns(gold), "predicted": columns(predicted)}
    kinds = sorted({kind for side in (gold, predicted) for kind, _, _ in get_entities(side)})
    entry["zero_division"] = {}
    for value in (0, 1):
        found = averages(gold, predicted, zero_division=value)
        rows = precision_recall_fscore_support(gold, predicted, average=None, zero_division=value)
        found["types"] = {kind: [float(row[at]) for row in rows[:3]] + [int(rows[3][at])] for at, kind in enumerate(kinds)}
        entry["zero_division"][str(value)] = found
    entry["beta"] = {str(beta): averages(gold, predicted, zero_division=0, beta=beta) for beta in (0.5, 2)}
    try:
        classification_report(gold, predicted, zero_division=0)
    except Exception as error:  # whatever it is, its name is what is recorded
        entry["raises"] = type(error).__name__
    return entry


sets = []
for scheme, letters in (("iob1", "BI"), ("iob2", "BI"), ("ioe1", "IE"), ("ioe2", "IE"), ("iobes", "BIES")):
    # The kinds of gold and of the prediction: the same, one only in gold, one only in the prediction, both, none in common.
    shapes = [("PER LOC", "PER LOC"), ("PER LOC ORG", "PER LOC"), ("PER LOC", "PER LOC ORG"), ("PER LOC", "PER ORG"), ("PER", "LOC")]
    for gold_kinds, predicted_kinds in shapes * 3:
        lengths = [rng.randint(1, 8) for _ in range(rng.randint(1, 5))]
        gold = [sentence(letters, gold_kinds.split(), length) for length in lengths]
        predicted = [corrupted(tags, letters, predicted_kinds.split()) for tags in gold]
        sets.append(scored(scheme, gold, predicted))
    for gold_kinds, predicted_kinds in (("", ""), ("PER LOC", ""), ("", "PER LOC")):
        gold = [sentence(letters, gold_kinds.split(), 6) for _ in range(2)]
        predicted = [sentence(letters, predicted_kinds.split(), 6) for _ in range(2)]
        sets.append(scored(scheme, gold, predicted))
json.dump(sets, sys.stdout, indent=0)
