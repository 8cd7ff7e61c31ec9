#!/bin/sh
try() { homeward "$@" 2> message > out; echo "$? $(wc -c < out) $(cat message)"; }
try lr "$SOURCE/examples/four_families.json"
try lr "$SOURCE/examples/bone.json" --case none
try identify "$SOURCE/examples/bone.json"
try identify "$SOURCE/examples/four_families.json" --case none
try identify "$SOURCE/examples/four_families.json" --prior most
try identify "$SOURCE/examples/four_families.json" --prior 3
try identify "$SOURCE/examples/four_families.json" --prior 10 --prior-none 0.5
try identify "$SOURCE/examples/four_families.json" --per-marker F001:F001-M1:R9
try identify "$SOURCE/examples/four_families.json" --per-marker 99
try identify "$SOURCE/examples/four_families.json" --truth "$SOURCE/examples/bone.json"
