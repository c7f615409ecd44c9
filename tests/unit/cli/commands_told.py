#!/usr/bin/env python3
"""Is each command that a page, an error or a status line tells people to type one that the programs take, with its
options? commands_told.py BUILD; what they take is what bash completes (tests/unit/cli/completion.sh holds that against
the programs themselves)."""

import pathlib
import re
import subprocess
import sys

top = pathlib.Path(__file__).resolve().parents[3]
completion = pathlib.Path(sys.argv[1], "share/bash-completion/completions/refex").read_text()
words = {}  # "NOUN VERB": what may follow
for verb, after in re.findall(r"^    '?((?:[a-z-]+ ?)*)'?\) echo '([^']*)'", completion, re.M):
    words.setdefault(verb, set()).update(after.split())
assert len(words) > 100, "the completion has another form"


def fault(command):
    """Why the command cannot be typed so, or None."""
    said = command.split()
    if said[0] == "refex-ca":
        said[:1] = ["refex", "federation"]
    verb = ""
    rest = said[1:]
    while rest and re.fullmatch("[a-z][a-z-]*", rest[0]) and f"{verb} {rest[0]}".strip() in words:
        verb = f"{verb} {rest.pop(0)}".strip()
    takes = words[verb]
    if not verb and rest and not rest[0].startswith("-"):
        return "is no command"
    if rest and re.fullmatch("[a-z-]+", rest[0]) and any(not one.startswith("-") for one in takes) and rest[0] not in takes:
        return f'has no "{rest[0]}"'
    for option in re.findall(r"(?:^|[\s\[])(--[a-z][a-z-]*)", " ".join(rest)):
        if option not in takes:
            return f"has no {option}"
    return None


told = []  # (file, line, command)
for name in subprocess.run(["git", "ls-files", "README.md", "SECURITY.md", "docs", "src", "debian",
                            "service"], cwd=top, capture_output=True, text=True, check=True).stdout.split():
    if not re.search(r"\.(md|def|c|h|in|postinst|prerm|postrm)$", name):
        continue
    for number, line in enumerate(top.joinpath(name).read_text().split("\n"), 1):
        told += [(name, number, command) for command in re.findall(r"`(refex(?:-ca)? [^`%]+)`", line)]

faults = [f"{name}:{number}: `{command}`: {fault(command)}" for name, number, command in told if fault(command)]
print("\n".join(faults))
print(f"{len(told)} commands are told, {len(faults)} of them cannot be typed so")
sys.exit(bool(faults) or len(told) < 500)
