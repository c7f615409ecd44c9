#!/usr/bin/python3
"""Prints what the members of `refex demo --json` say that each agency holds of each section, as the demo prints it to
people: demo_matrix.py <lines
"""

import json
import sys

agencies = [line for line in map(json.loads, sys.stdin) if "agency" in line]
rows = [["section"] + [line["agency"] for line in agencies]]
rows += [[section] + [line[section] for line in agencies] for section in agencies[0]["sections"]]
for title, *cells in rows:
    print(f"    {title:15}{''.join(f'{cell:11}' for cell in cells)}".rstrip())
