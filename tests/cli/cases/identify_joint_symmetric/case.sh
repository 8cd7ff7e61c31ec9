#!/bin/sh
# Three brothers of whom sisters alone are typed: who they are together is certain, which is which is not.
homeward simulate --seed 2 --frequencies "$SOURCE/data/frequencies_nist1036_asian.csv" \
  --shapes three-brothers,grandfather,couple-child --families 3 --remains 8 --unrelated 1 \
  --out case.json --truth truth.csv > log
homeward identify case.json --truth truth.csv --best 4
homeward identify case.json --json > out.json
python3 - << 'END'
import json
joint = json.load(open('out.json'))['joint']
print(joint['symmetric'])
print(sorted({p['standing'] for p in joint['pairs']}))
print([c['families'] for c in joint['components']], joint['left_out'] <= 1e-9)
END
homeward identify case.json --left-out 0 --json | grep -o '"left_out": 0,' | head -n 1
