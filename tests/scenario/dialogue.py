#!/usr/bin/python3
"""Runs a command at a terminal of its own, and answers its questions.

    dialogue.py ANSWERS COMMAND [WORD…]

ANSWERS is a file with a line "ID: ANSWER" for each question, in any order: ID is that of src/model/questions.def, whose text is what is
waited for; "send: yes" answers what ends in "yes or no > ". ANSWER may be a command of the dialogue, and several lines of one id are
typed one after the other, each time the question is asked. "\\n" in it ends a line, "^C" is Ctrl-C, "^K" ends the command by kill -9 while
it is typed; "!" in front runs the command $RUN first. What is in no line is "later". Prints all that the terminal shows. Exits as the command does; with 124 if nothing came for
20 s, with 125 where a control sequence was shown.
"""

import os
import re
import signal
import subprocess
import sys

from at_terminal import converse

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
TABLE = open(os.path.join(ROOT, "src/model/questions.def"), encoding="utf-8").read()


def texts():
    """The id of each question, by its text without blanks."""
    found = {}
    for row in re.findall(r"^QUESTION_ROW\((.*?)\)$", TABLE, re.S | re.M):
        words = re.findall(r'"((?:[^"\\]|\\.)*)"(\s*")?', row)
        parts, joined = [], ""
        for text, goes_on in words:
            joined += text
            if not goes_on:
                parts.append(joined)
                joined = ""
        row_id, text = parts[0], parts[2] if re.search(r'"[^"]*", \w+, \w+, "', row) else parts[1]
        found[re.sub(r"\s", "", text.replace('\\"', '"'))] = row_id
    return found


def main():
    answers = {}
    for line in open(sys.argv[1], encoding="utf-8"):
        if ":" in line:
            key, answer = line.rstrip("\n").split(":", 1)
            answers.setdefault(key, []).append(answer.strip())
    questions = texts()
    talk = {"at": 0, "key": "send"}

    def answer(shown, write, child):
        if not shown.endswith((b"\n> ", b"\nyes or no > ")):
            return
        said, talk["at"] = shown[talk["at"]:].decode("utf-8", "replace"), len(shown)
        if said.endswith("yes or no > "):
            talk["key"] = "send"
        else:
            flat = re.sub(r"\s", "", said)
            places = [(flat.rfind(text), row_id) for text, row_id in questions.items() if text in flat]
            talk["key"] = max(places)[1] if places else talk["key"]
        queue = answers.get(talk["key"], [])
        words = queue.pop(0) if len(queue) > 1 else queue[0] if queue else "later"
        if words.startswith("!"):
            subprocess.run(os.environ["RUN"], shell=True, check=True)
            words = words[1:]
        if "^C" in words:
            write(words.replace("^C", "\x03").encode())
        elif "^K" in words:
            write(words.replace("^K", "").encode())
            os.kill(child, signal.SIGKILL)
        else:
            write(words.replace("\\n", "\n").encode() + b"\n")

    shown, status = converse(sys.argv[2:], answer, 20)
    text = shown.decode("utf-8", "replace").replace("\r\n", "\n")
    sys.stdout.write(text)
    if "\x1b" in text or re.search(r"[^\n]\r[^\n]", text):
        sys.stderr.write(repr(re.findall(r".{0,80}(?:\x1b|[^\n]\r[^\n]).{0,40}", text, re.S)[:3]) + "\n")
        sys.exit(125)
    sys.exit(status if status >= 0 else 128 - status)


main()
