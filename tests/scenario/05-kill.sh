#!/bin/bash
# Goal: either process of either agency is killed at any moment during a stream of referrals; nothing acknowledged is
# lost, nothing comes twice, both logs verify. SEED=N repeats the kills of a run; KILLS=N is how many (default 24).
. "$(dirname "$0")/lib.sh"

seed=${SEED:-$((RANDOM * 32768 + RANDOM))}
kills=${KILLS:-24}
say "seed $seed, $kills kills"
RANDOM=$seed

start_federation ngo:SupportNGO mission:InternationalOrganisation
start ngo mission
import_cases ngo "$cases/cases.csv"
of=${out%%$'\n'*}
consent_for ngo "$of" triage,identity mission

# A case system that retries: each referral has a request id and is sent again until it is acknowledged. Each line of
# `acked` is a referral that was acknowledged with exit 0.
stream() {
    local n=0 answer

    : >"$dir/acked"
    while [ ! -e "$dir/enough" ]; do
        n=$((n + 1))
        until answer=$(refex referral send --case "$of" --to mission --service SHELTER --urgency normal --partial --json \
            --release now --request-id "request-$n" --home "${home[ngo]}" 2>>"$dir/stream.err"); do
            wait_50_ms
        done
        printf '%s %s\n' "$n" "$(value "$answer" referral)" >>"$dir/acked"
    done
}
stream &
stream_pid=$!
helpers+=("$stream_pid")

pause() { # at most a third of a second
    local t

    printf -v t '0.%03d' $((RANDOM % 330 + 1))
    read -rt "$t" -u "$quiet" || true
}
declare -A killed=()
for ((k = 0; k < kills; k++)); do
    pause
    who=$((RANDOM % 4))
    agency=ngo
    [ $((who & 1)) = 1 ] && agency=mission
    if [ "$who" -lt 2 ]; then
        crash "$agency"
        killed[$agency.refexd]=$((${killed[$agency.refexd]:-0} + 1))
        start "$agency"
    else
        link=$(link_process "$agency")
        if [ -n "$link" ] && [ "$link" != 0 ] && kill -KILL "$link" 2>/dev/null; then
            killed[$agency.link]=$((${killed[$agency.link]:-0} + 1))
        fi
    fi
done
for which in "${!killed[@]}"; do
    say "killed: $which ${killed[$which]} times"
done
touch "$dir/enough"
wait "$stream_pid"
helpers=()
count=$(grep -c . "$dir/acked")
check "the stream acknowledged some" [ "$count" -gt 10 ]
say "$count referrals were acknowledged"

until_true 60 "what waits goes by itself" status_is ngo waiting 0
refex referral list --in --json --home "${home[mission]}" >"$dir/arrived" || fail "the list of the mission"
grep -o '"referral":"[0-9a-f]*"' "$dir/arrived" | cut -d'"' -f4 | sort >"$dir/arrived.ids"
cut -d' ' -f2 "$dir/acked" | sort >"$dir/acked.ids"
check "no referral was acknowledged under two numbers" is "$(uniq -d "$dir/acked.ids")" ""
check "none is there twice" is "$(uniq -d "$dir/arrived.ids")" ""
check "each that was acknowledged is there" is "$(comm -23 "$dir/acked.ids" "$dir/arrived.ids")" ""
check "and no other one" is "$(comm -13 "$dir/acked.ids" "$dir/arrived.ids")" ""
messages() { refex audit list --json --kind "$2" --home "${home[$1]}" | grep -o '"message":"[0-9a-f]*"' | sort; }
disclosed=$(messages ngo DISCLOSED)
check "each disclosure was received, once" is "$(messages mission RECEIVED)" "$disclosed"
check "and receipted, once" is "$(messages ngo RECEIPTED)" "$disclosed"
check "nobody's log shows a second history" is "$(messages ngo FORK)$(messages mission FORK)" ""
logs_verify ngo mission
stop ngo mission
logs_verify ngo mission
end_scenario
