#!/usr/bin/python3
"""Writes down the words that `refex backup init` shows at a terminal, and types them again.

    words_typed.py as-shown|otherwise|slip FILE COMMAND [WORD…]

Writes the words into FILE, as on paper. Typed are their first four letters, or, otherwise, twenty-four words that nobody
showed; with a slip, two of them changed places the first time, and one was forgotten the next. Prints what stays on the terminal. Exits as the command does; with 124 if nothing came for 30 s.
"""

import os
import re
import sys

from at_terminal import converse

how, paper, command = sys.argv[1], sys.argv[2], sys.argv[3:]
words = []
slips = [lambda typed: typed[1::-1] + typed[2:], lambda typed: typed[1:]] if how == "slip" else []


def answer(shown, write, _child):
    if not words and shown.endswith(b"Enter. "):
        words.extend(re.findall(r"\d+\. ([a-z]+)", shown.decode()))
        with open(os.open(paper, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as f:
            print(*words, file=f)
        write(b"\n")
    elif words and shown.endswith(b"are enough): "):
        typed = [w[:4] for w in words] if how != "otherwise" else ["abandon"] * 23 + ["art"]
        if slips:
            typed = slips.pop(0)(typed)
        write(" ".join(typed).encode() + b"\n")


shown, status = converse(command, answer)
print(shown.rpartition(b"\x1b[?1049l")[2].decode().replace("\r\n", "\n"))
sys.exit(status)
