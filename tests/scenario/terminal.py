#!/usr/bin/python3
"""Runs a command at a terminal of its own, and answers its questions.

    terminal.py ANSWERS COMMAND [WORD…]

Prints all that the terminal shows. Each time the last line ends as one of PROMPTS, the next line of ANSWERS is typed. Exits as the command
does; with 124 if nothing came for 30 s.
"""

import sys

from at_terminal import converse

PROMPTS = (b"[y/N] ", b"as it is now: ", b"her phone: ", b"by telephone: ", b"are enough): ", b"in the clear): ", b"Again: ")
answers = sys.argv[1].split("\n")


def answer(shown, write, _child):
    if answers and shown.endswith(PROMPTS):
        write(answers.pop(0).encode() + b"\n")


shown, status = converse(sys.argv[2:], answer)
sys.stdout.write(shown.decode().replace("\r\n", "\n"))
sys.exit(status)
