#!/bin/bash
# Random simulations by number, in pieces, so that whoever ends it goes on where it was: seeds.sh COUNT [FROM].
# Seeds FROM to FROM + COUNT - 1 (FROM: 1). In build/seeds/FROM lie the next seed, each red one, and the rare paths that
# no run has taken so far, but for those of tests/sim/runs/rare.c. Removing that folder begins anew.
set -euo pipefail
cd "$(dirname "$0")/.."

count=$1 from=${2:-1} piece=200
folder=build/seeds/$from
mkdir -p "$folder"
touch "$folder/red"
at=$(cat "$folder/next" 2>/dev/null || echo "$from")
end=$((from + count))

# The paths that neither this piece nor one before it took. A piece that ended early took fewer.
keep_never() { # FILE
    sed -n 's/^never ran: \([^;]*\)$/\1/p' "$1" | sort >"$folder/piece"
    if [ -e "$folder/never" ]; then
        comm -12 "$folder/never" "$folder/piece" >"$folder/still"
        mv "$folder/still" "$folder/never"
    else
        mv "$folder/piece" "$folder/never"
    fi
}

while [ "$at" -lt $end ]; do
    runs=$((end - at < piece ? end - at : piece))
    if build/release/bin/sim_random --seed "$at" --runs "$runs" >"$folder/said" 2>&1; then
        keep_never "$folder/said"
        at=$((at + runs))
    else
        red=$(sed -n 's/^failed; repeat it with: .*--seed \([0-9]*\)$/\1/p' "$folder/said" | tail -1)
        [ -n "$red" ] || { cat "$folder/said"; exit 1; } # it did not get as far as a run
        echo "$red" >>"$folder/red"
        sed -n "s/^.*seed $red: /red $red: /p" "$folder/said" | head -1
        at=$((red + 1))
    fi
    echo "$at" >"$folder/next"
    echo "$((at - from)) of $count, $(wc -l <"$folder/red") red"
done
[ ! -e "$folder/never" ] || sed 's/^/never ran: /' "$folder/never"
[ "$count" -lt 100000 ] || [ ! -s "$folder/never" ] || exit 1 # of so many runs each path is one
[ ! -s "$folder/red" ] || { echo "red: $(tr '\n' ' ' <"$folder/red")"; exit 1; }
