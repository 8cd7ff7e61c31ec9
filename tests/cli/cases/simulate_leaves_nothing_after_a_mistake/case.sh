#!/bin/sh
frequencies=$SOURCE/data/frequencies_nist1036_asian.csv
lengths=$SOURCE/data/amplicon_lengths_assumed.csv
try() { homeward simulate --seed 1 --out a.json --truth a.csv "$@" 2> message; echo "$? $(wc -l < message) $(cat message)"; rm message; ls; }
try --frequencies "$frequencies" --families 3
try --frequencies "$frequencies" --shapes sibs,frobs
try --frequencies "$frequencies" --mutation magic
try --frequencies "$frequencies" --degraded 0.5
try --frequencies "$frequencies" --degraded-as dust
try --frequencies "$frequencies" --minimum-frequency lots
try --frequencies "$frequencies" --degraded 0.5 --lengths "$frequencies"
try --frequencies "$lengths"
try --frequencies "$frequencies" --population Martian
