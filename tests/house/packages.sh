#!/bin/bash
# The Debian packages: packages.sh [TREE [BUILD]]. They are built with what tools/packages.txt names, have the version
# of debian/changelog alone, and send people to headings that are there. What the programs are made of is told in the
# form of SPDX 2.3 (tests/house/spdx.py), which refuses what has not that form.
. "$(dirname "$0")/lib.sh"
build=${2:-build/release}

asked=$(awk '/^Build-Depends:/ { on = 1; next } /^[^ ]/ { on = 0 } on { sub(/[ ,:].*/, "", $1); print $1 }' \
    debian/control | sort)
listed=$(awk '$1 == "build" { print $2 }' tools/packages.txt | sort)
# debhelper builds no program; python3 writes what the programs are made of, and tests need it otherwise.
comm -23 <(grep -vE '^(debhelper-compat|dh-sequence-.*|python3)$' <<<"$asked") <(echo "$listed") |
    sed 's/^/debian\/control: /' | report_lines "what is built with is a row \"build\" of tools/packages.txt"
# build-essential is always there; mold only links faster; libcmocka-dev is for tests, which packages do not build.
comm -13 <(echo "$asked") <(grep -vE '^(build-essential|mold|libcmocka-dev)$' <<<"$listed") |
    sed 's/^/tools\/packages.txt: /' | report_lines "a row \"build\" is a build dependency of debian/control"

grep -nE '^project\(.*[0-9]+\.[0-9]' CMakeLists.txt | sed 's/^/CMakeLists.txt: /' |
    report_lines "the version stands in debian/changelog"

# What NOTICE has of others begins with where it is.
sed -n 's/^ *In \([a-z][A-Za-z0-9_./-]*[a-z]\).*/\1/p' NOTICE | while read -r path; do
    awk -v path="$path" '/^Files: /  { for (i = 2; i <= NF; i++) if (index($i, path) == 1) found = 1 }
        END { exit !found }' debian/copyright || echo "NOTICE: $path is not in debian/copyright"
done | report_lines "debian/copyright, which packages carry, says whose each file is"

# From compat 14 on dh_installtmpfiles has a purge delete what tmpfiles.d made, which is the agency's.
if ! grep -qE '^ debhelper-compat \(= 13\),' debian/control; then
    grep -q "dh_installtmpfiles .*--no-purge" debian/rules ||
        echo "debian/rules: dh_installtmpfiles without --no-purge"
fi | report_lines "no package deletes what is an agency's"

# What the packages say is shown in quotation marks, behind the page.
for file in debian/refex-node.postinst debian/refex-node.postrm; do
    grep -oE 'OPERATING.md, .*' $file | grep -oE '"[^"]+"' | tr -d '"' | while read -r heading; do
        grep -qE "^## $heading( \(|\$)" docs/OPERATING.md ||
            echo "$file: \"$heading\" is no heading of docs/OPERATING.md"
    done
done | report_lines "people are sent to a page that is there"

if [ ! -x "$build/bin/refexd" ]; then
    echo "packages: nothing is built in $build: what programs are made of is not looked at"
elif ! command -v dpkg-query >/dev/null; then
    echo "packages: this is not Debian: what programs are made of is not looked at"
else
    made=$(mktemp -d)
    trap 'rm -rf "$made"' EXIT
    tools/sbom.py "$build/bin" >"$made/refex.spdx.json"
    tests/house/spdx.py "$made/refex.spdx.json" | sed 's/^/tools\/sbom.py: /' |
        report_lines "it has the form of SPDX 2.3"
    for program in refex refexd refex-link refex-ca; do
        grep -q "\"name\": \"refex: $program\"" "$made/refex.spdx.json" || echo "tools/sbom.py: no word of $program"
    done | report_lines "each program is told of"
    # Each wrong in one thing.
    while IFS= read -r how; do
        sed "$how" "$made/refex.spdx.json" >"$made/wrong.json"
        ! cmp -s "$made/refex.spdx.json" "$made/wrong.json" || echo "tests/house/packages.sh: changes nothing: $how"
        [ -n "$(tests/house/spdx.py "$made/wrong.json")" ] || echo "tests/house/spdx.py: took for right: $how"
    done <<'WRONG' | report_lines "what has not the form is seen"
s/"SPDX-2.3"/"SPDX-2.2"/
s/"CC0-1.0"/"MIT"/
s/"created": "\([^"]*\)Z"/"created": "\1"/
s/"Tool: /"/
s/"name": "libc6"/"title": "libc6"/
s/"SPDXID": "SPDXRef-debian-libc6"/"SPDXID": "libc6"/
s/"relatedSpdxElement": "SPDXRef-debian-libc6"/"relatedSpdxElement": "SPDXRef-debian-libc7"/
s/DYNAMIC_LINK/LINKED_WITH/
s/DESCRIBES/CONTAINS/
s/"Apache-2.0 AND/"Apache-2.0 UND/
s/"MIT"/"Expat"/
s/pkg:deb/deb/
s/"filesAnalyzed": false/"filesAnalyzed": true/
s/"licenseId": "LicenseRef-[^"]*"/"licenseId": "LicenseRef-another"/
s/"versionInfo": "[^"]*"/"versionInfo": ""/
WRONG
fi
finish
