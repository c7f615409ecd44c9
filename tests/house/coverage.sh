#!/bin/bash
# What tests/coverage lists is in the code: files, and conditions that nothing reaches. Whether it is true only
# ./dev coverage can say.
. "$(dirname "$0")/lib.sh"
python3 tools/coverage.py --check 2>&1 | report_lines "a list of ./dev coverage names what is not there" || true
finish
