# The commands of a caseworker, in the order of codec/verbs.def, each with its summary of src/cli/verbs:
# awk -f verbs_md.awk verbs.def cmd_*.c

function cell(text) { gsub(/\|/, "\\|", text); return text }

/^VERB_ROW\(/ && /[^A-Z_]CASEWORKER[^A-Z_]/ {
    split($0, part, /, */)
    split($0, word, "\"")
    name[++n] = part[3]
    command[n] = (word[2] == "" ? "" : word[2] " ") word[4]
}

/^const struct verb cmd_/ {
    of = $4
    sub(/^cmd_/, "", of)
}

# A string may be broken into several, on lines of their own.
/^ +\.summary =/ { inside = 1 }
inside {
    line = $0
    while (match(line, /"([^"\\]|\\.)*"/)) {
        summary[of] = summary[of] substr(line, RSTART + 1, RLENGTH - 2)
        line = substr(line, RSTART + RLENGTH)
    }
    if (/,$/) inside = 0
}

END {
    print "| `refex` … | |"
    print "|---|---|"
    for (i = 1; i <= n; i++) {
        if (summary[name[i]] == "") {
            print "verbs_md.awk: no summary of " name[i] >"/dev/stderr"
            exit 1
        }
        print "| `" command[i] "` | " cell(summary[name[i]]) " |"
    }
}
