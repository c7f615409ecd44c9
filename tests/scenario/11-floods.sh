#!/bin/bash
# Goal: neither strangers that connect nor a misbehaving member end a node, cut others' links, or flood its log.
. "$(dirname "$0")/lib.sh"

start_federation ngo:SupportNGO hostile:Shelter mission:InternationalOrganisation
start mission ngo
import_cases ngo "$cases/cases.csv"
of=${out%%$'\n'*}
consent_for ngo "$of" triage mission

log_lines() { grep -c . "$dir/mission.log"; }
link_restarts() { value "$(value_object "$(status_of mission)" link)" restarts; }
# run_as_hostile: runs the Python on standard input, with `me` the hostile agency, `at` the mission's endpoint, and the
# names of peer.py.
run_as_hostile() {
    {
        printf 'import sys\nsys.path.insert(0, sys.argv[1])\nfrom peer import *\nme, at = Agency(sys.argv[2], sys.argv[4]), sys.argv[3]\n'
        cat
    } >"$dir/as-hostile.py"
    must timeout 40 /usr/bin/python3 "$dir/as-hostile.py" "$here" "${home[hostile]}" "127.0.0.1:${port[mission]}" \
        "$dir/hostile.membership"
}
unharmed() { # SENTENCE
    check "$1: the network process is still the first" is "$(link_restarts)" 0
    check "$1: the other's link stands" status_is mission links 1
}

say "two connect, and the second says its hello first: both are linked"
run_as_hostile <<PYTHON
import subprocess
def link_the_ngo():
    subprocess.run("refex referral send --home ${home[ngo]} --case $of --to mission --service SHELTER --urgency normal --partial".split(),
                   check=True, stdout=subprocess.DEVNULL)
    until = time.time() + 8
    while b'"links":1,' not in subprocess.run("refex status --json --home ${home[mission]}".split(), stdout=subprocess.PIPE).stdout:
        assert time.time() < until, "the ngo is not linked"
Link(me, at, before_hello=link_the_ngo).until(7)
PYTHON
until_true 10 "the ngo stays linked" status_is mission links 1
unharmed "after the late one"

say "a thousand strangers connect: they have few lines in the log"
before=$(log_lines)
must timeout 40 /usr/bin/python3 - "${port[mission]}" <<'PYTHON'
import socket, sys
for _ in range(1000):
    s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 10)
    s.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    while s.recv(4096):
        pass
    s.close()
PYTHON
check "not two for each" is "$(($(log_lines) - before < 200))" 1
unharmed "after a thousand strangers"

say "frames that no member sends: the link is cut, and the thousands behind the first are not logged one by one"
before=$(log_lines)
run_as_hostile <<'PYTHON'
link = Link(me, at)
try:
    link.tls.sendall(struct.pack(">IHH", 0, 13, 0) * 20000)
    while True:
        link.read()
except (EOFError, OSError):
    pass
PYTHON
until_true 10 "it is cut" status_is mission links 1
check "a few lines" is "$(($(log_lines) - before < 100))" 1
unharmed "after twenty thousand bad frames"

say "a key bundle with a sequence that no row holds is refused, and no process ends"
run_as_hostile <<'PYTHON'
link = Link(me, at)
_, note = link.until(7)
today = int(time.time() // 86400)
text = make.bundle_text(me.name, 2**63, [(os.urandom(32), today - 1, today + 7, today + 28)])
link.send(7, me.identity.note(make.key_name(me.name), text).encode())
try:
    while True:
        link.read()
except (EOFError, OSError):
    pass
PYTHON
until_true 10 "it is cut" status_is mission links 1
unharmed "after the bundle"
check "it says why" file_has "$dir/mission.log" "code=E-FED-29"

say "a member links again and again: a few lines, and the number of the others in the next hour"
run_as_hostile <<'PYTHON'
for _ in range(40):
    Link(me, at).tls.close()
PYTHON
until_true 10 "all are gone" status_is mission links 1
check "not two for each" is "$(($(grep -c 'event=link.*peer=hostile' "$dir/mission.log") <= 8))" 1
unharmed "after forty links"

stop mission ngo
logs_verify mission ngo
end_scenario
