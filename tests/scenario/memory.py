#!/usr/bin/python3
"""Looks for words in the memory of processes that run: what they can write to, heap and stacks.

    memory.py WORDS PID…

WORDS is a file with one word a line. Prints PID: WORD for each find; exits with 1 if there is any, with 2 if a process could
not be read.
"""

import os
import re
import sys

PAGE = os.sysconf("SC_PAGESIZE")
LARGE = 1 << 30  # the shadow of AddressSanitizer: terabytes that hold no data of the program


def forms(word):
    raw = word.encode()
    return {raw, raw.lower(), raw.upper(), raw.hex().encode()}


def present(pagemap, begin, end):
    """The runs of pages between BEGIN and END that are in memory or swapped: the others hold nothing."""
    flags = os.pread(pagemap.fileno(), (end - begin) // PAGE * 8, begin // PAGE * 8)
    at = None
    for i in range(len(flags) // 8):
        if flags[i * 8 + 7] & 0xC0:
            at = i if at is None else at
        elif at is not None:
            yield begin + at * PAGE, begin + i * PAGE
            at = None
    if at is not None:
        yield begin + at * PAGE, end


def pieces(pid):
    """The writable memory of a process, in runs of pages: a word may cross a page."""
    folder = "/proc/%s/" % pid
    with open(folder + "mem", "rb", 0) as memory, open(folder + "pagemap", "rb", 0) as pagemap:
        with open(folder + "maps", encoding="utf-8") as maps:
            lines = maps.read().split("\n")
        for line in lines:
            m = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)
            if not m or int(m[2], 16) - int(m[1], 16) >= LARGE:
                continue
            for begin, end in present(pagemap, int(m[1], 16), int(m[2], 16)):
                try:
                    yield os.pread(memory.fileno(), end - begin, begin)
                except OSError:
                    continue  # it has gone since, or is a device


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        words = [line for line in f.read().split("\n") if line]
    wanted = [(w, forms(w)) for w in words]
    found = False
    for pid in sys.argv[2:]:
        try:
            held = {w for data in pieces(pid) for w, all_forms in wanted if any(form in data for form in all_forms)}
        except OSError as e:
            print("%s: cannot be read: %s" % (pid, e))
            sys.exit(2)
        for word in sorted(held):
            print("%s: %s" % (pid, word))
            found = True
    sys.exit(found)


if __name__ == "__main__":
    main()
