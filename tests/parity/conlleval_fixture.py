"""Random tag sequences, most of them ill-formed, and what conlleval.pl (2004-01-26) prints for them.

Standard library, perl and the script, whose path is the first argument: python3 conlleval_fixture.py conlleval.pl > conlleval.json; seeded.
"""
import json
import random
import re
import subprocess
import sys

rng = random.Random(20261127)
KINDS = ("PER", "LOC", "geo-loc")
TOTALS = re.compile(r"with (\d+) phrases; found: (\d+) phrases; correct: (\d+)\.")
OVERALL = re.compile(r"precision: +([\d.]+)%; recall: +([\d.]+)%; FB1: +([\d.]+)$")
ROW = re.compile(r" *(\S+): precision: +([\d.]+)%; recall: +([\d.]+)%; FB1: +([\d.]+)  (\d+)$")


def tag(letters):
    return "O" if rng.random() < 0.25 else f"{rng.choice(letters)}-{rng.choice(KINDS)}"


sets = []
for scheme, letters in (("iob1", "BI"), ("iob2", "BI"), ("ioe1", "IE"), ("ioe2", "IE")):
    for _ in range(25):
        keep = rng.choice((0.0, 0.5, 0.8))
        sentences = []
        for _ in range(rng.randint(1, 8)):
            gold = [tag(letters) for _ in range(rng.randint(1, 10))]
            sentences.append([(known, known if rng.random() < keep else tag(letters)) for known in gold])
        columns = "\n".join("".join(f"t {known} {guessed}\n" for known, guessed in sentence) for sentence in sentences)
        printed = subprocess.run(["perl", sys.argv[1]], input=columns, capture_output=True, text=True, check=True).stdout.splitlines()
        rows = {"*": list(OVERALL.search(printed[1]).groups())}
        for line in printed[2:]:
            kind, *digits, found = ROW.match(line).groups()
            rows[kind] = [*digits, int(found)]
        phrases = dict(zip(("gold", "found", "correct"), map(int, TOTALS.search(printed[0]).groups())))
        sets.append({"scheme": scheme, "columns": columns, "phrases": phrases, "rows": rows})
json.dump(sets, sys.stdout, indent=0)
