#!/bin/sh
homeward identify "$SOURCE/examples/four_families.json" --pairwise --prior 1000 --top 8
