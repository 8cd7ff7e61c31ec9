#!/bin/sh
# A bone against a family by SNPs, mtDNA and Y: each kind, and all together.
panel=$SOURCE/data/panel_force.csv
homeward simulate --seed 7 --panel "$panel" --panel-population EAS --families 4 --remains 6 --unrelated 2 \
  --shapes parents,sibs,uncles,second-cousins --coverage 4 --lineage --tables t > /dev/null || exit 9
python3 - << 'EOF'
import csv, json
def person(id, father=None, mother=None, sex='male'):
    return {'id': id, 'father': father, 'mother': mother, 'sex': sex}
family = [person('F'), person('M', sex='female'), person('F002-R1', 'F', 'M'),
          person('F002-R2', 'F', 'M', 'female')]
case = {'format': 'homeward-case/1', 'id': 'bone', 'theta': 0, 'markers': [], 'genotypes': {},
        'reference': 'unrelated',
        'hypotheses': [{'name': 'brother', 'pedigree': family + [person('R0004', 'F', 'M')]},
                       {'name': 'half brother', 'pedigree': family + [person('R0004', None, 'M')]},
                       {'name': 'unrelated', 'pedigree': family + [person('R0004')]}]}
json.dump(case, open('case.json', 'w'))
for name in ('mtdna', 'ystr'):
    with open(f't/{name}.csv') as rows, open(f'{name}.csv', 'w') as out:
        for row in csv.reader(rows):
            writer = csv.writer(out)
            if row[0] == 'person':
                writer.writerow(['person'] + row[2:])
            elif 'F002-R1' in row or 'F002-R2' in row or 'R0004' in row:
                writer.writerow([row[0] or row[1]] + row[2:])
EOF
snp="--snp t/snp_references.vcf --snp t/snp_remains.vcf --panel $panel --population EAS"
homeward lr case.json $snp --mtdna mtdna.csv --mt-stated 0/500 --ystr ystr.csv --y-stated 0/500 || exit 9
homeward lr case.json $snp --mtdna mtdna.csv --mt-stated 0/500 --ystr ystr.csv --y-stated 0/500 --json > out.json
homeward relate t/snp_references.vcf t/snp_remains.vcf --panel "$panel" --population EAS \
  --pairs F002-R2:R0004 --json > pair.json
cat > two.py << 'EOF'
import json
case = json.load(open('case.json'))
for h in case['hypotheses']:
    for p in h['pedigree']:
        if p['id'] == 'F002-R1':
            p['id'] = 'untyped'
case['theta'] = 0
json.dump(case, open('two.json', 'w'))
EOF
python3 two.py && homeward lr two.json $snp --json > two_out.json
python3 - << 'EOF'
import json
c = json.load(open('out.json'))['cases'][0]
print(sorted(c))
for name, e in c['evidence'].items():
    print(name, sorted(e), abs(sum(v for k, v in e.items() if k != 'total') - e['total']) < 1e-9)
# On the mean of both maps relate finds about the same for the same two people.
a = json.load(open('two_out.json'))['cases'][0]['evidence']['brother']['snp']
b = json.load(open('pair.json'))['pairs'][0]['log10_lr']['siblings']
print(abs(a - b) < 0.05 * abs(b))
EOF
