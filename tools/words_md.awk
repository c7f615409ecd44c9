#!/usr/bin/awk -f
# The words of docs/PROTOCOL.md 12 against their numbers, from the arrays of names in src/model:
# words_md.awk src/model/*.h src/model/*.c proto/case.proto

BEGIN {
    of["KIND_END"] = "kind of agency"
    of["REVOKED_END"] = "reason of a revocation"
    of["PURPOSE_END"] = "purpose"
    of["GIVEN_BY_END"] = "by whom a consent was given"
    of["ONWARD_END"] = "onward"
    of["INTERPRETER_END"] = "interpreter"
    of["CONSENT_STATE_END"] = "state of CONSENT, WITHDRAWN and TAKEN"
    of["URGENCY_END"] = "urgency"
    of["DECLINE_END"] = "reason of a decline"
    of["STEP_END"] = "step of admission"
    of["OUTCOME_END"] = "outcome"
    of["DENIAL_END"] = "reason of DENIED and WITHHELD"
    of["LEFT_END"] = "left"
    of["ERASURE_END"] = "result of ERASED"
    of["OWED_END"] = "what of SETTLED"
    of["SETTLED_END"] = "how of SETTLED"
    of["CLOSING_END"] = "reason of SETTLED"
    of["CLOCK_EVENT_END"] = "event of CLOCK"
    of["COUNTED_WHAT_END"] = "what of COUNTED"
    of["AGENCY_KEY_EVENT_END"] = "event of AGENCY_KEY"
    of["HOUSE_WHAT_END"] = "what of a house record"
    of["FINDING_END"] = "what of CLOSED"
    of["FINDING_CLOSING_END"] = "reason of CLOSED"
    # These do not travel, or stand in a table of their own.
    n = split("ARRIVAL CONSENT_PROGRESS TOLD RECORD_HOUSE REFERRAL_STATE REFUSAL HOLD MESSAGE_KIND RESOURCE",
              other, " ")
    for (i = 1; i <= n; i++) of[other[i] "_END"] = ""
    print "| what | numbers and words |\n|---|---|"
}

# Services, of proto/case.proto.
/^enum Service \{/ { in_services = 1; list = ""; next }
in_services && /^  Service_[A-Z_]+ = [1-9]/ {
    sub(/^  Service_/, "")
    split($0, part, / = /)
    list = list (list == "" ? "" : " · ") part[2] + 0 " " part[1]
}
in_services && /^\}/ { printf "| service | %s |\n", list }
in_services { if (/^\}/) in_services = 0; next }

# Numbers: an enum's constants, one a line or several.
/^enum [a-z_]+ \{/ { within = 1; next_number = 0; sub(/^[^{]*\{/, "") }
/^(static )?const char \*const [a-z_]+\[[A-Z_]+_END\] = \{/ {
    end = $0; sub(/^[^[]*\[/, "", end); sub(/\].*/, "", end)
    if (!(end in of)) { print FILENAME ":" FNR ": no words for " end >"/dev/stderr"; exit 1 }
    list = ""
    in_words = 1
}
in_words {
    text = $0
    while (match(text, /\[[A-Z_0-9]+\] = "[^"]*"/)) {
        pair = substr(text, RSTART + 1, RLENGTH - 2)
        text = substr(text, RSTART + RLENGTH)
        id = pair; sub(/\].*/, "", id)
        sub(/^[^"]*"/, "", pair)
        if (!(id in number)) { print FILENAME ":" FNR ": no number of " id >"/dev/stderr"; exit 1 }
        list = list (list == "" ? "" : " · ") number[id] " " pair
        if (pair ~ / /) list = list " (a sentence)"
    }
    if (/^\};/) {
        in_words = 0
        if (list != "" && list !~ /\(a sentence\)/ && of[end] != "") printf "| %s | %s |\n", of[end], list
    }
    next
}
within {
    text = $0
    sub(/\/\*.*/, "", text)
    while (match(text, /[A-Z][A-Z_0-9]+( = [0-9]+)?/)) {
        pair = substr(text, RSTART, RLENGTH)
        text = substr(text, RSTART + RLENGTH)
        if (pair ~ / = /) { next_number = pair; sub(/.* = /, "", next_number); sub(/ = .*/, "", pair) }
        number[pair] = next_number++ + 0
    }
    if (/\}/) within = 0
}
