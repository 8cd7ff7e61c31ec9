#!/bin/sh
# Two files on one panel, called relatives and remains read four times a marker: who belongs together.
panel=$SOURCE/data/panel_force.csv
homeward simulate --seed 7 --panel "$panel" --panel-population EAS --families 4 --remains 6 --unrelated 2 \
  --shapes parents,sibs,uncles,second-cousins --coverage 4 --tables t > /dev/null || exit 9
relate() { homeward relate t/snp_references.vcf t/snp_remains.vcf --panel "$panel" --population EAS "$@"; }
relate > out || exit 9
head -n 5 out | cut -c 1-90
awk 'NR > 7 && NF > 9 { print $1, $2, $6, $7 }' out
relate --threads 1 > other && cmp out other && echo same
HW_SIMD=ref relate > other && cmp out other && echo same
relate --pairs R0003:F001-R1,R0001:R0006 --relations parent,siblings,second-cousins | tail -n 6 | head -n 3
relate --samples F002-R1,F002-R2,R0004 --threshold 60 | tail -n 4 | head -n 1
