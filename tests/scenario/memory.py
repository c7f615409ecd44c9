#!/usr/bin/python3
"""Looks for words in the memory of processes that run: what they can write to, heap and stacks.

    memory.py WORDS PID…

WORDS is a file with one word a line. Prints PID: WORD for each find; exits with 1 if there is any, with 2 if a process could
not be read.
"""

import os
import re
import sys

LARGE = 1 << 30  # the shadow of AddressSanitizer: terabytes that hold no data of the program


def forms(word):
    raw = word.encode()
    return {raw, raw.lower(), raw.upper(), raw.hex().encode()}


def pieces(pid):
    """The writable mappings, each whole: a word may cross a page."""
    with open("/proc/%s/mem" % pid, "rb", 0) as memory, open("/proc/%s/maps" % pid, encoding="utf-8") as maps:
        for line in maps:
            m = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)
            if not m or "[vvar" in line:
                continue
            begin, end = int(m[1], 16), int(m[2], 16)
            if end - begin >= LARGE:
                continue
            try:
                yield os.pread(memory.fileno(), end - begin, begin)
            except OSError:
                continue  # it has gone since, or is a device


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        words = [line for line in f.read().split("\n") if line]
    found = False
    for pid in sys.argv[2:]:
        try:
            held = {w for data in pieces(pid) for w in words if any(form in data for form in forms(w))}
        except OSError as e:
            print("%s: cannot be read: %s" % (pid, e))
            sys.exit(2)
        for word in sorted(held):
            print("%s: %s" % (pid, word))
            found = True
    sys.exit(found)


if __name__ == "__main__":
    main()
