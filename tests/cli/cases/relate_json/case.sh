#!/bin/sh
# Members of homeward-relate/1; a stated relation that the genotypes contradict is told.
panel=$SOURCE/data/panel_force.csv
homeward simulate --seed 7 --panel "$panel" --panel-population EAS --families 4 --remains 6 --unrelated 2 \
  --shapes parents,sibs,uncles,second-cousins --coverage 4 --tables t > /dev/null || exit 9
printf 'F1 R0003 F001-R1 F001-R2 1 0\nF1 R0001 F001-R1 0 1 0\nF2 F002-R1 a b 1 0\nF2 F002-R2 a b 2 0\n' > k.ped
printf 'F2 F002-R3 a x 2 0\n' >> k.ped
homeward relate t/snp_references.vcf t/snp_remains.vcf --panel "$panel" --population EAS --ped k.ped --json > out.json || exit 9
python3 - << 'EOF'
import json
d = json.load(open('out.json'))
print(d['format'], sorted(d))
print(sorted(d['pairs'][0]), sorted(d['pairs'][0]['log10_lr']))
print(d['people'], d['markers'], d['pairs_screened'], d['population_check']['verdict'])
for r in d['stated']['relations']:
    print(r['first'], r['second'], r['relation'], r['verdict'], r['best'], r['log10_lr_stated'] > 4)
print(all(p['log10_lr'][p['best']] == max(p['log10_lr'].values()) >= d['threshold'] for p in d['pairs']))
EOF
homeward relate t/snp_references.vcf t/snp_remains.vcf --panel "$panel" --population EAS --ped k.ped | tail -n 6
