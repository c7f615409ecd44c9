#!/usr/bin/python3
"""Adds one of each list's things in a scratch copy, by the steps that CONTRIBUTING.md gives word for word, builds, runs,
and counts the files that existed before and had to be touched: cost.py [NAME…].

A block of steps begins with ```steps NAME MOST and ends with ```. Its lines:

    PATH after TEXT     the lines that follow, each behind "+ ", go below the one line of PATH that holds TEXT
    PATH before TEXT    … above it
    PATH new            … are a file of their own, which may be started if it ends in .sh
    run COMMAND         a program of the build, with a shell; WORK is an empty folder
    says TEXT           the run ended well, and this is among what it printed

MOST is how many files that existed may be touched. The tree is copied to build/cost/NAME.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "CONTRIBUTING.md"


class Wrong(Exception):
    """The steps do not hold."""


def read_blocks():
    blocks, block = {}, None
    for line in PAGE.read_text().splitlines():
        begin = re.fullmatch(r"```steps (\S+) (\d+)", line)
        if begin:
            block = blocks.setdefault(begin[1], (int(begin[2]), []))[1]
        elif line == "```":
            block = None
        elif block is not None:
            block.append(line)
    return blocks


def copy_tree(name):
    tree = ROOT / "build/cost" / name
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir(parents=True)
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    for path in filter(None, listed.decode().split("\0")):
        if (ROOT / path).exists():
            (tree / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / path, tree / path)
    return tree


def add_lines(tree, path, where, text, lines):
    file = tree / path
    if where == "new":
        if file.exists():
            raise Wrong(f"{path} is there already")
        file.write_text("".join(line + "\n" for line in lines))
        if path.endswith(".sh"):
            file.chmod(0o755)
        return
    old = file.read_text().splitlines(keepends=True)
    at = [i for i, line in enumerate(old) if text in line]
    if len(at) != 1:
        raise Wrong(f"{path}: {len(at)} lines hold {text}, not one")
    i = at[0] + (where == "after")
    file.write_text("".join(old[:i] + [line + "\n" for line in lines] + old[i:]))


def take_steps(tree, block):
    """Returns the files that existed and were touched, and what is to be run: (command, what it says)."""
    touched, runs, i = set(), [], 0
    while i < len(block):
        line = block[i]
        i += 1
        step = re.fullmatch(r"(\S+) (after|before|new) ?(.*)", line)
        if line.startswith("run "):
            runs.append([line[4:], []])
        elif line.startswith("says "):
            runs[-1][1].append(line[5:])
        elif step:
            lines = []
            while i < len(block) and (block[i] == "+" or block[i].startswith("+ ")):
                lines.append(block[i][2:])
                i += 1
            add_lines(tree, step[1], step[2], step[3], lines)
            if step[2] != "new":
                touched.add(step[1])
        elif line:
            raise Wrong(f"no step: {line}")
    return touched, runs


def build(tree):
    made = subprocess.run(["tools/build.sh", "release", "programs"], cwd=tree, capture_output=True, text=True)
    if made.returncode != 0:
        raise Wrong("it does not build:\n" + (made.stdout + made.stderr)[-4000:])


def run(tree, command, says):
    with tempfile.TemporaryDirectory() as work:
        path = f"{tree}/build/release/bin:{os.environ['PATH']}"
        done = subprocess.run(["bash", "-euc", command], cwd=tree, capture_output=True, text=True, timeout=300,
                              env={**os.environ, "PATH": path, "WORK": work})
    said = done.stdout + done.stderr
    if done.returncode != 0:
        raise Wrong(f"{command}: ended with {done.returncode}: {said[-2000:]}")
    for text in says:
        if text not in said:
            raise Wrong(f"{command}: does not say: {text}\n{said[-2000:]}")


def main():
    blocks = read_blocks()
    names = sys.argv[1:] or list(blocks)
    bad = 0
    for name in names:
        if name not in blocks:
            sys.exit(f"cost: {PAGE.name} has no steps {name}; it has: {', '.join(blocks)}")
        most, block = blocks[name]
        try:
            tree = copy_tree(name)
            touched, runs = take_steps(tree, block)
            build(tree)
            for command, says in runs:
                run(tree, command, says)
            word = "" if len(touched) <= most else ", more than there may be"
            bad += len(touched) > most
            print(f"{name:8} {len(touched)} of {most} files{word}: {' '.join(sorted(touched))}", flush=True)
        except Wrong as why:
            bad += 1
            print(f"{name:8} {why}", flush=True)
    sys.exit(bad != 0)


if __name__ == "__main__":
    main()
