#!/usr/bin/python3
"""Says whether what programs printed is as docs/JSON.md and the schemas of the contracts have it: json_said.py SOURCE
SCHEMAS

Reads questions until its input ends: a line with the heading, the printed lines, an empty line. Answers each with what
is not so, a line each, and an empty line.
"""

import json
import sys

from json_page import faults_of_page, read_page
from json_schema import Schemas


def read_question():
    """(heading, [line]), or None at the end of the input."""
    heading = sys.stdin.readline()
    lines = list(iter(lambda: sys.stdin.readline().rstrip("\n"), ""))
    return (heading.rstrip("\n"), lines) if heading else None


source, folder = sys.argv[1:]
page, schemas = read_page(f"{source}/docs/JSON.md"), Schemas(folder, source)
while (question := read_question()) is not None:
    heading, lines = question
    try:
        printed = [json.loads(line) for line in lines]
        faults = [f"docs/JSON.md: {fault}" for fault in faults_of_page(page, heading, printed)]
        faults += [f"schema: {fault}" for fault in schemas.faults(heading, printed)]
    except Exception as e:  # what was printed is no JSON, or not of that command: the scenario says so, and goes on
        faults = [repr(e)]
    print(*(fault.replace("\n", " ") for fault in faults), "", sep="\n", flush=True)
