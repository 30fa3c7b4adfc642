#!/usr/bin/env python3
"""Times `goldspan check` on ten thousand articles: the bundled ones, copied under new names into a temporary folder.

What is timed is the whole process, several times; the median, the fastest and the slowest are printed, and the most memory that any of them had.
"""

import argparse
import glob
import os
import resource
import shutil
import statistics
import subprocess
import tempfile
import time

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--goldspan", default="target/release/goldspan", help="the program (default: %(default)s)")
parser.add_argument("--articles", type=int, default=10_000, help="how many (default: %(default)s)")
parser.add_argument("--rounds", type=int, default=7, help="how many times (default: %(default)s)")
options = parser.parse_args()

gold = sorted(glob.glob("gold/newswire/*.ann"))
with tempfile.TemporaryDirectory() as folder:
    size = 0
    for number in range(options.articles):
        name = os.path.basename(gold[number % len(gold)]).removesuffix(".ann")
        for source in [f"gold/newswire/{name}.ann", f"corpora/newswire/{name}.txt"]:
            copy = os.path.join(folder, f"{name}-{number}{os.path.splitext(source)[1]}")
            shutil.copy(source, copy)
            size += os.path.getsize(copy)
    seconds = []
    for _ in range(options.rounds):
        begun = time.perf_counter()
        done = subprocess.run([options.goldspan, "check", folder], capture_output=True, text=True)
        seconds.append(time.perf_counter() - begun)
        if done.returncode != 0:
            raise SystemExit(done.stdout + done.stderr)
    print(next(line for line in (done.stdout + done.stderr).splitlines() if line.startswith("Checked ")))
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{size / 1e6:.0f} MB: {statistics.median(seconds):.2f} s ({min(seconds):.2f} to {max(seconds):.2f}), {memory:.0f} MiB at most")
