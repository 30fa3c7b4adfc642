"""Random counts by document of two systems, and what SciPy and statsmodels say of them: p-values, intervals, corrections. scipy 1.17.1, statsmodels 0.15.0, numpy 2.4.6; seeded."""
import json
import sys
import warnings

import numpy as np
from scipy.stats import bootstrap, false_discovery_control, permutation_test
from statsmodels.stats.multitest import multipletests

# BCa warns where a distribution is degenerate; such values are not compared.
warnings.filterwarnings("ignore")
rng = np.random.default_rng(20261201)
MANY = 99_999
RATIOS = ("precision", "recall", "f1")


def score(ratio, tp, missing, spurious):
    """Of sums; tp is never 0 in these sets."""
    divisor = {"precision": tp + spurious, "recall": tp + missing, "f1": tp + (missing + spurious) / 2}
    return tp / divisor[ratio]


def documents(number, alike):
    """Counts (correct, missing, spurious) of two systems, clustered by document; in a share `alike` of the documents both are the same."""
    hard = rng.beta(6, 3, number)
    gold = rng.integers(1, 13, number)
    systems = []
    for quality in (0.0, rng.uniform(-0.15, 0.15)):
        chance = np.clip(hard + quality + rng.normal(0, 0.12, number), 0.02, 0.98)
        correct = rng.binomial(gold, chance)
        systems.append(np.stack([correct, gold - correct, rng.binomial(gold, 1 - chance)]))
    same = rng.random(number) < alike
    systems[1][:, same] = systems[0][:, same]
    systems[0][0, 0] = systems[1][0, 0] = max(1, systems[0][0, 0])
    return systems


def swapped(systems, ratio):
    """P-value of |difference|: samples are document numbers, of which the second system's are `number` higher, so that a document moves as a whole."""
    both = np.concatenate(systems, axis=1)
    number = systems[0].shape[1]

    def statistic(first, second, axis=-1):
        one, two = ([column[index].sum(axis=axis) for column in both] for index in (first, second))
        return np.abs(score(ratio, *two) - score(ratio, *one))

    first = np.arange(number)
    # Two-sided as SciPy has it is twice the smaller tail; |difference| to the upper side is what goldspan tests.
    result = permutation_test(
        (first, first + number), statistic, permutation_type="samples", vectorized=True, n_resamples=MANY,
        batch=2000, alternative="greater", rng=rng)
    return float(result.pvalue)


def interval(systems, ratio, difference, method, resamples=MANY):
    """Of the first system's score, or of the second less the first, with the same documents drawn for both."""
    def statistic(*columns, axis=-1):
        sums = [column.sum(axis=axis) for column in columns]
        one, two = score(ratio, *sums[:3]), score(ratio, *sums[3:])
        return two - one if difference else one

    found = bootstrap(
        (*systems[0], *systems[1]), statistic, paired=True, vectorized=True, n_resamples=resamples,
        batch=500, method=method, rng=rng)
    return [float(found.confidence_interval.low), float(found.confidence_interval.high), float(found.standard_error)]


def listed(systems):
    return [system.T.tolist() for system in systems]


exact = []
for number in list(range(2, 13)) + [8, 9, 10, 11, 12, 12]:
    systems = documents(number, 0.5 if number > 6 else 0.0)
    exact.append({"systems": listed(systems), "p": {ratio: swapped(systems, ratio) for ratio in RATIOS}})

sampled = []
for number in (30, 40, 45, 49, 60, 100, 200, 300):
    systems = documents(number, 0.2)
    method = "BCa" if number < 50 else "percentile"
    sampled.append({
        "systems": listed(systems), "method": method,
        "p": {ratio: swapped(systems, ratio) for ratio in RATIOS},
        "first": {ratio: interval(systems, ratio, False, method) for ratio in RATIOS},
        "difference": {ratio: interval(systems, ratio, True, method) for ratio in RATIOS}})

systems = documents(2000, 0.2)
large = [{
    "systems": listed(systems), "method": "percentile", "p": {},
    "first": {"f1": interval(systems, "f1", False, "percentile", 2 * MANY)},
    "difference": {"f1": interval(systems, "f1", True, "percentile", 2 * MANY)}}]

families = []
for size in list(range(1, 13)) + [20, 50]:
    p = rng.beta(0.4, 2.0, size).round(3 if size % 2 else 6).clip(1e-4, 1)
    families.append({
        "p": p.tolist(), "holm": multipletests(p, method="holm")[1].tolist(),
        "fdr_bh": multipletests(p, method="fdr_bh")[1].tolist(),
        "false_discovery_control": false_discovery_control(p, method="bh").tolist()})

sets = {"exact": exact, "sampled": sampled, "large": large, "families": families, "resamples": MANY}
json.dump(sets, sys.stdout, separators=(",", ":"))
sys.stdout.write("\n")
