#!/bin/sh
homeward simulate --seed 9 --families 3 --remains 2 --unrelated 1 --out - \
  --frequencies "$SOURCE/data/frequencies_nist1036_asian.csv" | homeward identify - | head -n 1
