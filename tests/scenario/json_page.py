"""Compares what a program printed with docs/JSON.md.

A command is named by a part of one of the page's headings, like "`refex status`". Each line must be an object with the
members of one of the tables under it: no other member, each that is not marked "?", each of its type. A row
"each of `x`" is one for each word of the list x.
"""

import base64
import json
import re

TEXT = {"text", "section", "purpose", "service", "state", "role"}
FORM = {
    "time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z",
    "day": r"\d{4}-\d\d-\d\d",
    "id": r"[0-9a-f]{32}",
    "hash": r"[0-9a-f]{64}",
    "fingerprint": r"[A-Z2-7]{4}(-[A-Z2-7]{4}){13}",
}


def read_page(path):
    """{heading: [table]}, a table being {member: (type, whether it may be absent)}."""
    page, tables, begin = {}, None, {}
    for line in open(path, encoding="utf-8"):
        row = re.match(r"\| ((?:each of )?`[a-z_.\[\]]+`)(\??) \| ([^|]+) \|", line)
        copied = re.match(r"The members of `([a-z ]+)`, and$", line)
        if line.startswith("## "):
            tables = page[line[3:].strip()] = []
        elif copied:
            begin = next(t[0] for heading, t in page.items() if f"`refex {copied[1]}`" in heading)
        elif line.startswith("| member |"):
            tables.append(dict(begin))
            begin = {}
        elif row:
            tables[-1][row[1].strip("`")] = (row[3].strip(), row[2] == "?")
    return page


def is_of(value, kind):
    if kind.endswith(" or null"):
        return value is None or is_of(value, kind[: -len(" or null")])
    if " or " in kind:
        return any(is_of(value, k) for k in kind.split(" or "))
    if kind.startswith("list of "):
        return isinstance(value, list) and all(is_of(v, kind[len("list of ") :]) for v in value)
    if kind == "object":
        return isinstance(value, dict)
    if kind == "bool":
        return isinstance(value, bool)
    if kind == "number":
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == "base64":
        return isinstance(value, str) and base64.b64encode(base64.b64decode(value)).decode() == value
    if kind in FORM:
        return isinstance(value, str) and re.fullmatch(FORM[kind], value) is not None
    assert kind in TEXT, f"no such type: {kind}"
    return isinstance(value, str)


def faults(found, table, prefix=""):
    """What is not as TABLE has it, of the members of FOUND, which stand under PREFIX there."""
    rows = {name[len(prefix) :]: row for name, row in table.items() if name.startswith(prefix)}
    direct = {name: row for name, row in rows.items() if "." not in name and " " not in name}
    for name, row in rows.items():
        if name.startswith("each of "):
            direct |= dict.fromkeys(found.get(name.split("`")[1], ()), row)
    for name, (kind, optional) in direct.items():
        if name not in found:
            if not optional:
                yield f"{prefix}{name} is missing"
            continue
        value = found[name]
        if not is_of(value, kind):
            yield f"{prefix}{name} is no {kind}: {json.dumps(value)[:80]}"
        elif any(other.startswith(name + ".") for other in rows) and value is not None:
            yield from faults(value, table, f"{prefix}{name}.")
        elif any(other.startswith(name + "[].") for other in rows):
            for item in value:
                yield from faults(item, table, f"{prefix}{name}[].")
    for name in found:
        if name not in direct:
            yield f"{prefix}{name} is not on the page"


def faults_of_page(page, heading, lines):
    """What is not as PAGE says under HEADING, of LINES, objects that were printed."""
    shared = page["In several answers"][0]
    tables = next(t for of, t in page.items() if heading in of)
    if not lines:
        yield "nothing was printed"
    for found in lines:
        tried = []
        for table in tables:
            whole = dict(table)
            for name in table:  # waits, arrival: their members stand once
                last = name.rsplit(".", 1)[-1]
                if last in ("waits", "arrival"):
                    whole |= {name + n[len(last) :]: row for n, row in shared.items() if n.startswith(last + ".")}
            tried.append(list(faults(found, whole)))
        yield from min(tried, key=len)
