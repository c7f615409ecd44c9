"""A command at a terminal of its own: what the scripts of this folder share that answer its questions."""

import os
import pty
import select
import sys


def converse(command, answer, seconds=30):
    """Runs COMMAND. Each time that something was shown, ANSWER is called with all that was shown until then, with what
    types bytes, and with the child's process id. Returns what was shown, and the status, negative by a signal. Where
    nothing came for SECONDS, prints what was shown and exits with 124."""
    child, terminal = pty.fork()
    if child == 0:
        os.execvp(command[0], command)
    shown = b""
    while True:
        if not select.select([terminal], [], [], seconds)[0]:
            sys.stdout.write(shown.decode("utf-8", "replace"))
            sys.exit(124)
        try:
            part = os.read(terminal, 4096)
        except OSError:  # Linux: the other end is closed
            break
        if not part:
            break
        shown += part
        answer(shown, lambda typed: os.write(terminal, typed), child)
    return shown, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
