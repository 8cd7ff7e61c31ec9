#!/bin/sh
homeward identify "$SOURCE/examples/four_families.json" --per-marker 3
