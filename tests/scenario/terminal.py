#!/usr/bin/python3
"""Runs a command at a terminal of its own, and answers its question.

    terminal.py ANSWER COMMAND [WORD…]

Prints all that the terminal shows. Once the last line ends in "[y/N] ", "as it is now: ", "her phone: " or "by telephone: ", ANSWER is typed. Exits as the command does; with
124 if nothing came for 30 s.
"""

import os
import pty
import select
import sys

answer, command = sys.argv[1].encode() + b"\n", sys.argv[2:]
child, terminal = pty.fork()
if child == 0:
    os.execvp(command[0], command)
shown = b""
while True:
    if not select.select([terminal], [], [], 30)[0]:
        sys.exit(124)
    try:
        part = os.read(terminal, 4096)
    except OSError:  # Linux: the other end is closed
        break
    if not part:
        break
    shown += part
    if answer and shown.endswith((b"[y/N] ", b"as it is now: ", b"her phone: ", b"by telephone: ")):
        os.write(terminal, answer)
        answer = b""
sys.stdout.write(shown.decode().replace("\r\n", "\n"))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
