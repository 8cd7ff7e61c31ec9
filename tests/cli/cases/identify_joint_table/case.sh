#!/bin/sh
homeward identify "$SOURCE/examples/four_families.json" --best 3 --per-marker F004:F004-M1:R0005
