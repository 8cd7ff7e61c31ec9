#!/bin/sh
homeward identify "$SOURCE/examples/four_families.json" --pairwise --threshold 4 --per-marker 3
