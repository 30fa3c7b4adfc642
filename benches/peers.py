#!/usr/bin/env python3
"""How long goldspan and two Python scorers take to score the same files, how much memory they hold, and whether they agree.

Timed: whole processes, from the start of the process to its end. That is loading the program (for
Python the interpreter and its imports), reading the files from disk, parsing them, pairing, counting
and printing the numbers.
Not timed: making or converting the set, installing the peers, and the first reading of a file from a
cold disk, as every file is read once before the first round.

What the rows compare is not the same amount of work. goldspan counts five measures of entities, for
all labels together and for each, on as many threads as the machine has processors (--jobs sets
another number). nervaluate counts four measures, also for each label, and keeps the indices of what
it paired. seqeval counts one, from a file of token tags that is larger than the two files of mentions.
The parse rows score nothing: they say what reading the same two files costs by itself. Every Python
row scores on one thread; the column of processor seconds adds up all threads. A Python row also
loads this script, some 20 ms: take a set on which that is nothing.

Wall and processor seconds are medians over the rounds, memory is the largest peak of any round, and a
round runs every process once, each round starting with another one. The kernel lets a child inherit
the peak of the process that started it, so no peak below this script's own, which is printed, can be
seen.

Every strict F that is printed must be goldspan's, within 1e-9, or the script ends with status 1. This
asks for a flat set: for nested or crossing mentions tags cannot say the same, and a set that has any
is refused.

It needs Python 3.9 or later on a Unix, and a package index for the first run.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time

PEERS = {"seqeval": "1.2.2", "nervaluate": "1.2.1"}
MEASURES = ("strict", "exact", "partial", "type", "overlap:0.5")
FILES = ("gold.jsonl", "a.jsonl", "conll.txt")
TOLERANCE = 1e-9
DOCUMENTS = 20_000
SEED = 1

# The set ----------------------------------------------------------------------------------------

LABELS = ("PERSON", "ORG", "PLACE", "DATE", "EVENT", "PRODUCT")
LABEL_WEIGHTS = (32, 26, 20, 13, 5, 4)
LENGTHS = (1, 2, 3, 4, 6)
LENGTH_WEIGHTS = (36, 36, 17, 8, 3)
MEAN_GAP = 10.9
# How often a mention of the gold meets each error, in percent; the rest are found as they are.
ERRORS = {"missed": 7, "shifted": 6, "relabelled": 5, "split": 2, "merged": 2}
SPURIOUS = 0.06


def some_label(rng, other_than=None):
    while True:
        label = rng.choices(LABELS, LABEL_WEIGHTS)[0]
        if label != other_than:
            return label


def made_gold(rng, tokens):
    """Mentions from left to right with gaps of exponential length between them, so some touch."""
    mentions, position = [], 0
    while True:
        start = position + int(rng.expovariate(1 / MEAN_GAP))
        end = start + rng.choices(LENGTHS, LENGTH_WEIGHTS)[0]
        if end > tokens:
            return mentions
        mentions.append((start, end, some_label(rng)))
        position = end


def shifted(rng, start, end, tokens):
    """The span with one boundary moved by a token, inside the document and never empty."""
    moves = [(start + 1, end), (start, end - 1), (start - 1, end), (start, end + 1)]
    return rng.choice([(s, e) for s, e in moves if 0 <= s < e <= tokens])


def made_system(rng, gold, tokens):
    kinds, weights = list(ERRORS) + ["found"], list(ERRORS.values())
    weights.append(100 - sum(weights))
    answers, rest = [], list(reversed(gold))
    while rest:
        start, end, label = rest.pop()
        kind = rng.choices(kinds, weights)[0]
        if kind == "missed":
            pass
        elif kind == "shifted":
            answers.append(shifted(rng, start, end, tokens) + (label,))
        elif kind == "relabelled":
            answers.append((start, end, some_label(rng, other_than=label)))
        elif kind == "split" and end - start > 1:
            middle = rng.randrange(start + 1, end)
            answers += [(start, middle, label), (middle, end, label)]
        elif kind == "merged" and rest and rest[-1][0] - end < 5:
            answers.append((start, rest.pop()[1], label))
        else:
            answers.append((start, end, label))
        if rng.random() < SPURIOUS:
            place = rng.randrange(tokens)
            answers.append((place, min(tokens, place + rng.choice((1, 2))), some_label(rng)))
    flat, free = [], 0
    for answer in sorted(answers):
        if answer[0] >= free:
            flat.append(answer)
            free = answer[1]
    return flat


def made(documents, seed):
    rng = random.Random(seed)
    for number in range(documents):
        tokens = rng.randint(250, 750)
        gold = made_gold(rng, tokens)
        system = made_system(rng, gold, tokens)
        yield {"id": "d%06d" % number, "n": tokens, "gold": gold, "a": system}


def read_set(path, documents):
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number == documents:
                return
            yield json.loads(line)


def tagged(document, side):
    """The tags of one side in IOB2; a set that tags cannot carry ends the script."""
    tags, free = ["O"] * document["n"], 0
    for start, end, label in document[side]:
        if not free <= start < end <= document["n"]:
            sys.exit(
                "document %s: %s [%d, %d) is not sorted and flat in %d tokens"
                % (document["id"], side, start, end, document["n"])
            )
        if not label or label.split() != [label]:
            sys.exit("document %s: the label %r cannot stand in a column" % (document["id"], label))
        tags[start] = "B-" + label
        tags[start + 1 : end] = ["I-" + label] * (end - start - 1)
        free = end
    return tags


def json_line(document, side):
    mentions = [{"start": s, "end": e, "label": label} for s, e, label in document[side]]
    return json.dumps({"id": document["id"], "entities": mentions}, separators=(",", ":")) + "\n"


def write_set(documents, work):
    """Writes the three files one document at a time (see the header on memory) and counts."""
    counts = {"documents": 0, "tokens": 0, "gold": 0, "system": 0}
    paths = [os.path.join(work, name) for name in FILES]
    gold, system, columns = [open(path + ".part", "w", encoding="utf-8") for path in paths]
    with gold, system, columns:
        for document in documents:
            rows = zip(tagged(document, "gold"), tagged(document, "a"))
            gold.write(json_line(document, "gold"))
            system.write(json_line(document, "a"))
            columns.writelines("w%d %s %s\n" % (i, g, a) for i, (g, a) in enumerate(rows))
            columns.write("\n")
            counts["documents"] += 1
            counts["tokens"] += document["n"]
            counts["gold"] += len(document["gold"])
            counts["system"] += len(document["a"])
    if not counts["documents"]:
        sys.exit("the set has no documents")
    for path in paths:
        os.replace(path + ".part", path)
    return counts


def sizes(work):
    return [os.path.getsize(os.path.join(work, name)) for name in FILES]


def prepare(args, work):
    """The counts of the set in `work`, which is written only where it is not there yet."""
    os.makedirs(work, exist_ok=True)
    if args.set:
        path = os.path.abspath(args.set)
        status = os.stat(path)
        wanted = {"set": path, "bytes": status.st_size, "mtime": status.st_mtime_ns}
        wanted["first"] = args.documents
        documents = read_set(path, args.documents)
    else:
        wanted = {"seed": args.seed, "first": args.documents or DOCUMENTS}
        documents = made(wanted["first"], args.seed)
    note = os.path.join(work, "set.json")
    if os.path.exists(note):
        with open(note, encoding="utf-8") as text:
            found = json.load(text)
        as_it_is = args.set is None and args.documents is None
        if found["from"] != wanted and not as_it_is:
            sys.exit("%s holds another set: give another --work, or neither set nor number" % work)
        if found["sizes"] != sizes(work):
            sys.exit("%s holds files that were changed since they were written" % work)
        return found["counts"]
    for name in FILES:
        if os.path.exists(os.path.join(work, name)):
            sys.exit("%s holds a %s that this script did not write" % (work, name))
    say("writing the set")
    counts = write_set(documents, work)
    with open(note, "w", encoding="utf-8") as text:
        json.dump({"from": wanted, "counts": counts, "sizes": sizes(work)}, text)
    return counts


# The peers --------------------------------------------------------------------------------------


def installed(python):
    """The versions of the peers that `python` can import, or nothing where one is missing."""
    code = (
        "import json, platform, %s, numpy; from importlib.metadata import version as v;"
        "print(json.dumps({n: v(n) for n in %r} | {'Python': platform.python_version()}))"
        % (", ".join(PEERS), list(PEERS) + ["numpy"])
    )
    if not os.path.exists(python):
        return {}
    asked = subprocess.run([python, "-I", "-c", code], capture_output=True, text=True)
    return json.loads(asked.stdout) if asked.returncode == 0 else {}


def environment(folder):
    """The interpreter of the scratch environment, with the peers in it, and their versions."""
    python = os.path.join(os.path.abspath(folder), "bin", "python")
    versions = installed(python)
    if any(versions.get(name) != version for name, version in PEERS.items()):
        say("installing the peers into %s" % folder)
        wanted = ["%s==%s" % peer for peer in PEERS.items()]
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet"] + wanted, check=True)
        versions = installed(python)
        if any(versions.get(name) != version for name, version in PEERS.items()):
            sys.exit("the peers cannot be imported in %s" % folder)
    return python, versions


def parsed(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def columns(path):
    """The gold tags and the predicted tags of each document."""
    gold, predicted, left, right = [], [], [], []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            fields = line.split()
            if fields:
                left.append(fields[1])
                right.append(fields[2])
            elif left:
                gold.append(left)
                predicted.append(right)
                left, right = [], []
    if left:
        gold.append(left)
        predicted.append(right)
    return gold, predicted


def work_parse(gold, predictions):
    print(json.dumps({"documents": [len(parsed(gold)), len(parsed(predictions))]}))


def work_nervaluate(gold, predictions):
    from nervaluate import Evaluator

    labels = set()

    def converted(document):
        mentions = document["entities"]
        labels.update(m["label"] for m in mentions)
        # Its ends are inclusive.
        return [
            {"label": m["label"], "start": m["start"], "end": m["end"] - 1} for m in mentions
        ]

    answers = {document["id"]: converted(document) for document in parsed(predictions)}
    true, pred = [], []
    for document in parsed(gold):
        true.append(converted(document))
        pred.append(answers.pop(document["id"]))
    results = Evaluator(true, pred, tags=sorted(labels), loader="dict").evaluate()

    def numbers(schemes):
        return {
            name: {"precision": r.precision, "recall": r.recall, "f1": r.f1}
            for name, r in schemes.items()
        }

    by_label = {label: numbers(schemes) for label, schemes in results["entities"].items()}
    overall = numbers(results["overall"])
    print(json.dumps({"strict": overall["strict"], "overall": overall, "labels": by_label}))


def work_seqeval_report(path):
    from seqeval.metrics import classification_report

    gold, predicted = columns(path)
    report = classification_report(gold, predicted, digits=4, output_dict=True)
    report = {
        row: {name: float(value) for name, value in numbers.items()}
        for row, numbers in report.items()
    }
    micro = report["micro avg"]
    strict = {"precision": micro["precision"], "recall": micro["recall"], "f1": micro["f1-score"]}
    print(json.dumps({"strict": strict, "report": report}))


def work_seqeval_f1(path):
    from seqeval.metrics import f1_score

    gold, predicted = columns(path)
    print(json.dumps({"strict": {"f1": float(f1_score(gold, predicted))}}))


WORKERS = {
    "parse": work_parse,
    "nervaluate": work_nervaluate,
    "seqeval-report": work_seqeval_report,
    "seqeval-f1": work_seqeval_f1,
}

# The rounds -------------------------------------------------------------------------------------


def goldspan_scores(output):
    rows = json.loads(output)["corpora"][0]["extractors"][0]["scores"]
    (row,) = [r for r in rows if r["measure"] == "strict" and r["average"] == "micro"]
    return row


def worker_scores(output):
    return json.loads(output)["strict"]


def processes(args, python, work):
    """Each row of the table: its name, its command, and how to read its scores, if it has any."""
    gold, system, tags = [os.path.join(work, name) for name in FILES]
    goldspan = [os.path.abspath(args.goldspan), "score", gold, system, "--format", "json"]
    for measure in MEASURES:
        goldspan += ["-m", measure]
    if args.jobs:
        goldspan += ["-j", str(args.jobs)]
    worker = [python, "-I", os.path.abspath(__file__), "--worker"]
    # The peers give no intervals, so the row that they are held against gives none either.
    rows = [
        ("goldspan score", goldspan + ["--resamples", "0"], goldspan_scores),
        ("with intervals", goldspan, goldspan_scores),
    ]
    if args.parse_only:
        only = [os.path.abspath(args.parse_only), gold, system]
        rows.append(("parse only", only, None))
    return rows + [
        ("python, parse only", worker + ["parse", gold, system], None),
        ("nervaluate", worker + ["nervaluate", gold, system], worker_scores),
        ("seqeval report", worker + ["seqeval-report", tags], worker_scores),
        ("seqeval f1_score", worker + ["seqeval-f1", tags], worker_scores),
    ]


def mebibytes(usage):
    return usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def timed(name, command):
    """Runs one process; its output goes to files, so that nothing waits for a reader."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begun = time.perf_counter()
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - begun
        # Already waited for: this keeps Popen from asking after the process again.
        child.returncode = os.WEXITSTATUS(status) if os.WIFEXITED(status) else -os.WTERMSIG(status)
        out.seek(0)
        err.seek(0)
        if child.returncode != 0:
            last = err.read().decode(errors="replace")[-2000:]
            sys.exit("%s ended with status %d\n%s" % (name, child.returncode, last))
        return {
            "wall": wall,
            "cpu": usage.ru_utime + usage.ru_stime,
            "memory": mebibytes(usage),
            "output": out.read().decode(),
        }


def median(values):
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def compare(rows, rounds):
    """Runs the rounds; what each row measured, and the scores it printed each time."""
    measured = {name: {"wall": [], "cpu": [], "memory": [], "scores": []} for name, _, _ in rows}
    for number in range(rounds):
        first = number % len(rows)
        for name, command, read in rows[first:] + rows[:first]:
            result = timed(name, command)
            say("round %d: %s, %.2f s" % (number + 1, name, result["wall"]))
            for what in ("wall", "cpu", "memory"):
                measured[name][what].append(result[what])
            if read:
                try:
                    measured[name]["scores"].append(read(result["output"]))
                except (ValueError, KeyError, IndexError, TypeError) as error:
                    sys.exit("%s printed no strict scores: %r" % (name, error))
    return measured


def table(rows, measured):
    base = median(measured[rows[0][0]]["wall"])
    head = ("", "wall s", "ratio", "cpu s", "peak MiB", "strict P", "strict R", "strict F")
    lines = [head]
    for name, _, _ in rows:
        row = measured[name]
        scores = row["scores"][0] if row["scores"] else {}
        lines.append(
            (
                name,
                "%.3f" % median(row["wall"]),
                "%.2f" % (median(row["wall"]) / base),
                "%.3f" % median(row["cpu"]),
                "%.1f" % max(row["memory"]),
            )
            + tuple(
                "-" if scores.get(key) is None else "%.10f" % scores[key]
                for key in ("precision", "recall", "f1")
            )
        )
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    for line in lines:
        cells = [line[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(line[1:], widths[1:])]
        print("  ".join(cells).rstrip())


def differences(rows, measured):
    """Every strict F, of any round, that is not the one that goldspan printed first."""
    reference = measured[rows[0][0]]["scores"][0]["f1"]
    if reference is None:
        return ["goldspan printed no strict F"]
    found = []
    for name, _, _ in rows:
        for number, scores in enumerate(measured[name]["scores"]):
            f1 = scores["f1"]
            # Not the other way about: a NaN differs too.
            if f1 is None or not abs(f1 - reference) <= TOLERANCE:
                text = "round %d: %s printed a strict F of %r, goldspan of %r"
                found.append(text % (number + 1, name, f1, reference))
    return found


def warm(work):
    for name in FILES:
        with open(os.path.join(work, name), "rb") as file:
            while file.read(1 << 20):
                pass


def say(text):
    print(text, file=sys.stderr, flush=True)


def arguments():
    def positive(text):
        number = int(text)
        if number < 1:
            raise argparse.ArgumentTypeError("at least 1")
        return number

    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    scratch = os.path.join(tempfile.gettempdir(), "goldspan-peers-env")
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add(
        "--goldspan",
        metavar="PATH",
        default=os.path.join(root, "target", "release", "goldspan"),
        help="the binary (default: target/release/goldspan)",
    )
    add("--jobs", type=positive, metavar="N", help="threads of goldspan (default: its own)")
    add("--parse-only", metavar="PATH", help="a program that only parses the two files")
    add(
        "--set",
        metavar="FILE",
        help='a set to score, lines of {"id","n","gold":[[start,end,label]..],"a":[..]} in tokens '
        "with ends exclusive (default: one is generated)",
    )
    add(
        "--documents",
        type=positive,
        metavar="N",
        help="take the first N of --set, or generate N (default: all, or %d)" % DOCUMENTS,
    )
    add("--seed", type=int, default=SEED, metavar="N", help="of the generated set")
    add("--work", metavar="DIR", help="where the set is kept for other runs (default: it is not)")
    add("--env", metavar="DIR", default=scratch, help="the environment of the peers, kept")
    add("--rounds", type=positive, default=5, metavar="N", help="default: 5")
    return parser.parse_args()


def main():
    if sys.argv[1:2] == ["--worker"]:
        WORKERS[sys.argv[2]](*sys.argv[3:])
        return
    args = arguments()
    for program in (args.goldspan, args.parse_only):
        if program and not os.access(program, os.X_OK):
            sys.exit("%s is no program: build it first" % program)
    with tempfile.TemporaryDirectory(prefix="goldspan-peers-") as temporary:
        work = os.path.abspath(args.work or temporary)
        counts = prepare(args, work)
        python, versions = environment(args.env)
        warm(work)
        rows = processes(args, python, work)
        measured = compare(rows, args.rounds)
        megabytes = ", ".join("%s %.1f MB" % (n, s / 1e6) for n, s in zip(FILES, sizes(work)))
    asked = subprocess.run([args.goldspan, "--version"], capture_output=True, text=True)
    print(asked.stdout.strip() + "".join(", %s %s" % version for version in versions.items()))
    print("%(documents)d documents, %(tokens)d tokens, %(gold)d gold and " % counts, end="")
    print("%(system)d predicted mentions" % counts)
    print(megabytes)
    import resource

    own = mebibytes(resource.getrusage(resource.RUSAGE_SELF))
    text = "rounds %d, processors %d, goldspan's threads %s, smallest peak that can be seen %.1f MiB"
    print(text % (args.rounds, os.cpu_count() or 0, args.jobs or "by default", own), end="\n\n")
    table(rows, measured)
    found = differences(rows, measured)
    if found:
        print("\n" + "\n".join(found), file=sys.stderr)
        sys.exit("THE SCORES DIFFER")
    print("\nEvery strict F agrees with goldspan's within %g." % TOLERANCE)


if __name__ == "__main__":
    main()
