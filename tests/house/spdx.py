#!/usr/bin/env python3
"""Says what of a document has not the form of SPDX 2.3 as JSON, a line each: spdx.py FILE. Written from the specification
(sections 6 to 11, annexes A and D), as far as tools/sbom.py uses it."""

import json
import re
import sys

LISTED = {  # of the SPDX list of licences, those that may come up
    "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC-BY-4.0", "CC0-1.0", "GPL-2.0-only", "GPL-2.0-or-later", "GPL-3.0-only",
    "GPL-3.0-or-later", "ISC", "LGPL-2.1-only", "LGPL-2.1-or-later", "MIT", "Unicode-DFS-2016", "Zlib",
}
PURPOSES = {"APPLICATION", "FRAMEWORK", "LIBRARY", "CONTAINER", "OPERATING-SYSTEM", "DEVICE", "FIRMWARE", "SOURCE", "ARCHIVE",
            "FILE", "INSTALL", "OTHER"}
KINDS = {"DESCRIBES", "DESCRIBED_BY", "CONTAINS", "CONTAINED_BY", "DEPENDS_ON", "DEPENDENCY_OF", "BUILD_DEPENDENCY_OF",
         "BUILD_TOOL_OF", "DEV_DEPENDENCY_OF", "DYNAMIC_LINK", "STATIC_LINK", "GENERATED_FROM", "GENERATES", "OTHER"}
ID = re.compile(r"SPDXRef-[A-Za-z0-9.-]+")
REFERENCE = re.compile(r"LicenseRef-[A-Za-z0-9.-]+")
PURL = re.compile(r"pkg:deb/debian/[a-z0-9][a-z0-9.%+-]*@[A-Za-z0-9.~%+-]+\?arch=[a-z0-9-]+&distro=debian-[a-z0-9.]+")
faults = []


def must(held, what):
    if not held:
        faults.append(what)


def text(member, of, what):
    value = of.get(member)
    must(isinstance(value, str) and value.strip(), f"{what}: no {member}")
    return value if isinstance(value, str) else ""


def licence(value, own, what):
    if value in ("NOASSERTION", "NONE"):
        return
    words = value.split()
    for place, word in enumerate(words):
        if place % 2:
            must(word in ("AND", "OR"), f"{what}: {word} stands between two licences")
        else:
            must(word in LISTED or word in own, f"{what}: {word} is no licence of the list, nor one of this document")
    must(len(words) % 2, f"{what}: an expression does not end with AND or OR")


def package(p, own):
    what = p.get("SPDXID", "a package")
    must(ID.fullmatch(p.get("SPDXID", "")), f"{what}: not an SPDXID")
    for member in ("name", "versionInfo", "downloadLocation", "copyrightText"):
        text(member, p, what)
    must(p.get("filesAnalyzed") is False, f"{what}: no file is told of, so filesAnalyzed is false")
    for member in ("licenseConcluded", "licenseDeclared"):
        licence(text(member, p, what), own, what)
    if "primaryPackagePurpose" in p:
        must(p["primaryPackagePurpose"] in PURPOSES, f"{what}: not a purpose")
    if "supplier" in p:
        must(re.fullmatch(r"(Person|Organization): \S.*|NOASSERTION", p["supplier"]), f"{what}: not a supplier")
    for ref in p.get("externalRefs", []):
        must(ref.get("referenceCategory") == "PACKAGE-MANAGER" and ref.get("referenceType") == "purl"
             and PURL.fullmatch(ref.get("referenceLocator", "")), f"{what}: not the address of a package")


def document(d):
    must(d.get("spdxVersion") == "SPDX-2.3", "not SPDX-2.3")
    must(d.get("dataLicense") == "CC0-1.0", "a document is under CC0-1.0")
    must(d.get("SPDXID") == "SPDXRef-DOCUMENT", "the document is SPDXRef-DOCUMENT")
    text("name", d, "document")
    must(re.fullmatch(r"[a-z]+://[^#\s]+", text("documentNamespace", d, "document")), "the namespace is a URI without #")
    made = d.get("creationInfo", {})
    must(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", made.get("created", "")), "created: no time in UTC")
    must(made.get("creators") and all(re.match(r"(Tool|Organization|Person): \S", c) for c in made["creators"]), "no creator")
    extracted = d.get("hasExtractedLicensingInfos", [])
    own = {e.get("licenseId") for e in extracted}
    must(len(own) == len(extracted), "a licence has two texts")
    for e in extracted:
        must(REFERENCE.fullmatch(e.get("licenseId", "")), "not a LicenseRef")
        text("extractedText", e, e.get("licenseId", "a licence"))
    ids = [p.get("SPDXID") for p in d.get("packages", [])]
    must(ids and len(set(ids)) == len(ids), "no packages, or two with one SPDXID")
    for p in d.get("packages", []):
        package(p, own)
    named = set()
    for r in d.get("relationships", []):
        ends = r.get("spdxElementId"), r.get("relatedSpdxElement")
        must(r.get("relationshipType") in KINDS, f"{ends}: no kind of relationship")
        for end in ends:
            must(end in {*ids, "SPDXRef-DOCUMENT"}, f"{end}: related, and not there")
        named.update(ends)
    must(any(r.get("relationshipType") == "DESCRIBES" and r.get("spdxElementId") == "SPDXRef-DOCUMENT"
             for r in d.get("relationships", [])), "the document describes nothing")
    for i in ids:
        must(i in named, f"{i}: related to nothing")


with open(sys.argv[1], encoding="utf-8") as file:
    document(json.load(file))
print("\n".join(faults), end="\n" if faults else "")
