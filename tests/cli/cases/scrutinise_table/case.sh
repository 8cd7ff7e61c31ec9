#!/bin/sh
homeward scrutinise "$SOURCE/examples/four_families.json" F003:F003-M1:R0006 --two-n 722 \
  --frequencies "$SOURCE/data/frequencies_nist1036_asian.csv" | sed "s#$SOURCE#.#"
