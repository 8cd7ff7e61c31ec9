#!/bin/sh
file="$SOURCE/examples/four_families.json"
unset HOMEWARD_CASE
try() {
  homeward scrutinise "$@" > out 2> err
  echo "$? $(head -n 1 err | sed "s#$SOURCE#.#g")"
  if [ -s out ]; then echo "wrote something"; fi
}
try
try "$file"
try "$file" F001:F001-M1:R9999
try "$file" F001-M1:R0003
try "$file" --all F001:F001-M1:R0003
try -c case.hwc "$file" F001:F001-M1:R0003
try "$file" F001:F001-M1:R0003 --investigation main
try "$file" F001:F001-M1:R0003 --case other
try "$file" F001:F001-M1:R0003 --level 2
try "$file" F001:F001-M1:R0003 --degree 99
try "$file" F001:F001-M1:R0003 --frequencies no-such-file.csv
try "$file" F001:F001-M1:R0003 --frequencies "$SOURCE/data/frequencies_nist1036_asian.csv@Nobody"
try "$file" F001:F001-M1:R0003 --max-work 10
try "$SOURCE/examples/paternity.json" F001:F001-M1:R0003
try no-such-case.json F001:F001-M1:R0003
try -c no-such-case.hwc --all
try "$file" F001:F001-M1:R0003 --json --max-work 10
try "$file" --all --max-work 10
