#!/bin/sh
# Evidence that does not belong to the case, or lacks what it is weighed by.
panel=$SOURCE/data/panel_force.csv
homeward simulate --seed 7 --panel "$panel" --panel-population EAS --families 1 --remains 1 --unrelated 0 \
  --shapes sibs --coverage 4 --tables t > /dev/null || exit 9
python3 - << 'EOF'
import json
def case(path, *names):
    hypotheses = [{'name': f'h{i}', 'pedigree': [{'id': id, 'father': None, 'mother': None, 'sex': 'male'}
                                                 for id in ids]} for i, ids in enumerate(names)]
    json.dump({'format': 'homeward-case/1', 'id': path, 'theta': 0, 'markers': [], 'genotypes': {},
               'hypotheses': hypotheses}, open(path, 'w'))
case('good.json', ['F001-R1', 'R0001'], ['F001-R1', 'R0001'])
case('other.json', ['x', 'y'], ['x', 'y'])
case('lacks.json', ['F001-R1', 'R0001'], ['R0001'])
open('y.csv', 'w').write('person,DYS19\nF001-R1,14\n')
open('mt.csv', 'w').write('person,ranges,haplotype\nF001-R1,73-340,263G\n')
EOF
try() { homeward lr "$@" > out 2> message; echo "$? $(wc -c < out) $(cat message)"; }
snp="--snp t/snp_references.vcf --snp t/snp_remains.vcf --panel $panel --population EAS"
try good.json
try good.json --panel "$panel"
try good.json --mt-stated 0/10
try good.json --snp t/snp_references.vcf
try good.json --ystr y.csv
try good.json --mtdna mt.csv
try good.json --mtdna mt.csv --mt-stated 10/1
try good.json --mtdna mt.csv --mt-stated 0/10 --rarity often
try good.json --ystr y.csv --y-stated 0/10 --rarity laplace
try good.json --ystr mt.csv --y-stated 0/10
homeward lr other.json $snp > out 2> message; echo "$? $(cat message)"
homeward lr lacks.json $snp > out 2> message; echo "$? $(cat message)"
homeward lr "$SOURCE/examples/paternity.json" --linked > out 2> message; echo "$? $(sed "s=$SOURCE/==" message)"
