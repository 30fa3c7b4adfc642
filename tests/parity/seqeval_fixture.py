"""Random tag sequences, most of them ill-formed, and what seqeval's default mode says of them. Standard library and seqeval 1.2.2; seeded."""
import json
import random
import sys
import warnings

from seqeval.metrics.sequence_labeling import get_entities, precision_recall_fscore_support

warnings.filterwarnings("ignore")
rng = random.Random(20261123)
sets = []
for scheme, letters in (("iob1", "BI"), ("iob2", "BI"), ("ioe1", "IE"), ("ioe2", "IE")):
    for _ in range(30):
        tags = ["O", "O"] + [f"{letter}-{kind}" for letter in letters for kind in ("PER", "LOC")]
        lengths = [rng.randint(1, 12) for _ in range(rng.randint(1, 8))]
        gold, predicted = ([[rng.choice(tags) for _ in range(length)] for length in lengths] for _ in range(2))
        expected = {}
        p, r, f, _ = precision_recall_fscore_support(gold, predicted, average="micro", zero_division=0)
        expected["*"] = [float(p), float(r), float(f)]
        kinds = sorted({kind for sentence in gold + predicted for kind, _, _ in get_entities(sentence)})
        if kinds:
            rows = precision_recall_fscore_support(gold, predicted, average=None, zero_division=0)
            for at, kind in enumerate(kinds):
                expected[kind] = [float(row[at]) for row in rows[:3]]
        columns = lambda side: "\n".join("".join(f"t {tag}\n" for tag in sentence) for sentence in side)
        sets.append({"scheme": scheme, "gold": columns(gold), "predicted": columns(predicted), "expected": expected})
json.dump(sets, sys.stdout, indent=0)
