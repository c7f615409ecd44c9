#!/usr/bin/env python3
"""What the programs are made of, in SPDX 2.3 as JSON: sbom.py FOLDER, with the programs.

Each program with the Debian packages whose libraries it is linked with, as its ELF header and dpkg say; refex with those
that it is built with, the rows "build" of tools/packages.txt. Versions are dpkg's; licences are those that a package's
copyright file names in a form that programs read, else NOASSERTION, which says that nobody has looked. Two runs on one
machine give the same bytes: the time is SOURCE_DATE_EPOCH."""

import datetime
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent
PROGRAMS = ("refex", "refex-ca", "refex-link", "refexd")
# What Debian's copyright files call a licence: its id in the SPDX list.
SPDX_IDS = {
    "Apache-2": "Apache-2.0", "Apache-2.0": "Apache-2.0", "BSD-2-clause": "BSD-2-Clause", "BSD-3-clause": "BSD-3-Clause",
    "Expat": "MIT", "MIT": "MIT", "GPL-2": "GPL-2.0-only", "GPL-2+": "GPL-2.0-or-later", "GPL-3": "GPL-3.0-only",
    "GPL-3+": "GPL-3.0-or-later", "LGPL-2.1": "LGPL-2.1-only", "LGPL-2.1+": "LGPL-2.1-or-later", "ISC": "ISC",
    "Zlib": "Zlib", "CC-BY-4.0": "CC-BY-4.0", "Unicode-DFS-2016": "Unicode-DFS-2016",
}
SPDX_IDS = {name.lower(): spdx for name, spdx in SPDX_IDS.items()}


def said(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True,
                          env={**os.environ, "LC_ALL": "C"}).stdout


def version_of_refex():
    return re.match(r"refex \(([^)]*)\)", (SOURCE / "debian/changelog").read_text())[1]


def own_licence():
    """All that debian/copyright has of files of the programs: what is in the tests alone is in none."""
    words = set()
    for paragraph in (SOURCE / "debian/copyright").read_text().split("\n\n"):
        files, named = (re.search(rf"^{field}: (.*)$", paragraph, re.M) for field in ("Files", "License"))
        if files and not all(path.startswith("tests/") for path in files[1].split()):
            words.update(SPDX_IDS[word.lower()] for word in named[1].split(" and "))
    return " AND ".join(sorted(words))


def built_with():
    """Of the group "build" of tools/packages.txt what a package is built with: the others are for tests."""
    rows = (line.split()[:2] for line in (SOURCE / "tools/packages.txt").read_text().splitlines())
    asked = re.search(r"^Build-Depends:((?:\n .*)+)", (SOURCE / "debian/control").read_text(), re.M)[1]
    names = {line.split()[0].rstrip(",") for line in asked.split("\n") if line.strip()} | {"build-essential"}
    return [row[1] for row in rows if row[:1] == ["build"] and row[1] in names]


def libraries_of(program):
    """Where the libraries lie that the program itself names; those that these need are theirs."""
    needed = re.findall(r"NEEDED\s+(\S+)", said("objdump", "-p", str(program)))
    at = dict(re.findall(r"^\s*(\S+) => (\S+)", said("ldd", str(program)), re.M))
    return [at[library] for library in needed if library in at]


def owners_of(paths):
    """The package of each path. Where /lib is a link into /usr, dpkg knows a file by one of its two names."""
    names = {}
    for path in paths:
        real = os.path.realpath(path)
        names.update((name, path) for name in (path, real, real.removeprefix("/usr"), "/usr" + path))
    found = subprocess.run(("dpkg-query", "-S", *names), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    owners = {names[name]: package.split(":")[0]
              for package, name in (line.split(": ", 1) for line in found.stdout.splitlines()) if name in names}
    for path in paths:
        if path not in owners:
            sys.exit(f"sbom.py: {path} belongs to no package")
    return owners


def dpkg_of(packages):
    """Of each that is installed: name, version, source, architecture and home page."""
    form = "${db:Status-Status}\t${Package}\t${Version}\t${source:Package}\t${Architecture}\t${Homepage}\n"
    found = subprocess.run(("dpkg-query", "-Wf", form, *packages), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    rows = (line.split("\t") for line in found.stdout.splitlines())
    return {row[1]: row[1:] for row in rows if row[0] == "installed"}


def licence_of(package, texts):
    """The licence of most of its files ("Files: *"), if its copyright file has the form of DEP 5. What the list of SPDX
    does not have goes into TEXTS, by its id, with the words of that file."""
    try:
        text = Path(f"/usr/share/doc/{package}/copyright").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "NOASSERTION"
    if not re.match(r"Format(-Specification)?:", text):
        return "NOASSERTION"
    paragraphs = re.split(r"\n\s*\n", text)
    of_all = next((p for p in paragraphs if re.search(r"^Files:\s*\*\s*$", p, re.M)), "")
    named = re.search(r"^License:\s*(\S.*)$", of_all, re.M)
    if not named or not re.fullmatch(r"[\w.+-]+( (and|or) [\w.+-]+)*", named[1]):
        return "NOASSERTION"
    return " ".join(one_licence(word, package, paragraphs, texts) for word in named[1].split())


def one_licence(word, package, paragraphs, texts):
    if word in ("and", "or"):
        return word.upper()
    if word.lower() in SPDX_IDS:
        return SPDX_IDS[word.lower()]
    made = f"LicenseRef-{package}-{re.sub(r'[^A-Za-z0-9.-]', '-', word)}"
    body = (re.search(rf"^License:\s*{re.escape(word)}\s*\n((?: .*\n?)+)", p, re.M) for p in paragraphs)
    texts[made] = next((found[1] for found in body if found), f"{word}: see /usr/share/doc/{package}/copyright")
    return made


def spdx_id(name):
    return "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]", "-", name)


def debian_package(row, distribution, texts):
    name, version, source, architecture, home = row
    made = {
        "SPDXID": spdx_id("debian-" + name),
        "name": name,
        "versionInfo": version,
        "supplier": "Organization: Debian",
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False,
        "licenseConcluded": "NOASSERTION",
        "licenseDeclared": licence_of(name, texts),
        "copyrightText": "NOASSERTION",
        "sourceInfo": f"built by Debian from its source package {source}",
        "externalRefs": [{
            "referenceCategory": "PACKAGE-MANAGER",
            "referenceType": "purl",
            "referenceLocator": f"pkg:deb/debian/{name.replace('+', '%2B')}@{version.replace('+', '%2B').replace(':', '%3A')}"
                                f"?arch={architecture}&distro={distribution}",
        }],
    }
    if home:
        made["homepage"] = home
    return made


def own_package(name, version, licence):
    made = {
        "SPDXID": spdx_id(name),
        "name": name,
        "versionInfo": version,
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False,
        "licenseConcluded": licence,
        "licenseDeclared": licence,
        "copyrightText": "NOASSERTION",
        "primaryPackagePurpose": "APPLICATION",
    }
    return made


def related(a, kind, b):
    return {"spdxElementId": a, "relationshipType": kind, "relatedSpdxElement": b}


def document(folder):
    release = dict(re.findall(r'^(\w+)="?([^"\n]*)', Path("/etc/os-release").read_text(), re.M))
    distribution = f"{release['ID']}-{release.get('VERSION_ID', 'sid')}"
    version = version_of_refex()
    whole = spdx_id("refex-source")
    licence = own_licence()
    packages = [own_package("refex-source", version, licence)]
    packages[0].update(name="refex", primaryPackagePurpose="SOURCE")
    relationships = [related("SPDXRef-DOCUMENT", "DESCRIBES", whole)]
    libraries = {program: libraries_of(folder / program) for program in PROGRAMS}
    owners = owners_of(sorted({path for paths in libraries.values() for path in paths}))
    rows, texts = dpkg_of(sorted({*owners.values(), *built_with()})), {}
    debian = {name: debian_package(rows[name], distribution, texts) for name in sorted(rows)}
    for program in PROGRAMS:
        packages.append(own_package("program-" + program, version, licence))
        packages[-1]["name"] = f"refex: {program}"
        relationships.append(related(whole, "CONTAINS", packages[-1]["SPDXID"]))
        for name in sorted({owners[path] for path in libraries[program]}):
            relationships.append(related(packages[-1]["SPDXID"], "DYNAMIC_LINK", debian[name]["SPDXID"]))
    for name in built_with():
        if name in debian:
            relationships.append(related(debian[name]["SPDXID"], "BUILD_DEPENDENCY_OF", whole))
    packages += debian.values()
    created = datetime.datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), datetime.timezone.utc)
    content = json.dumps([packages, texts, relationships]).encode()
    return {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"refex-{version}",
        # A name, not an address: each other content has another one.
        "documentNamespace": f"https://refex.example/spdx/refex-{version}-{hashlib.sha256(content).hexdigest()}",
        "creationInfo": {"created": created.strftime("%Y-%m-%dT%H:%M:%SZ"), "creators": ["Tool: refex-tools/sbom.py"]},
        "packages": packages,
        "hasExtractedLicensingInfos": [{"licenseId": name, "extractedText": texts[name]} for name in sorted(texts)],
        "relationships": relationships,
    }


if len(sys.argv) != 2:
    sys.exit(__doc__)
json.dump(document(Path(sys.argv[1])), sys.stdout, indent=1)
print()
