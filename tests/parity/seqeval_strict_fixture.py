"""Random tag sequences, most of them ill-formed, and what seqeval's strict mode with a named scheme makes of them.

Standard library and seqeval 1.2.2; seeded.
"""
import json
import random
import sys
import warnings

from seqeval import scheme as schemes
from seqeval.metrics.v1 import precision_recall_fscore_support
from seqeval.scheme import Entities

warnings.filterwarnings("ignore")
rng = random.Random(20261124)
KINDS = ("PER", "LOC", "geo-loc")


def sentence(letters, length, drift):
    """Tags drawn one by one; with probability `drift` the kind of the tag before is kept, so that longer chunks arise."""
    tags, kind = [], rng.choice(KINDS)
    for _ in range(length):
        if rng.random() >= drift:
            kind = rng.choice(KINDS)
        tags.append("O" if rng.random() < 0.2 else f"{rng.choice(letters)}-{kind}")
    return tags


def corrupted(tags, letters, rate):
    other = sentence(letters, len(tags), 0.5)
    return [new if rng.random() < rate else old for old, new in zip(tags, other)]


def columns(side):
    return "\n".join("".join(f"t {tag}\n" for tag in tags) for tags in side)


def entities(side, scheme):
    found = [entity for per_sentence in Entities(side, scheme).entities for entity in per_sentence]
    return [[entity.sent_id, entity.tag, entity.start, entity.end] for entity in found]


sets = []
for name, letters in (("IOB1", "BI"), ("IOB2", "BI"), ("IOE1", "IE"), ("IOE2", "IE"), ("IOBES", "BIES"), ("BILOU", "BILU")):
    scheme = getattr(schemes, name)
    for _ in range(25):
        drift, rate = rng.choice((0.0, 0.6, 0.9)), rng.choice((0.1, 0.3, 1.0))
        gold = [sentence(letters, rng.randint(1, 10), drift) for _ in range(rng.randint(1, 4))]
        predicted = [corrupted(tags, letters, rate) for tags in gold]
        entry = {
            "scheme": name.lower(),
            "gold": columns(gold),
            "predicted": columns(predicted),
            "gold_entities": entities(gold, scheme),
            "predicted_entities": entities(predicted, scheme),
        }
        kinds = sorted({entity[1] for entity in entry["gold_entities"] + entry["predicted_entities"]})
        for average in ("micro", "macro", "weighted"):
            row = precision_recall_fscore_support(gold, predicted, average=average, zero_division=0, scheme=scheme)[:3]
            # The mean over no type at all is not a number: null.
            entry[average] = [float(value) if value == value else None for value in row]
        rows = precision_recall_fscore_support(gold, predicted, average=None, zero_division=0, scheme=scheme)
        entry["types"] = {kind: [float(row[at]) for row in rows[:3]] + [int(rows[3][at])] for at, kind in enumerate(kinds)}
        sets.append(entry)
json.dump(sets, sys.stdout, indent=0)
