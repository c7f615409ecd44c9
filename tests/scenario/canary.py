#!/usr/bin/python3
"""Looks for words in files: as they are, in lower and upper case, in UTF-16, in hex, and in base64 at each of its three
alignments.

    canary.py WORDS PATH…

WORDS is a file with one word a line. Folders are searched recursively. Prints FILE: WORD for each find; exits with 1 if
there is any.
"""

import base64
import os
import sys


def encodings(word):
    raw = word.encode()
    out = {raw, raw.lower(), raw.upper(), word.encode("utf-16-le"), raw.hex().encode(), raw.hex().upper().encode()}
    for pad in range(3):
        whole = base64.b64encode(b"\0" * pad + raw)
        out.add(whole[(0, 2, 3)[pad] : len(whole) // 4 * 4 - 4])  # without the characters that depend on the neighbours
    return [f for f in out if len(f) >= 6]


def files(path):
    if not os.path.isdir(path):
        yield path
        return
    for folder, _, names in os.walk(path):
        for name in names:
            at = os.path.join(folder, name)
            if os.path.isfile(at):
                yield at


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        words = [line for line in f.read().split("\n") if line]
    found = False
    for path in sys.argv[2:]:
        for at in files(path):
            try:
                with open(at, "rb") as f:
                    data = f.read()
            except OSError:
                continue  # an unreadable file discloses nothing
            for word in words:
                if any(form in data for form in encodings(word)) or word in at:
                    print("%s: %s" % (at, word))
                    found = True
    sys.exit(found)


if __name__ == "__main__":
    main()
