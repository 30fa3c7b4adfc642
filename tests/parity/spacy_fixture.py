"""Random flat entities on equal tokenisations and what spaCy's get_ner_prf, the scorer of its "ner" component, says of them.

Standard library and spaCy 3.8.18; seeded.
"""
import json
import random
import sys

import spacy
from spacy.scorer import get_ner_prf
from spacy.tokens import Doc, Span
from spacy.training import Example

rng = random.Random(20261128)
vocab = spacy.blank("en").vocab
WORDS = "Ada Žižek met the board of Société Générale in 東京 on Friday , then flew to São Paulo with 🙂 friends .".split()
LABELS = ("PERSON", "ORG", "GPE", "DATE")


def tokens():
    words = [rng.choice(WORDS) for _ in range(rng.randint(1, 30))]
    return words, [rng.random() < 0.85 for _ in words]


def flat(count, density):
    found, at = [], 0
    while at < count:
        length = rng.randint(1, 3)
        if rng.random() < density and at + length <= count:
            found.append((at, at + length, rng.choice(LABELS)))
            at += length
        else:
            at += 1
    return found


def corrupted(spans, count):
    """Some dropped, some renamed, some moved by a token at the end, some invented; what would overlap is left out."""
    wanted = []
    for start, end, label in spans + flat(count, 0.05):
        chance = rng.random()
        if chance < 0.15:
            continue
        if chance < 0.3:
            label = rng.choice(LABELS)
        elif chance < 0.45:
            end = min(count, end + 1)
        wanted.append((start, end, label))
    kept, free = [], 0
    for start, end, label in sorted(wanted):
        if start >= free:
            kept.append((start, end, label))
            free = end
    return kept


def annotated(words, spaces, spans):
    doc = Doc(vocab, words=words, spaces=spaces)
    # Every token that is in no entity is outside, so that an empty document counts as annotated.
    doc.set_ents([Span(doc, start, end, label=label) for start, end, label in spans], default="outside")
    return doc


def line(name, doc, with_text):
    record = {"id": name, "text": doc.text} if with_text else {"id": name}
    record["entities"] = [{"start": span.start_char, "end": span.end_char, "label": span.label_} for span in doc.ents]
    return json.dumps(record, ensure_ascii=False) + "\n"


def row(scores):
    return [scores[key] for key in ("p", "r", "f")]


sets = []
for number in range(40):
    # The last four: no gold, no predictions, neither, and one document with neither beside others.
    gold_density, silent = (0.0 if number in (36, 38) else rng.choice((0.1, 0.3, 0.5))), number in (37, 38)
    examples, gold, predicted = [], "", ""
    for document in range(rng.randint(2, 6)):
        words, spaces = tokens()
        spans = [] if number == 39 and document == 0 else flat(len(words), gold_density)
        guesses = [] if silent or number == 39 and document == 0 else flat(len(words), 0.2) if number == 36 else corrupted(spans, len(words))
        reference, guess = annotated(words, spaces, spans), annotated(words, spaces, guesses)
        examples.append(Example(guess, reference))
        gold += line(f"d{document}", reference, True)
        predicted += line(f"d{document}", guess, False)
    scores = get_ner_prf(examples)
    micro = [scores[key] for key in ("ents_p", "ents_r", "ents_f")]
    types = {label: row(found) for label, found in sorted((scores["ents_per_type"] or {}).items())}
    sets.append({"gold": gold, "predicted": predicted, "micro": micro, "types": types})
json.dump(sets, sys.stdout, indent=0)
