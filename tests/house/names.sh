#!/bin/bash
# No identifier of old: what has a standard term carries it. In the C of src, tests and include, and in the names of the
# files; comments and strings are free.
. "$(dirname "$0")/lib.sh"
set -o pipefail

# WORD, which no identifier holds between its underscores, and what it is called now.
words='
patience     timeout
dice         random
stir         wake
stirred      woken
roster       member_list
shelf        cache
shelves      caches
edition      directory_version
editions     directory_versions
opener       recipient
openers      recipients
lane         restriction
farewell     close
bury         free
buried       freed
carrier      growth_message
weather      conditions
deeds        actions
twins        round_trip
nap          delay
shaken       handshake_done
rehearsing   dry_run
news         result, or what is to be sent
'
# NAME, which no identifier is as a whole, with * for anything, and what it is called now: words that are ordinary
# elsewhere. A test is a sentence, and free of these.
names='
turn                      tick
turns                     ticks
turn_*                    tick_*
*_turn                    *_tick
*_turn_fn                 *_tick_fn
*_turned                  *_ticked
on_turn_*                 on_tick_*
fold_wal                  checkpoint_wal
wal_fold                  wal_checkpoint
roll_*                    rotate_*
*_roll                    *_rotate
*_roll_*                  *_rotate_*
consent_order             consent_options
consent_order_*           consent_options_*
order_option              ca_option
order_option_*            ca_option_*
order_bit                 ca_option_bit
order_fn                  subcommand_fn
order_help                ca_options_help
order_read                ca_options_read
fresh                     new_*, or set_up in a test
kept_bundle               cached_bundle
kept_peer                 cached_peer
kept_sender               cached_sender
told_size                 receipted_size
owed_receipt              pending_receipt
carried_size              grown_size
is_narrow_lane            passes_to_cut_off
node_door                 refexd_door
node_door_*               refexd_door_*
node_today                tick_today
node_plain                tick_plain
node_mark                 tick_call_begin
tls_home                  tls_context
tls_home_*                tls_context_*
say_*                     send_*, output_*, print_* or put_*
hear_*                    receive_*
*_hear                    *_receive
learn_*                   read_*
*_maybe                   *_optional
*_forget                  *_invalidate, *_wipe
*_forget_all              *_finalise_all
*_not_reached             *_dial_failed
*_each_fn                 *_row_fn
'

find_names='
function said_now(row) { sub(/^[^ ]* */, "", row); return row }
BEGIN {
    n = split(words, line, "\n")
    for (i = 1; i <= n; i++) {
        split(line[i], w, " ")
        if (w[1] != "") now[w[1]] = said_now(line[i])
    }
    n = split(names, line, "\n")
    for (i = 1; i <= n; i++) {
        split(line[i], w, " ")
        if (w[1] == "") continue
        gsub(/\*/, ".*", w[1])
        pattern[++patterns] = "^" w[1] "$"
        instead[patterns] = said_now(line[i])
    }
}
# The banned word or pattern in NAME, and what is said instead; empty when there is none. A name is judged once.
function judge(name, lower, i, n, w) {
    if (name in judged) return judged[name]
    judged[name] = ""
    lower = tolower(name)
    n = split(lower, w, "_")
    for (i = 1; i <= n; i++)
        if (w[i] in now) return judged[name] = name ": " w[i] " is called " now[w[i]]
    if (lower ~ /^test_/) return "" # a sentence
    for (i = 1; i <= patterns; i++)
        if (lower ~ pattern[i]) return judged[name] = name " is called " instead[i]
    return ""
}
'
judge_code='
{
    match($0, /^[^:]*:[0-9]*:/)
    place = substr($0, 1, RLENGTH)
    rest = substr($0, RLENGTH + 1)
    while (match(rest, /[A-Za-z_][A-Za-z0-9_]*/)) {
        said = judge(substr(rest, RSTART, RLENGTH))
        if (said != "") print place " " said
        rest = substr(rest, RSTART + RLENGTH)
    }
}
'
judge_file='
{
    name = $0
    sub(/.*\//, "", name)
    sub(/\..*/, "", name)
    said = judge(name)
    if (said != "") print $0 ": " said
}
'
look() { # CODE
    awk -v words="$words" -v names="$names" "$find_names$1" |
        report_lines "words of the craft for the craft: see the lists in tests/house/names.sh"
}

code src tests include | look "$judge_code"
files 'c|h|def|sql|proto|sh|py' src tests include | look "$judge_file"
finish
