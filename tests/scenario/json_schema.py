"""Holds what a program printed against the schemas that the build made of the contracts.

A command, like "`refex status`", has a row in codec/verbs.def, which names the messages that it asks and is answered
with; proto/federation.proto has those that `refex federation` answers, and BESIDE those that refex adds. Each member is
of one of them. A command of which no message is told passes.
"""

import functools
import json
import re
from pathlib import Path

from jsonschema import Draft202012Validator, FormatChecker

BESIDE = {
    "status": ["node_state"],
    "init": ["node_made"],
    "request": ["request_written"],
    "passphrase": ["passphrase_changed"],
    "node stop": ["node_stopped"],
    "node rekey": ["rekeying_written"],
    "agency confirm": ["key_compared"],
    "case import": ["import_finding", "imported_row"],
    "case new": ["imported_row"],
    "case show": ["case_shown"],
    "house show": ["house_page"],
    "audit list": ["audit_record"],
    "staff list": ["staff_account"],
}
# The member `sections` holds those of a case, each of which has a schema.
OF_CASES = {"case show", "case received", "house show", "case history", "referral show"}
ROW = re.compile(r'^VERB_ROW\(\d+, *\w+, *\w+, *"(\w*)", *"(\w+)",.* (\w+), *(\w+), *\w+\)$', re.M)


def read_verbs(rows):
    """{"noun verb": [what it asks, what it is answered]}, each a list of messages: one of these."""
    verbs = {f"{noun} {verb}".strip(): [[ask], [answer]] for noun, verb, ask, answer in ROW.findall(rows.read_text())}
    verbs["case import"][1] = ["import_finding", "case_added"]
    verbs["enrol"][1].append("membership_taken")
    verbs["doctor"][1] += ["ping_step", "doctor_report"]
    verbs["backup now"][1] = ["backup_part"]
    verbs["backup rehearse"][1] = ["backup_rehearsal"]
    verbs["consent record"][1] = ["recorded_consent", "ended_consent"]
    verbs |= {
        "demo": [["demo_check", "demo_holdings", "demo_summary"]],
        "federation init": [["overview"]],
        "federation issue": [["issued_membership", "issue_dry_run"]],
        "federation publish": [["published_directory"]],
        "federation revoke": [["revoked_agency"]],
        "federation rollover": [["rolled_over"]],
        "federation suspend": [["suspended_agencies"]],
        "federation show": [["overview", "listed_member"]],
        "case new": [["case_commit"], ["case_added"]],
        "agency consequences": [["consequences"]],
        "leave": [["leaving_open", "leaving"]],
        "agency show": [["agency", "own_key"], ["no_member", "agency"]],
        "incident extent": [["extent_subject", "extent"]],
        "Failures": [["shown_failure"]],
    }
    return {words: messages + [BESIDE.get(words, [])] for words, messages in verbs.items()}


def read_records(contract):
    """{kind in words: message}: the field of AuditRecord that has a kind's message says its type."""
    fields = re.findall(r"^  (Record\w+) (\w+) = \d+", contract.read_text(), re.M)
    return {name.upper(): re.sub(r"(?<!^)(?=[A-Z])", "_", kind).lower() for kind, name in fields}


@functools.cache
def read_schema(path):
    """None: there is none."""
    if not path.exists():
        return None
    schema = json.loads(path.read_text())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=FormatChecker())


def schema_of(folder, names, line):
    """Of several that whose members are there, or the first."""
    found = [v for v in (read_schema(folder / f"{name}.json") for name in names) if v is not None]
    return next((v for v in found if set(v.schema["required"]) <= line.keys()), found[0] if found else None)


def faults_of(what, found, validators):
    """Of FOUND: it is not as one of VALIDATORS says, or has a member that none of them has."""
    for validator in validators:
        for error in validator.iter_errors(found):
            yield f"{validator.schema['title']}: {'.'.join(map(str, error.path))}: {error.message}"
    for name in found.keys() - set().union(*(v.schema["properties"] for v in validators)) if validators else ():
        yield f"{what}: no message has {name}"


def faults_of_cells(line):
    """Of what `demo` says of the sections that an agency holds, each a member: taken out of LINE."""
    for section in line.get("sections", []):
        said = line.pop(section, None)
        if said != next((name for name in ("knows", "erased") if section in line[name]), "-"):
            yield f"{line['agency']}: {section} is {said}, which the lists do not say"


class Schemas:
    """Those of the messages that commands print: in FOLDER, made of the contracts of SOURCE."""

    def __init__(self, folder, source):
        self.folder = Path(folder)
        self.verbs = read_verbs(Path(source) / "src/codec/verbs.def")
        self.records = read_records(Path(source) / "proto/audit.proto")

    def faults(self, heading, lines):
        """What is not as the schemas say, of LINES, objects that the command of HEADING printed. Takes them apart."""
        command = heading.strip("`").removeprefix("refex ")
        messages = self.verbs.get(command, [])
        for line in lines:
            of_line = messages if command != "audit list" else [[self.records[line["kind"]]], *messages]
            if command in OF_CASES:
                for section, fields in line.pop("sections", {}).items():
                    schema = read_schema(self.folder / f"cases_{section.replace('-', '_')}.json")
                    yield from faults_of(section, fields, [schema])
            if command == "demo":
                yield from faults_of_cells(line)
            found = [schema_of(self.folder, names, line) for names in of_line]
            yield from faults_of(command, line, [v for v in found if v is not None])
