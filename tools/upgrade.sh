#!/bin/bash
# Upgrade in place: builds an older refex beside this one (build/before), and runs tests/service/upgrade.sh with both.
# Exits with 77 and says why where that cannot be.
set -euo pipefail
cd "$(dirname "$0")/.."

older=36f8357229c873ad0a93946cfcba65f08ace6003 # before there were packages: what runs at agencies may be as old
before=$PWD/build/before
git cat-file -e "$older^{commit}" 2>/dev/null || {
    echo "skipped: this clone has not got the older refex ($older) that is upgraded"
    exit 77
}
if [ ! -e "$before/made" ]; then
    rm -rf "$before"
    mkdir -p "$before"
    git archive "$older" | tar -C "$before" -x
    "$before/tools/build.sh" release programs
    touch "$before/made"
fi
tools/build.sh release programs
REFEX_BIN=$PWD/build/release/bin REFEX_BEFORE=$before/build/release/bin exec tests/service/upgrade.sh
