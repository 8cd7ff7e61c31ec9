#!/bin/sh
try() { homeward "$@" 2> message; echo "$? $(wc -l < message) $(cat message)"; }
try lr
try lr a.json b.json
try lr --frobnicate a.json
try lr --case
try lr --json=1 a.json
try lr -x a.json
try lr --typing-error 2 a.json
try lr --typing-error nan a.json
try lr --max-work 1e99 a.json
try identify --top 0 a.json
try identify --top 1.5 a.json
try identify --prior-none -0.1 a.json
try simulate --out a.json
try simulate --seed -1 --out a.json --frequencies f.csv
try simulate --seed 18446744073709551616 --out a.json --frequencies f.csv
try simulate --seed 1 --out a.json --truth a.json --frequencies f.csv
try version now
try help frobnicate
