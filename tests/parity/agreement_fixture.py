#!/usr/bin/env python3
"""Reference values of agreement between annotators on token labels, from the packages that people use for it.

    python3 agreement_fixture.py            # writes agreement.json beside this file
    python3 agreement_fixture.py --check    # recomputes it, fails where it differs

Cohen's kappa is scikit-learn's ``cohen_kappa_score``; Krippendorff's alpha is that of the package ``krippendorff`` at the nominal level. Both are computed a second time, from their
definitions in exact fractions, and must agree to 1e-12; the fraction is recorded too. Where a package gives no number the value is null, and ``why`` says what it did.
"""

import argparse
import json
import random
import sys
import warnings
from collections import Counter
from fractions import Fraction
from importlib.metadata import version
from itertools import combinations
from pathlib import Path

import krippendorff
import numpy
from sklearn.metrics import cohen_kappa_score

OUTSIDE = "O"


def labels(rng, length, names, wobble, truth):
    """One annotator's labels: the truth, each run of it changed now and then."""
    line = list(truth)
    at = 0
    while at < length:
        end = at + rng.randint(1, 4)
        if rng.random() < wobble:
            line[at:end] = [rng.choice([OUTSIDE, *names])] * len(line[at:end])
        at = end
    return line


def study(rng, annotators, gaps):
    """The labels of some annotators on the same tokens; with gaps some tokens have no label of some annotator."""
    length = rng.randint(8, 60)
    names = ["PER", "ORG", "LOC"][: rng.randint(1, 3)]
    truth, at = [OUTSIDE] * length, 0
    while at < length:
        at += rng.randint(0, 6)
        end = at + rng.randint(1, 4)
        truth[at:end] = [rng.choice(names)] * len(truth[at:end])
        at = end
    made = [labels(rng, length, names, rng.choice([0.1, 0.3, 0.6]), truth) for _ in range(annotators)]
    for line in made if gaps else []:
        for index in range(length):
            if rng.random() < 0.15:
                line[index] = None
    return made


def exact_kappa(one, other):
    """Cohen's kappa by definition; None where chance alone agrees always."""
    n = len(one)
    same = Fraction(sum(a == b for a, b in zip(one, other)), n)
    mine, theirs = Counter(one), Counter(other)
    chance = sum(Fraction(mine[label] * theirs[label], n * n) for label in mine)
    return None if chance == 1 else (same - chance) / (1 - chance)


def exact_alpha(lines):
    """Krippendorff's nominal alpha by definition, from the coincidences of pairable values; None where only one value occurs."""
    seen, totals = Fraction(0), Counter()
    for values in zip(*lines):
        values = [value for value in values if value is not None]
        if len(values) < 2:
            continue
        unlike = sum(a != b for a, b in combinations(values, 2))
        seen += Fraction(2 * unlike, len(values) - 1)
        totals.update(values)
    n = sum(totals.values())
    unlike = n * n - sum(count * count for count in totals.values())
    return None if not unlike else 1 - Fraction(n - 1) * seen / unlike


def kappa(one, other):
    """scikit-learn's value, or None with the reason."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        value = float(cohen_kappa_score(one, other))
    if value != value:
        return None, f"nan{': ' + type(caught[0].message).__name__ if caught else ''}"
    return value, None


def alpha(lines):
    """The package's value, or None with the reason."""
    codes = {label: code for code, label in enumerate(sorted({value for line in lines for value in line if value is not None}))}
    matrix = numpy.array([[numpy.nan if value is None else codes[value] for value in line] for line in lines], dtype=float)
    try:
        with numpy.errstate(all="ignore"):
            value = float(krippendorff.alpha(reliability_data=matrix, level_of_measurement="nominal"))
    except ValueError as problem:
        return None, f"ValueError: {problem}"
    return (None, "nan") if value != value else (value, None)


def entry(kind, name, lines, value, why, exact):
    """An example as it stands in agreement.json, the package's value checked against the definition."""
    if value is not None and exact is not None:
        assert abs(value - float(exact)) <= 1e-12, (name, value, float(exact))
    made = {"name": name, "annotators": lines, kind: value}
    made["exact"] = None if exact is None else {"numerator": str(exact.numerator), "denominator": str(exact.denominator)}
    if why:
        made["why"] = why
    return made


def examples(seed=20240301):
    """Forty studies for each measure, and the cases at the edge."""
    rng = random.Random(seed)
    kappas, alphas = [], []
    pairs = [(f"random-{n + 1:02}", study(rng, 2, gaps=False)) for n in range(40)]
    pairs += [
        ("all the same and one label", [[OUTSIDE] * 6, [OUTSIDE] * 6]),
        ("all the same and two labels", [[OUTSIDE, "PER", OUTSIDE], [OUTSIDE, "PER", OUTSIDE]]),
        ("one annotator has one label", [[OUTSIDE] * 4, [OUTSIDE, "PER", OUTSIDE, "PER"]]),
        ("never the same", [["PER", "ORG"], ["ORG", "PER"]]),
    ]
    for name, lines in pairs:
        kappas.append(entry("kappa", name, lines, *kappa(*lines), exact_kappa(*lines)))
    many = [(f"random-{n + 1:02}", study(rng, 2 + n % 3, gaps=n % 2 == 1)) for n in range(40)]
    many += [
        ("all the same and one label", [[OUTSIDE] * 6, [OUTSIDE] * 6]),
        ("all the same and two labels", [[OUTSIDE, "PER", OUTSIDE]] * 3),
        ("one token has one label only", [[OUTSIDE, "PER", None], [OUTSIDE, "PER", "PER"]]),
        ("two labels, one of them never compared", [[OUTSIDE, OUTSIDE, "PER"], [OUTSIDE, OUTSIDE, None]]),
        ("no token has two labels", [[OUTSIDE, None, "PER"], [None, "PER", None]]),
        ("never the same", [["PER", "ORG"], ["ORG", "PER"]]),
    ]
    for name, lines in many:
        alphas.append(entry("alpha", name, lines, *alpha(lines), exact_alpha(lines)))
    return {"kappa": kappas, "alpha": alphas}


def main():
    """Writes or checks the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="recompute and compare instead of writing")
    options = parser.parse_args()
    versions = {name: version(name) for name in ("scikit-learn", "krippendorff", "numpy")}
    content = {"about": "labels of tokens by annotator, null for none; made by agreement_fixture.py", "versions": versions, **examples()}
    text = json.dumps(content, separators=(", ", ": ")).replace('{"name": ', '\n{"name": ') + "\n"
    path = Path(__file__).with_name("agreement.json")
    if options.check:
        kept = json.loads(path.read_text(encoding="utf-8"))
        differ = [
            (kind, a["name"])
            for kind in ("kappa", "alpha")
            for a, b in zip(kept[kind], content[kind], strict=True)
            if a["annotators"] != b["annotators"] or a["exact"] != b["exact"] or (a[kind] is None) != (b[kind] is None) or (a[kind] is not None and abs(a[kind] - b[kind]) > 1e-12)
        ]
        print("agreement.json is as computed" if not differ else f"agreement.json differs: {differ}")
        return 1 if differ else 0
    path.write_text(text, encoding="utf-8")
    print(f"{path.name}: {len(content['kappa'])} examples of kappa, {len(content['alpha'])} of alpha; {versions}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
