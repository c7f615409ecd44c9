#!/usr/bin/python3
"""Holds what a program printed against the schemas that the build made of the contracts: json_schema.py FOLDER HEADING
AUDIT_PROTO <lines

HEADING is the command, like "`refex status`". What has no schema passes. Prints what is not so.
"""

import json
import re
import sys
from pathlib import Path

from jsonschema import Draft202012Validator, FormatChecker

ANSWERS = {
    "`refex status`": ["status"],
    "`refex agency list`": ["agency"],
    "`refex agency show`": ["agency", "own_key"],
    "`refex case list`": ["case_summary"],
    "`refex node clock`": ["clock"],
    "`refex enrol`": ["enrol_result", "directory_taken"],
    "`refex consent record`": ["recorded_consent", "ended_consent"],
    "`refex consent list`": ["consent"],
    "`refex consent show`": ["consent"],
    "`refex consent withdraw`": ["consent"],
}


def schema_of(folder, heading, line):
    """Of several answers of a command that whose members are there, or the first."""
    names = ANSWERS.get(heading, [])
    if heading == "`refex audit list`":
        names = [RECORDS[line["kind"]]]
    paths = [folder / f"{name}.json" for name in names]
    schemas = [json.loads(path.read_text()) for path in paths if path.exists()]
    return next((s for s in schemas if set(s["required"]) <= line.keys()), schemas[0] if schemas else None)


def read_records(contract):
    """{kind in words: schema}: the field of AuditRecord that has a kind's message says its type."""
    fields = re.findall(r"^  (Record\w+) (\w+) = \d+", contract.read_text(), re.M)
    return {name.upper(): re.sub(r"(?<!^)(?=[A-Z])", "_", kind).lower() for kind, name in fields}


folder, heading = Path(sys.argv[1]), sys.argv[2]
RECORDS = read_records(Path(sys.argv[3]))
bad = False
for text in sys.stdin:
    line = json.loads(text)
    schema = schema_of(folder, heading, line)
    if schema is None:
        continue
    Draft202012Validator.check_schema(schema)
    for error in Draft202012Validator(schema, format_checker=FormatChecker()).iter_errors(line):
        print(f"{schema['title']}: {'.'.join(map(str, error.path))}: {error.message}")
        bad = True
sys.exit(bad)
