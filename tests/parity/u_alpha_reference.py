#!/usr/bin/env python3
"""Krippendorff's unitizing alpha, slowly and exactly, to hold a fast implementation against.

Two coefficients go by nearly the same name, and both are here:

* ``alpha_u``, of 1995 with the correction of 2004: one coefficient for each label, from the differences between units and gaps that lie over each other;
* ``u_alpha``, of 2016: one coefficient for all labels, from the lengths over which two annotators coincide.

``README.md`` beside this file has both in words, where they come from, and what is unsure about them.

Everything is brute force in whole numbers and ``fractions.Fraction``: what is expected by chance is summed over every placement of every two sections instead of by the
published closed form, and the closed form is computed beside it and must be the same. Nothing here is made for speed.

    python3 u_alpha_reference.py             # writes u_alpha.json beside this file
    python3 u_alpha_reference.py --check     # recomputes it, fails where it differs
    python3 u_alpha_reference.py --peer      # compares u_alpha with the package krippendorff-unitized-alpha, where that is installed
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import namedtuple
from fractions import Fraction
from itertools import permutations
from pathlib import Path

#: A stretch of the continuum that an annotator marked (``label``) or left out between two that were marked (``label`` is None).
Section = namedtuple("Section", "start end label")


def sections(units, label, length):
    """The continuum of one annotator as seen by one label: its units and the gaps between them, in order, nothing left over.

    Two units that touch stay two; a gap is as long as it can be.
    """
    marked = sorted((start, end) for start, end, name in units if name == label)
    found, at = [], 0
    for start, end in marked:
        if start < at:
            raise ValueError(f"units of {label} overlap at {start}")
        if start > at:
            found.append(Section(at, start, None))
        found.append(Section(start, end, label))
        at = end
    if at < length:
        found.append(Section(at, length, None))
    return found


def difference(one, other):
    """The squared difference of two sections: of their ends where two units overlap, the unit's length where it lies wholly in a gap, else nothing."""
    if one.label is not None and other.label is not None:
        if max(one.start, other.start) < min(one.end, other.end):
            return (one.start - other.start) ** 2 + (one.end - other.end) ** 2
        return 0
    if one.label is None and other.label is None:
        return 0
    unit, gap = (one, other) if one.label is not None else (other, one)
    return (unit.end - unit.start) ** 2 if gap.start <= unit.start and unit.end <= gap.end else 0


def observed(annotators, label, length):
    """Differences between what two annotators have in the same place, over all ordered pairs of annotators."""
    m = len(annotators)
    views = [sections(units, label, length) for units in annotators]
    total = sum(difference(a, b) for one, other in permutations(views, 2) for a in one for b in other)
    return Fraction(total, m * (m - 1) * length**2)


def _pairable(annotators, label, length):
    """How many ordered pairs of places there are, without those within one unit."""
    m = len(annotators)
    lengths = [end - start for units in annotators for start, end, name in units if name == label]
    return m * length * (m * length - 1) - sum(size * (size - 1) for size in lengths)


def expected(annotators, label, length):
    """Differences between any two sections of anybody, each shifted along the other into every place where they touch: brute force."""
    pool = [section for units in annotators for section in sections(units, label, length)]
    total = 0
    for one, other in permutations(pool, 2):
        size = one.end - one.start
        # Every shift at which the two share a place; difference() is nothing at all others.
        for start in range(other.start - size + 1, other.end):
            total += difference(Section(start, start + size, one.label), other)
    return Fraction(total, length * _pairable(annotators, label, length))


def expected_closed(annotators, label, length):
    """The same by the formula as published."""
    pool = [section for units in annotators for section in sections(units, label, length)]
    units = [s.end - s.start for s in pool if s.label is not None]
    gaps = [s.end - s.start for s in pool if s.label is None]
    total = Fraction(0)
    for size in units:
        total += Fraction(len(units) - 1, 3) * (2 * size**3 - 3 * size**2 + size)
        total += size**2 * sum(gap - size + 1 for gap in gaps if gap >= size)
    return Fraction(2, length) * total / _pairable(annotators, label, length)


def alpha_u(annotators, length):
    """For each label observed, expected and alpha, and the alpha of all labels together; alpha is None where nothing is expected."""
    labels = sorted({name for units in annotators for _, _, name in units})
    rows, sums = {}, [Fraction(0), Fraction(0)]
    for label in labels:
        seen, chance = observed(annotators, label, length), expected(annotators, label, length)
        assert chance == expected_closed(annotators, label, length), label
        rows[label] = {"observed": seen, "expected": chance, "alpha": 1 - seen / chance if chance else None}
        sums = [sums[0] + seen, sums[1] + chance]
    return {"labels": rows, "alpha": 1 - sums[0] / sums[1] if sums[1] else None}


def u_alpha(annotators, length):
    """The nominal coefficient of 2016 over all labels; None where nothing is expected, ValueError where units of one annotator overlap.

    Every place of the continuum has one value for each annotator: its label, or that of no unit.
    """
    m = len(annotators)
    values, blocks = [], {}
    for units in annotators:
        line = [None] * length
        for start, end, label in units:
            if any(value is not None for value in line[start:end]):
                raise ValueError("units of one annotator overlap")
            line[start:end] = [label] * (end - start)
            # A unit was placed as one, so its places cannot meet each other by chance; places of gaps can.
            blocks[label] = blocks.get(label, 0) + (end - start) ** 2
        blocks[None] = blocks.get(None, 0) + line.count(None)
        values.append(line)
    count = {}
    for line in values:
        for value in line:
            count[value] = count.get(value, 0) + 1
    everything = m * length
    same = sum(a == b for one, other in permutations(values, 2) for a, b in zip(one, other))
    observed_same = Fraction(same, m - 1)
    pairs = everything**2 - sum(blocks.values())
    if not pairs:
        return None
    expected_same = sum(Fraction(everything * (count[value] ** 2 - blocks[value]), pairs) for value in count)
    missing = everything - expected_same
    return 1 - (everything - observed_same) / missing if missing else None


# Examples


def _published():
    """Examples with values that somebody else printed; units are (start, end, label)."""
    krippendorff_2004 = [
        [(225 - 150, 295 - 150, "c"), (370 - 150, 400 - 150, "c"), (180 - 150, 240 - 150, "k"), (300 - 150, 350 - 150, "k")],
        [(220 - 150, 300 - 150, "c"), (355 - 150, 375 - 150, "c"), (400 - 150, 420 - 150, "c"), (180 - 150, 240 - 150, "k"), (300 - 150, 350 - 150, "k")],
    ]
    krippendorff_1995 = [
        [(2, 10, "A"), (14, 20, "A"), (0, 18, "B"), (2, 8, "C"), (10, 12, "C"), (14, 18, "C"), (20, 22, "C"), (0, 2, "D"), (2, 10, "D"), (10, 14, "D"), (14, 20, "D"), (20, 24, "D")],
        [(4, 8, "A"), (15, 17, "A"), (0, 2, "B"), (2, 3, "B"), (3, 4, "B"), (4, 5, "B"), (5, 6, "B"), (6, 9, "B"), (9, 10, "B"), (0, 2, "C"), (4, 8, "C"), (10, 14, "C"), (16, 18, "C"), (20, 22, "C"), (0, 4, "D"), (4, 8, "D"), (8, 15, "D"), (15, 17, "D"), (17, 24, "D")],
    ]
    return [
        {
            "name": "krippendorff-2004-p254",
            "source": "Krippendorff, Content Analysis, 2nd edition, 2004, p. 254; data and values as the tests of DKPro Statistics hold them",
            "length": 300,
            "annotators": krippendorff_2004,
            "values": {"c": {"observed": (0.0144, 0.0001), "expected": (0.0532, 0.0001), "alpha": (0.7286, 0.0001)}, "k": {"observed": (0.0, 0.0001), "expected": (0.0490, 0.0001), "alpha": (1.0, 0.0001)}},
            "alpha": (0.8591, 0.0005),
        },
        {
            "name": "krippendorff-1995-p57",
            "source": "Krippendorff, On the reliability of unitizing contiguous data, 1995, p. 57; data and observed disagreements as the tests of DKPro Statistics hold them. "
            "Its expected disagreements follow a formula that was corrected in 2004 and are not compared",
            "length": 24,
            "annotators": krippendorff_1995,
            "values": {"A": {"observed": (0.03125, 0.00001)}, "B": {"observed": (2.26736, 0.00001)}, "C": {"observed": (0.02777, 0.00001)}, "D": {"observed": (0.38715, 0.00001)}},
        },
        {
            "name": "dkpro-one-long-three-short",
            "source": "a test of DKPro Statistics, not from a publication",
            "length": 10,
            "annotators": [[(1, 9, "A")], [(2, 3, "A"), (4, 5, "A"), (6, 7, "A")]],
            "values": {"A": {"observed": (0.91, 0.0001), "expected": (0.5351, 0.0001), "alpha": (-0.7003, 0.0001)}},
        },
        {
            "name": "dkpro-single-unit",
            "source": "a test of DKPro Statistics, not from a publication",
            "length": 20,
            "annotators": [[(0, 1, "X")], [], []],
            "values": {},
            "alpha": (0.0, 0.0),
        },
    ]


def _random_units(rng, length, labels, truth, apart):
    """One annotator: the truth with ends moved, labels swapped, units left out and put in; what would overlap is left out."""
    wanted = []
    for start, end, label in truth:
        if rng.random() < 0.2:
            continue
        if rng.random() < 0.5:
            start = min(max(0, start + rng.randint(-2, 2)), length - 1)
            end = min(max(start + 1, end + rng.randint(-2, 2)), length)
        if rng.random() < 0.15:
            label = rng.choice(labels)
        wanted.append((start, end, label))
    for _ in range(rng.randint(0, 2)):
        start = rng.randrange(length)
        wanted.append((start, min(length, start + rng.randint(1, 6)), rng.choice(labels)))
    kept = []
    for start, end, label in wanted:
        if all(end <= s or e <= start or (name != label and not apart) for s, e, name in kept):
            kept.append((start, end, label))
    return sorted(kept)


def random_examples(count=60, seed=20240229):
    """Small studies whose annotators agree more or less; in every other one units of two labels may overlap, so that ``u_alpha`` is not defined."""
    rng = random.Random(seed)
    found = []
    while len(found) < count:
        length = rng.randint(10, 60)
        labels = ["X", "Y", "Z"][: rng.randint(1, 3)]
        apart = len(found) % 2 == 0
        truth, at = [], rng.randint(0, 4)
        while at < length:
            end = min(length, at + rng.randint(1, 9))
            truth.append((at, end, rng.choice(labels)))
            at = end + rng.choice([0, 0, 1, 2, 5, 9])
        annotators = [_random_units(rng, length, labels, truth, apart) for _ in range(rng.randint(2, 4))]
        if any(annotators):
            found.append({"name": f"random-{len(found) + 1:02}", "length": length, "annotators": annotators})
    return found


# Records


def _text(value):
    """A fraction as two strings, so that no reader of JSON rounds it."""
    return None if value is None else {"numerator": str(value.numerator), "denominator": str(value.denominator)}


def record(example):
    """An example with its values as they stand in u_alpha.json."""
    length, annotators = example["length"], example["annotators"]
    scores = alpha_u(annotators, length)
    try:
        whole = u_alpha(annotators, length)
    except ValueError:
        whole = None
    labels = {label: {key: _text(value) for key, value in row.items()} for label, row in scores["labels"].items()}
    made = {
        "name": example["name"],
        "length": length,
        "annotators": [[list(unit) for unit in units] for units in annotators],
        "alpha_u": {"labels": labels, "all": _text(scores["alpha"])},
        "u_alpha_2016": _text(whole),
    }
    if "source" in example:
        made["source"] = example["source"]
        made["printed"] = {"labels": example["values"], "all": example.get("alpha")}
    return made


def check_published():
    """The values that others printed must come out, within what they were rounded to."""
    for example in _published():
        scores = alpha_u(example["annotators"], example["length"])
        for label, values in example["values"].items():
            for key, (value, tolerance) in values.items():
                mine = float(scores["labels"][label][key])
                assert abs(mine - value) <= tolerance, (example["name"], label, key, mine, value)
        if "alpha" in example:
            value, tolerance = example["alpha"]
            assert abs(float(scores["alpha"]) - value) <= tolerance, (example["name"], float(scores["alpha"]))


def check_peer():
    """``u_alpha`` against somebody else's code; its helper that fills gaps is not used, because it loses a place at each end of a unit."""
    from krippendorff_unitized_alpha.krippendorffs_unitized_alpha import EMPTY_TAG, KrippendorffUnitizedAlpha, Segment

    compared, worst = 0, 0.0
    for example in random_examples():
        length, data = example["length"], {}
        try:
            mine = u_alpha(example["annotators"], length)
        except ValueError:
            continue
        for at, units in enumerate(example["annotators"]):
            line, end = [], 0
            for start, stop, label in units:
                if start > end:
                    line.append(Segment(EMPTY_TAG, end, start))
                line.append(Segment(label, start, stop))
                end = stop
            if end < length:
                line.append(Segment(EMPTY_TAG, end, length))
            data[f"annotator {at}"] = line
        theirs = float(KrippendorffUnitizedAlpha(data).result)
        worst = max(worst, abs(theirs - float(mine)))
        compared += 1
    print(f"u_alpha: {compared} examples compared with krippendorff-unitized-alpha, largest difference {worst:.2e}")
    return worst < 1e-12


def main():
    """Writes or checks the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="recompute and compare instead of writing")
    parser.add_argument("--peer", action="store_true", help="compare with the package krippendorff-unitized-alpha")
    options = parser.parse_args()
    check_published()
    if options.peer:
        return 0 if check_peer() else 1
    content = {
        "about": "unitizing alpha, exact; half-open units [start, end, label] on a continuum [0, length); made by u_alpha_reference.py",
        "published": [record(example) for example in _published()],
        "random": [record(example) for example in random_examples()],
    }
    lines = json.dumps(content, indent=None, separators=(", ", ": "))
    # One example a line, so that a change shows where it is.
    lines = lines.replace('{"name": ', '\n{"name": ') + "\n"
    path = Path(__file__).with_name("u_alpha.json")
    if options.check:
        same = path.read_text(encoding="utf-8") == lines
        print("u_alpha.json is as computed" if same else "u_alpha.json differs from what is computed")
        return 0 if same else 1
    path.write_text(lines, encoding="utf-8")
    print(f"{path.name}: {len(content['published'])} published and {len(content['random'])} random examples")
    return 0


if __name__ == "__main__":
    sys.exit(main())
