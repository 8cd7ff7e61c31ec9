#!/bin/sh
case="$SOURCE/examples/four_families.json"
tell() { echo "== $*"; homeward identify "$case" --best 1 "$@" | sed -n '/^Prior/,/^Joint/{/^Joint/!p}; /R0005/p'; }
tell
tell --prior 5000
tell --prior-none 0.5
tell --prior numbers
tell --factor numbers:total=40
tell --prior numbers --factor 'numbers:among=0.5;on_list=0.5' --per-marker F004:F004-M1:R0005
homeward identify "$case" --json --prior numbers --factor numbers:total=40 > out.json
python3 - << 'END'
import json
prior = json.load(open('out.json'))['joint']['prior']
print(prior['kind'], sorted(prior['factors']), prior['factors']['numbers']['total'])
print(sorted(prior))
END
