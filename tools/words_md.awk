#!/usr/bin/awk -f
# The words of docs/PROTOCOL.md 12 against their numbers, from the enums of the contracts: words_md.awk proto/*.proto

function title(prefix, text) { order[++titles] = prefix; of[prefix] = text }
# NUMBER and WORD of the enum whose first value is called PREFIX_ABSENT.
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
    title("COMPARED_HOW", "how of COMPARED, where nobody typed it")
    title("HOUSE_WHAT", "what of a house record")
    title("REMINDER", "what of REMINDED")
    title("REFUSED_ANSWER", "whose answer of ANSWER_REFUSED")
    title("URGENCY", "urgency")
    title("DECLINE", "reason of a decline")
    title("DESK_PLACE", "place of a service")
    title("TO_BRING", "what to bring")
    title("ASKED_FOR", "what is asked for")
    title("PROGRESS", "progress of a service")
    title("SERVICE_OUTCOME", "outcome of a service")
    title("PAUSE_REASON", "why a node is paused")
    title("PLACES_FOR", "for whom places are asked")
    title("NOTIFIED_AGE", "age in a notification")
    title("NOTIFIED_EXPLOITATION", "exploitation in a notification")
    title("NOTIFIED_PERSONS", "how many, in a notification")
    title("PLAIN_ANSWER", "answer about nobody")
    title("BROUGHT_BY", "who brings her")
    title("CORRECTION_ANSWER", "answer to a correction")
    title("CLOSING_CHECK", "what was done before it was closed")
    title("PURPOSE", "purpose")
    title("SERVICE", "service")
    title("CASE_MOVING", "what became of a case beside another")
    title("CASE_RELATION", "what a linked case is to the other")
    title("ACCESS_REVIEW", "review of an opened case")
    title("INCIDENT_ENDING", "how an incident ended")
    title("INCIDENT_TOLD", "whether the person was told of an incident")
    title("CASE_STEP", "what of CASE_END")
    title("DELETE_REASON", "why a case is deleted")
    title("CLOSE_REASON", "why a case was closed")
    title("KEEPING_BASIS", "on which basis a case is kept")
    title("UNTOLD_REASON", "why a person was not told of it yet")
    title("PROPOSAL_STEP", "step of a proposal for the staff")
    title("ACT", "what of ACTED")
    title("DESK_STEP", "what became of a desk, or of who is at it")
    title("DESK_VISIBILITY", "what who is at a desk sees")
    title("STAFF_ROLE", "role of a person at an agency")
    title("RENEWAL", "why a certificate is not renewed")
    title("DIALLED", "why a dial that was asked for failed")
    title("LINK_CLASS", "class of a narrow link")
    title("TLS_GROUP", "key exchange of a link")
    # These cross the control socket alone.
    n = split("ANSWER ARRIVAL CONSENT_PROGRESS RECIPIENT CONSENT_WARNING CONTROL_WHO DIRECTION DOCTOR_LEVEL " \
        "DRAFT_FOR FOUND_BY " \
        "BACKUP_KIND HOOK_FAULT HOOK_OUTCOME ID_OF INQUIRY_STATE NEED TRANSFER LOG WORK", other, " ")
    for (i = 1; i <= n; i++) of[other[i]] = ""
    of["TOLD_BY"] = ""
    of["LETTER_ANSWER"] = ""
    print "| what | numbers and words |\n|---|---|"
}

# A value a statement. Of case.proto only services are words here: a code is its name behind that of its list.
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
        if (!(prefix in of)) { print FILENAME ":" FNR ": no words for " prefix >"/dev/stderr"; exit 1 }
        add(prefix, part[2], substr(statement, RSTART + 7, RLENGTH - 8))
    } else if (prefix == "SERVICE" && part[2] > 0) add(prefix, part[2], substr(part[1], 9))
    statement = ""
    next
}
END { for (i = 1; i <= titles; i++) if (order[i] in list) print "| " of[order[i]] " | " list[order[i]] " |" }
