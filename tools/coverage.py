#!/usr/bin/python3
"""Which conditions do the tests not show to matter? coverage.py [--keep|--check] [--list] [FILE…].

tests/coverage/files.txt says which files, tests/coverage/unreached.txt which of their conditions are not covered, and
why. MC/DC, as clang counts it: each condition was true and was false, and in a decision of several it has once decided
alone. The unit tests of codec, model and exchange run, and the simulations but those that are random or end by a power
cut. With FILE… only these files are judged; --keep judges what the last run counted; --list names all that is
uncovered, listed or not. Conditions within REQUIRE are assertions and are not judged. --check
builds and runs nothing: is what the list names still in the code?

Exits 1 where a condition is uncovered and not listed, or listed and covered. The build is build/coverage.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build/coverage"
RAW = BUILD / "raw"
PROFILE = BUILD / "all.profdata"
FILES = ROOT / "tests/coverage/files.txt"
UNREACHED = ROOT / "tests/coverage/unreached.txt"
TESTS = re.compile(r"(unit_(codec|model|exchange)_test_.*|sim_.*)")  # those that are programs
# Runs that differ, and those on a faulty disk, which end as a machine without power does: nothing is counted of them.
NOT_RUN = re.compile(r"sim_(random|disk.*|false_alarm)")
MCDC_BRANCH = 6  # the kind of a branch that is a condition of a decision of several
STATES = ("true", "false", "alone", "judged")


class Wrong(Exception):
    """A list is wrong, or something could not be run."""


# --- building and running ---


def run(command, **more):
    p = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **more)
    if p.returncode != 0:
        raise Wrong(f"{' '.join(map(str, command[:6]))} …\n{p.stdout.decode(errors='replace')[-4000:]}")
    return p.stdout.decode(errors="replace")


def test_names():
    listed = run(["ctest", "--test-dir", BUILD, "-N"])
    names = re.findall(r"Test +#\d+: (\S+)", listed)
    return [n for n in names if TESTS.fullmatch(n) and not NOT_RUN.fullmatch(n)]


def run_test(name):
    """Not by ctest, whose limits of time are for other builds."""
    profile = str(RAW / f"{name}.profraw")
    run([BUILD / "bin" / name], env={**os.environ, "REFEX_LONG": "1", "LLVM_PROFILE_FILE": profile})


def count():
    """Builds, runs the tests on all cores, and merges what they counted."""
    run([ROOT / "tools/build.sh", "coverage", "test_lib"])  # configures
    tests = test_names()
    said = run([ROOT / "tools/build.sh", "coverage", *tests])
    print(said.splitlines()[-1].replace(" ".join(tests), "tests"), flush=True)
    shutil.rmtree(RAW, ignore_errors=True)
    began = time.monotonic()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(run_test, tests))
    print(f"{len(tests)} tests passed in {time.monotonic() - began:.0f} s", flush=True)
    run(["llvm-profdata-19", "merge", "-o", PROFILE, *sorted(RAW.glob("*.profraw"))])


def export(files):
    programs = [BUILD / "bin" / p.stem for p in sorted(RAW.glob("*.profraw"))]
    if not programs:
        raise Wrong("nothing was counted yet: run it without --keep")
    objects = [a for p in programs[1:] for a in ("-object", p)]
    p = subprocess.run(["llvm-cov-19", "export", "-instr-profile", PROFILE, programs[0], *objects,
                        *[ROOT / f for f in files]], stdout=subprocess.PIPE)
    if p.returncode != 0:
        raise Wrong("llvm-cov could not read what was counted")
    return json.loads(p.stdout)["data"][0]["functions"]


# --- what is uncovered ---


class Source:
    def __init__(self, path):
        self.text = (ROOT / path).read_text()
        self.starts = [0] + [m.end() for m in re.finditer("\n", self.text)]

    def at(self, line, column):
        return self.starts[line - 1] + len(self.text[self.starts[line - 1]:].encode()[:column - 1].decode())

    def words(self, begin, end):
        return " ".join(self.text[begin:end].split())

    def joins(self, begin, end):
        """Whether && or || stands beside it, so that it is one condition of several."""
        before = re.sub(r"[\s(!]+$", "", self.text[max(0, begin - 200):begin])
        after = re.sub(r"^[\s)]+", "", self.text[end:end + 200])
        return after[:1] != "?" and (before[-2:] in ("&&", "||") or after[:2] in ("&&", "||"))


def judge(path, function, source):
    """(line, text, state) of each condition of FUNCTION that is not covered."""
    alone = {}
    branches = []
    for line, column, line_end, column_end, true, false, file, _, kind in function["branches"]:
        if file == 0:  # else of a macro: REQUIRE
            begin, end = source.at(line, column), source.at(line_end, column_end)
            branches.append((begin, end, true, false, kind, line))
    decisions = [(source.at(*d[:2]), source.at(*d[2:4]), d[6]) for d in function["mcdc_records"]
                 if d[0] <= len(source.starts)]
    for begin, end, conditions in decisions:
        inside = sorted(b[:2] for b in branches if begin <= b[0] and b[1] <= end and b[4] == MCDC_BRANCH)
        if len(inside) == len(conditions):
            alone.update(zip(inside, conditions))
    for begin, end, true, false, kind, line in sorted(branches):
        text = source.words(begin, end)
        if true == 0:
            yield line, text, "true"
        if false == 0:
            yield line, text, "false"
        if (begin, end) not in alone and (kind == MCDC_BRANCH or source.joins(begin, end)):
            yield line, text, "judged"
        if true and false and not alone.get((begin, end), True):
            yield line, text, "alone"


def uncovered(files):
    """{(file, function, text, state): [lines]}"""
    found = {}
    sources = {f: Source(f) for f in files}
    seen = set()
    for function in export(files):
        path = os.path.relpath(function["filenames"][0], ROOT)
        if path not in sources:
            continue
        seen.add(path)
        name = function["name"].split(":")[-1]
        for line, text, state in judge(path, function, sources[path]):
            found.setdefault((path, name, text, state), []).append(line)
    for path in files:
        if path not in seen:
            raise Wrong(f"{path}: no test has it")
    return found


# --- the lists ---


def read_files():
    files = [line for line in FILES.read_text().splitlines() if line and not line.startswith("#")]
    for f in files:
        if not (ROOT / f).is_file() or files.count(f) > 1:
            raise Wrong(f"tests/coverage/{FILES.name}: there is no {f}, or it stands twice")
    return files


def read_unreached():
    """{(function, text, state): how often}; each line stands under a reason."""
    listed, why = Counter(), None
    for number, line in enumerate(UNREACHED.read_text().splitlines(), 1):
        if line.startswith("#") or not line.strip():
            continue
        if line.startswith("why: "):
            why = line
            continue
        if line.startswith(" ") and why is not None:
            parts = [p.strip() for p in line.split(" | ")]
            if len(parts) == 3 and parts[1] in STATES:
                listed[parts[0], parts[2], parts[1]] += 1
                continue
        raise Wrong(f"tests/coverage/{UNREACHED.name}:{number}: not a line of the list: {line}")
    return listed


def check_unreached(files, listed):
    """Lines whose function, or whose text in it, is not in the code."""
    lost = 0
    whole = "\n".join((ROOT / f).read_text() for f in files)
    for function, text, _ in listed:
        definition = rf"^[A-Za-z_][^\n;{{}}=()]*\b{re.escape(function)}\([^;{{}}]*\)\n\{{\n.*?^\}}$"
        bodies = re.findall(definition, whole, re.M | re.S)
        if not any(text in " ".join(body.split()) for body in bodies):
            lost += 1
            print(f"tests/coverage/{UNREACHED.name}: not in the code: {function} | {text}")
    return 1 if lost else 0


def main(args):
    unknown = [a for a in args if a.startswith("--") and a not in ("--keep", "--list", "--check")]
    if unknown:
        raise Wrong(f"there is no {unknown[0]}: [--keep] [--list] [--check] [FILE…]")
    files, listed = read_files(), read_unreached()
    if "--check" in args:
        return check_unreached(files, listed)
    chosen = [a for a in args if not a.startswith("--")] or files
    if set(chosen) - set(files):
        raise Wrong(f"{(set(chosen) - set(files)).pop()} is not in tests/coverage/{FILES.name}")
    if "--keep" not in args:
        count()
    found = uncovered(chosen)
    told = 0
    excused = 0
    for (path, function, text, state), lines in sorted(found.items(), key=lambda item: (item[0][0], item[1][0])):
        key = function, text, state
        excuses = listed[key]
        listed[key] -= min(excuses, len(lines))
        excused += min(excuses, len(lines))
        for line in lines if "--list" in args else lines[excuses:]:
            told += 1
            print(f"{path}:{line}: {function} | {state} | {text}")
    stale = [] if chosen != files else sorted(k for k, n in listed.items() if n > 0)
    for function, text, state in stale:
        print(f"tests/coverage/{UNREACHED.name}: is covered, or not in the code: {function} | {state} | {text}")
    print(f"{len(chosen)} files: {sum(map(len, found.values())) - excused} conditions uncovered, {excused} listed,"
          f" {len(stale)} listed in vain")
    return 1 if stale or sum(map(len, found.values())) > excused else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Wrong as wrong:
        sys.exit(f"coverage: {wrong}")
