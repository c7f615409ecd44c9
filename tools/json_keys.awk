#!/usr/bin/awk -f
# The members that programs print with --json: json_keys.awk FILE…, a line "FILE FUNCTION member" for each.
# For tests/house/pages.sh, which compares them with docs/JSON.md.

BEGIN { # the name stands behind the object, alone or as "is_that ? "name" : "other""
    call_with_name = "(json_line|render_json|output_json|put|print)_[a-z0-9_]+\\([^,;()]+(\\([^()]*\\))?, *" \
        "([^,\"]*\\? *\"[a-z_]+\" *: *)?\"[a-z_]+\""
}
function member(name) { print FILENAME, within, name }
FNR == 1 { within = ""; statement = "" }
/^[a-z].*[a-z0-9_]+\(/ && !/;$/ {
    within = $0
    sub(/\(.*/, "", within)
    sub(/.*[^a-z0-9_]/, "", within)
    statement = ""
    next
}
within == "" { next }
{
    statement = statement " " $0
    if (!/[;{}]$/) next
    text = statement
    statement = ""
    if (text ~ /[^a-z_]render_json_hold\(/) member("waits")
    if (text ~ /[^a-z_]render_json_arrival\(/) member("arrival")
    if (text ~ /[^a-z_]case_view_json\(/) member("sections")
    while (match(text, /[{,]\\"[a-z_]+\\":/)) { # an object that is written by hand
        member(substr(text, RSTART + 3, RLENGTH - 6))
        text = substr(text, RSTART + RLENGTH)
    }
    while (match(text, call_with_name)) {
        call = substr(text, RSTART, RLENGTH)
        text = substr(text, RSTART + RLENGTH)
        sub(/^[^,]*,/, "", call)
        while (match(call, /"[a-z_]+"/)) {
            member(substr(call, RSTART + 1, RLENGTH - 2))
            call = substr(call, RSTART + RLENGTH)
        }
    }
}
