#!/usr/bin/awk -f
# The words of docs/PROTOCOL.md 12 against their numbers, from the enums of the contracts and the arrays of names in
# src/model: words_md.awk src/model/*.h src/model/*.c proto/*.proto

function title(prefix, text) { order[++titles] = prefix; of[prefix "_END"] = text }
# NUMBER and WORD of the enum whose values end with PREFIX_END.
function add(prefix, number, word,    text) {
    text = list[prefix]
    list[prefix] = text (text == "" ? "" : " · ") number " " word
}

BEGIN {
    title("KIND", "kind of agency")
    title("ONWARD", "onward")
    title("INTERPRETER", "interpreter")
    title("GIVEN_BY", "by whom a consent was given")
    title("REVOKED", "reason of a revocation")
    title("STEP", "step of admission")
    title("OUTCOME", "outcome")
    title("CONSENT_STATE", "state of CONSENT, WITHDRAWN and TAKEN")
    title("DENIAL", "reason of DENIED and WITHHELD")
    title("LEFT", "left")
    title("OWED", "what of SETTLED")
    title("CLOCK_EVENT", "event of CLOCK")
    title("SETTLED", "how of SETTLED")
    title("CLOSING", "reason of SETTLED")
    title("ERASURE", "result of ERASED")
    title("FINDING", "what of CLOSED")
    title("FINDING_CLOSING", "reason of CLOSED")
    title("COUNTED_WHAT", "what of COUNTED")
    title("AGENCY_KEY_EVENT", "event of AGENCY_KEY")
    title("HOUSE_WHAT", "what of a house record")
    title("URGENCY", "urgency")
    title("DECLINE", "reason of a decline")
    title("PURPOSE", "purpose")
    title("SERVICE", "service")
    # These do not travel, or stand in a table of their own.
    n = split("ARRIVAL CONSENT_PROGRESS TOLD CONTROL_WHO DIRECTION LOG RECORD_HOUSE REFERRAL_STATE REFUSAL HOLD " \
              "MESSAGE_KIND RESOURCE", other, " ")
    for (i = 1; i <= n; i++) of[other[i] "_END"] = ""
    print "| what | numbers and words |\n|---|---|"
}

# Enums of contracts, a value a statement; the first is 0, and its name begins as that of the end. Of case.proto only
# services are words here: a code is its name behind that of its list.
/^enum [A-Z][A-Za-z]+ \{$/ {
    prefix = statement = ""
    listed = FILENAME !~ /(case|options)\.proto$/ || $2 == "Service"
    next
}
listed {
    if (/^ *(\/\/|option) /) next
    if (/^\}/) { listed = 0; next }
    statement = statement " " $0
    if (!/;/) next
    split(statement, part, / *[=;[] */)
    gsub(/ /, "", part[1])
    if (prefix == "" && part[2] == 0) { prefix = toupper(part[1]); sub(/_[A-Z]+$/, "", prefix) }
    if (match(statement, /word: "[^"]*"/)) {
        if (!((prefix "_END") in of)) { print FILENAME ":" FNR ": no words for " prefix >"/dev/stderr"; exit 1 }
        add(prefix, part[2], substr(statement, RSTART + 7, RLENGTH - 8))
    } else if (prefix == "SERVICE" && part[2] > 0) add(prefix, part[2], substr(part[1], 9))
    statement = ""
    next
}

# Numbers: an enum's constants, one a line or several.
/^enum [a-z_]+ \{/ { within = 1; next_number = 0; sub(/^[^{]*\{/, "") }
/^(static )?const char \*const [a-z_]+\[[A-Z_]+_END\] = \{/ {
    end = $0; sub(/^[^[]*\[/, "", end); sub(/\].*/, "", end)
    if (!(end in of)) { print FILENAME ":" FNR ": no words for " end >"/dev/stderr"; exit 1 }
    sub(/_END$/, "", end)
    if (end in list) end = "other"
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
        add(pair ~ / / ? "other" : end, number[id], pair)
    }
    if (/^\};/) in_words = 0
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
END { for (i = 1; i <= titles; i++) if (order[i] in list) print "| " of[order[i] "_END"] " | " list[order[i]] " |" }
