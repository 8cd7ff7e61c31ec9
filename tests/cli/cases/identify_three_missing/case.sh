#!/bin/sh
# Pair by pair the father's bones look like the grandfather's; jointly each has one place.
homeward identify "$SOURCE/examples/three_missing.json" --pairwise --threshold 0 \
  --truth "$SOURCE/examples/three_missing_truth.csv" | grep -v '^Against'
homeward identify "$SOURCE/examples/three_missing.json" --best 3 \
  --truth "$SOURCE/examples/three_missing_truth.csv" | grep -v '^Against'
