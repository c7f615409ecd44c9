#!/usr/bin/awk -f
# docs/errors.md from src/base/errors.def: errors_md.awk src/base/errors.def >docs/errors.md

BEGIN {
    print "# Errors\n"
    print "Every error that refex tells a person has four parts: what happened, what it means, what to do now," \
        " and a code."
    print "The code never changes its meaning. Made by `./dev docs` from src/base/errors.def: change it there.\n"
    print "Exit status: 64 usage, 65 bad data, 66 no input, 69 unavailable, 70 a bug in refex, 73 cannot create,"
    print "74 disk or memory, 75 try again, 76 protocol, 77 denied, 78 configuration; 1: the answer is no."
    fault_text["FAULT_ASKED"] = "what was asked"
    fault_text["FAULT_DENIED"] = "consent or authority"
    fault_text["FAULT_PEER"] = "the other side"
    fault_text["FAULT_BUSY"] = "nobody's: not now"
    fault_text["FAULT_LOCAL"] = "this machine"
    fault_text["FAULT_BUG"] = "refex itself"
}

/^\/\* --- .* --- \*\/$/ {
    subject = substr($0, 8, length($0) - 14)
}

/^ERROR_ROW\(/ {
    n = split($0, text, "\"") # 2 the code, 4 what it means, 6 what to do; between 2 and 4 the fault and the status
    split(text[3], middle, /[ ,]+/)
    if (n != 7 || !(middle[2] in fault_text)) {
        print FILENAME ":" FNR ": a row of another form" >"/dev/stderr"
        exit 1
    }
    if (subject != "") {
        printf "\n## %s\n\n", toupper(substr(subject, 1, 1)) substr(subject, 2)
        print "| code | exit | lies with | what it means | what to do |\n|---|---|---|---|---|"
        subject = ""
    }
    gsub(/\|/, "\\|", text[4])
    gsub(/\|/, "\\|", text[6])
    printf "| %s | %d | %s | %s | %s |\n", text[2], middle[3], fault_text[middle[2]], text[4], text[6]
}
