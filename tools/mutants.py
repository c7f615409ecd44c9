#!/usr/bin/python3
"""Breaks one rule of the code at a time and looks whether a test turns red:
mutants.py [NAME…|--all|--twelve] [--list|--files].

The rules stand in tests/mutants, a file for each folder of src; its README.md says how a block is written. Without a name all run that are not
marked `long`; --all runs those too; --twelve runs twelve of all, chosen by HEAD's hash. --list runs nothing: it names them and
says whose text is not found. --files says how many each file of src/ has, those without one too. --step leaves out the count at the end (for tools/test.sh).

The tree is copied to build/mutants/tree and built in build/mutants/build, which the next run uses again.
"""
import fnmatch
import functools
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TABLES = ROOT / "tests/mutants"
TREE = ROOT / "build/mutants/tree"
BUILD = ROOT / "build/mutants/build"
TEST_SECONDS = 120
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
KEYS = {"name", "file", "function", "text", "becomes", "tests", "why", "long", "survives"}


class Wrong(Exception):
    """The table is wrong, or the code does not build: not what a mutant is for."""


# --- the table ---


def table_of(path):
    """Where the mutants of PATH, in the tree, stand: a file for each folder of src, one for all else."""
    parts = path.parts[:-1]
    return Path(*parts[1:]).with_suffix(".txt") if parts[:1] == ("src",) else Path("other.txt")


def read_table():
    mutants = [m for path in sorted(TABLES.rglob("*.txt")) for m in read_blocks(path)]
    names = [m["name"] for m in mutants]
    if len(set(names)) < len(names):
        raise Wrong(f"{next(n for n in names if names.count(n) > 1)}: two mutants have this name")
    return mutants


def read_blocks(path):
    mutants, block, key = [], {"table": path.relative_to(TABLES)}, None
    for line in path.read_text().splitlines() + [""]:
        if line.startswith("#"):
            continue
        if not line.strip():
            if len(block) > 1:
                mutants.append(check_block(block))
            block, key = {"table": path.relative_to(TABLES)}, None
        elif line[0] == " ":
            if key is None:
                raise Wrong(f"a line continues nothing: {line.strip()}")
            block[key] += "\n" + line.strip()
        else:
            key, colon, value = line.partition(":")
            if key not in KEYS or not colon or key in block:
                raise Wrong(f"not a line of a block, or the second of its kind: {line}")
            block[key] = value.strip()
    return mutants


def check_block(block):
    name = block.get("name", "?")
    for key in ("name", "text", "becomes", "tests", "why"):
        if key not in block or (key != "becomes" and not block[key]):
            raise Wrong(f"{name}: without {key}")
    if "function" not in block and "file" not in block:
        raise Wrong(f"{name}: names neither a function nor a file")
    block["tests"] = block["tests"].split()
    return block


# --- where a mutant stands ---


@functools.cache
def text_of(path):
    return path.read_text()


@functools.cache
def functions_of(path):
    """{name: [(path, begin, end)]} of a file formatted by clang-format: the braces of a definition stand at the margin."""
    pattern = r"^[A-Za-z_][^\n;{}=()]*\b(\w+)\([^;{}]*\)\n\{\n.*?^\}$"
    functions = {}
    for m in re.finditer(pattern, text_of(path), re.M | re.S):
        functions.setdefault(m[1], []).append((path, m.start(), m.end()))
    return functions


@functools.cache
def sources():
    return sorted((ROOT / "src").rglob("*.c"))


@functools.cache
def words_of(program):
    """The words of a program's source, its tests' names among them: unit_ROOM_test_NAME and sim_NAME are test_NAME.c."""
    source = re.sub(r"^(sim_|unit_.*?_test_)", "test_", program) + ".c"
    return {t for p in (ROOT / "tests").rglob(source) for t in re.findall(r"\w+", text_of(p))}


def check_test(name, test):
    program, _, pattern = test.partition(":")
    if pattern and not any(fnmatch.fnmatchcase(t, pattern) for t in words_of(program)):
        raise Wrong(f"{name}: there is no test {test}")


def pattern_of(text):
    """Matches TEXT in whole words, with any white space for any other: a name that has grown is another one."""
    begin, end = (r"\b" if re.match(r"\w", c) else "" for c in (text[0], text[-1]))
    return begin + r"\s+".join(re.escape(w) for w in text.split()) + end


def find(mutant):
    """The file, and the text before and after the mutation."""
    name, file = mutant["name"], mutant.get("file")
    if file and not (ROOT / file).is_file():
        raise Wrong(f"{name}: there is no {file}")
    if "function" in mutant:
        paths = [ROOT / file] if file else sources()
        places = [p for path in paths for p in functions_of(path).get(mutant["function"], [])]
        if len(places) != 1:
            raise Wrong(f"{name}: {len(places)} functions {mutant['function']} found, not one")
        path, begin, end = places[0]
    else:
        path, begin, end = ROOT / file, 0, None
    whole = text_of(path)
    body = whole[begin:end]
    found = list(re.finditer(pattern_of(mutant["text"]), body))
    if len(found) != 1:
        raise Wrong(f"{name}: text found {len(found)} times in {mutant.get('function', file)}, not once")
    for test in mutant["tests"]:
        check_test(name, test)
    if table_of(path.relative_to(ROOT)) != mutant["table"]:
        raise Wrong(f"{name}: stands in {mutant['table']}, and its code is of {table_of(path.relative_to(ROOT))}")
    at = begin + found[0].start(), begin + found[0].end()
    return path.relative_to(ROOT), whole, whole[: at[0]] + mutant["becomes"] + whole[at[1] :]


# --- the copy and its build ---


def write_if_changed(path, data):
    if not path.is_file() or path.read_bytes() != data:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def copy_tree():
    """Makes TREE equal to the working tree. What is equal already keeps its time, so that it is not built again."""
    listed = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        check=True, stdout=subprocess.PIPE).stdout.decode().split("\0")
    files = {f for f in listed if f and (ROOT / f).is_file()}
    for f in files:
        write_if_changed(TREE / f, (ROOT / f).read_bytes())
        shutil.copymode(ROOT / f, TREE / f)
    for old in [p for p in TREE.rglob("*") if not p.is_dir()]:
        if str(old.relative_to(TREE)) not in files:
            old.unlink()


def build(tests):
    """The targets of these tests, or what went wrong. Warnings are allowed: a mutant may leave something unused."""
    if not (BUILD / "build.ninja").is_file():
        subprocess.run(["cmake", "-S", TREE, "-B", BUILD, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
                        "-DCMAKE_C_FLAGS_RELEASE=-O1", "-DREFEX_WERROR=OFF"], check=True, stdout=subprocess.DEVNULL)
    names = {t.partition(":")[0] for t in tests}
    targets = sorted({"programs" if n.startswith("scenario_") else n for n in names})
    made = subprocess.run(["cmake", "--build", BUILD, "--target", *targets, "--", "--quiet"],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return None if made.returncode == 0 else made.stdout.decode(errors="replace")


def run_test(test):
    """Green, red or timeout. NAME:PATTERN runs the cmocka tests whose name matches PATTERN (with * and ?). A test that is
    red leaves its nodes' folders, in memory: they go with the folder that it was given."""
    with tempfile.TemporaryDirectory(prefix="refex-", dir=MEMORY, ignore_cleanup_errors=True) as folder:
        return run_in(folder, test)


def run_in(folder, test):
    name, _, pattern = test.partition(":")
    command = ["ctest", "--test-dir", BUILD, "--no-tests=error", "--output-on-failure", "-R", f"^{name}$"]
    if pattern:
        command = [BUILD / "bin" / name, pattern]
    p = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                         start_new_session=True, env=os.environ | {"REFEX_TEST_FOLDER": folder})
    try:
        said = p.communicate(timeout=TEST_SECONDS)[0].decode(errors="replace")
    except subprocess.TimeoutExpired:
        os.killpg(p.pid, signal.SIGKILL)
        p.communicate()
        return "timeout", ""
    if "Running 0 test(s)" in said or "No tests were found" in said:
        raise Wrong(f"there is no test {test}")
    ran = re.findall(r"^\[ RUN +\] (\w+)", said, re.M)
    if pattern and not all(fnmatch.fnmatchcase(r, pattern) for r in ran):
        raise Wrong(f"{name} runs all its tests: its main() does not take a pattern")
    red = "timeout" if "***Timeout" in said else "red"  # ctest's own limit may be shorter
    return ("green" if p.returncode == 0 else red), said


# --- running ---


def check_unmutated(mutants):
    """Each mutant's tests must be green before: a test that is red anyway kills nothing."""
    tests = sorted({t for m in mutants for t in m["tests"]})
    began = time.monotonic()
    copy_tree()
    problem = build(tests)
    if problem:
        raise Wrong(f"the unmutated tree does not build:\n{problem}")
    print(f"built the unmutated tree in {time.monotonic() - began:.0f} s", flush=True)
    for test in tests:
        verdict, said = run_test(test)
        if verdict != "green":
            raise Wrong(f"{test} is {verdict} without a mutant:\n{said}")
    print(f"{len(tests)} tests are green without a mutant, {time.monotonic() - began:.0f} s", flush=True)


def try_mutant(mutant):
    """(whether it is as it should be, what happened)"""
    path, before, after = find(mutant)
    began = time.monotonic()
    (TREE / path).write_text(after)
    try:
        problem = build(mutant["tests"])
        if problem:
            return False, f"does not build (a mutant must compile):\n{problem}"
        for test in mutant["tests"]:
            verdict = run_test(test)[0]
            if verdict != "green":
                how = " by timeout" if verdict == "timeout" else ""
                but = ", but listed as one that survives" if "survives" in mutant else ""
                return not but, f"killed{how} by {test} in {time.monotonic() - began:.0f} s{but}"
    finally:
        (TREE / path).write_text(before)
    if "survives" in mutant:
        return True, f"survives: {mutant['survives']}"
    return False, f"SURVIVED ({mutant['why']})"


def choose(mutants, args):
    names = [a for a in args if not a.startswith("--")]
    unknown = [n for n in names if n not in [m["name"] for m in mutants]]
    if unknown:
        raise Wrong(f"there is no mutant {unknown[0]}")
    if names:
        return [m for m in mutants if m["name"] in names]
    if "--all" in args:
        return mutants
    if "--twelve" in args:
        head = subprocess.run(["git", "-C", ROOT, "rev-parse", "HEAD"], check=True, stdout=subprocess.PIPE).stdout
        killed = [m for m in mutants if "survives" not in m]
        return sorted(killed, key=lambda m: hashlib.sha256(head + m["name"].encode()).digest())[:12]
    return [m for m in mutants if "long" not in m]


def list_mutants(mutants):
    lost = 0
    for m in mutants:
        try:
            print(f"{find(m)[0]}: {m['name']}")
        except Wrong as wrong:
            lost += 1
            print(wrong)
    return 1 if lost else 0


def count_by_file(mutants):
    """How many mutants each file of src/ has, and how many of these are listed as survivors; by folder, with its sum."""
    folders = {}
    for path in sorted((ROOT / "src").rglob("*")):
        if path.suffix in (".c", ".sql", ".def"):
            folders.setdefault(str(path.parent.relative_to(ROOT)), {})[path.name] = [0, 0]
    for m in mutants:
        path = find(m)[0]
        of = folders.setdefault(str(path.parent), {}).setdefault(path.name, [0, 0])
        of[0] += 1
        of[1] += "survives" in m
    for folder, files in folders.items():
        print(f"{folder}: {sum(n for n, _ in files.values())}")
        for name, (count, survive) in files.items():
            print(f"  {count:4} {name}" + (f" ({survive} listed as survivors)" if survive else ""))
    print(f"{len(mutants)} mutants, {sum('survives' in m for m in mutants)} of them listed as survivors")
    return 0


def main(args):
    options = ("--all", "--twelve", "--list", "--files", "--step")
    unknown = [a for a in args if a.startswith("--") and a not in options]
    if unknown:
        raise Wrong(f"there is no {unknown[0]}: NAME…, --all, --twelve, --list, --files")
    mutants = read_table()
    if "--files" in args:
        return count_by_file(mutants)
    chosen = choose(mutants, args)
    if "--list" in args:
        return list_mutants(chosen)
    for m in mutants:
        find(m)  # also of those that are not run today
    chosen.sort(key=lambda m: str(find(m)[0]))  # one file's mutants after another: it is built once less for each
    check_unmutated(chosen)
    failed = 0
    for i, m in enumerate(chosen, 1):
        good, said = try_mutant(m)
        failed += not good
        print(f"[{i}/{len(chosen)}] {m['name']}: {said}", flush=True)
    if "--step" not in args:
        print(f"{len(chosen) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Wrong as wrong:
        sys.exit(f"mutants: {wrong}")
