# STR, SNP, mtDNA and Y beside a case file: combined as from the database, and as lr has them. Simulated.
frequencies=$SOURCE/data/frequencies_nist1036_asian.csv
awk 'BEGIN { print "marker,chromosome,grch37,grch38,alleles,female_cm,male_cm,EAS"
  for (c = 1; c <= 22; c++) for (i = 0; i < 45; i++)
    printf "s%d_%d,%d,%d,%d,A/G,%.1f,%.1f,%.2f\n", c, i, c, 1000000 + i * 3000000, 1000100 + i * 3000000,
      i * 3.6, i * 2.4, 0.3 + (i % 20) / 100 }' > panel.csv
homeward simulate --seed 11 --frequencies "$frequencies" --panel panel.csv --panel-population EAS \
  --shapes cousins,brothers,uncles --families 5 --remains 6 --unrelated 2 --coverage 4 --lineage --tables t \
  --truth truth.csv --out case.json > /dev/null
cat > tables.py << 'END'
import csv
for name in ('mtdna', 'ystr'):
    rows = list(csv.reader(open(f't/{name}.csv')))
    with open(f'{name}.csv', 'w') as out, open(f'stored_{name}.csv', 'w') as stored:
        for row in rows:
            csv.writer(stored).writerow(row)
            csv.writer(out).writerow(['person' if row[0] == 'person' else row[0] or row[1]] + row[2:])
    with open(f'{name}_table.csv', 'w') as out:
        for row in rows:
            csv.writer(out).writerow(['count' if row[0] == 'person' else '3'] + row[2:])
END
python3 tables.py
files="--snp t/snp_references.vcf --snp t/snp_remains.vcf --panel panel.csv --mtdna mtdna.csv --mt-stated 0/500 --ystr ystr.csv --y-stated 0/500"
homeward identify case.json $files --truth truth.csv
homeward identify case.json $files --pairwise --threshold 4
homeward identify case.json $files --per-marker F003:F003-M1:R0004 | sed -n '/by kind/,/^  all/p'
# The same from the database, with tables of the population.
# Files have likelihoods; by default none of them is surer than 0.01, which an import does not do.
tables="--error 0 --snp t/snp_references.vcf --snp t/snp_remains.vcf --panel panel.csv --mtdna mtdna.csv --mt-database mtdna_table.csv"
homeward identify case.json $tables --ystr ystr.csv --y-database ystr_table.csv --pairwise --threshold -20 --json > file.json
homeward identify case.json $tables --ystr ystr.csv --y-database ystr_table.csv --json --threshold -20 > joint.json
homeward init case.hwc > /dev/null
import() { homeward import -c case.hwc --apply "$@" > log || cat log; }
import frequencies "$frequencies" --normalise rescale --minimum-frequency 5/2n --mutation stepwise \
  --mutation-rate 0.001,0.002 --mutation-rate2 1e-6 --mutation-range 0.1 --use
import families t/families.csv
import profiles t/references.csv
import profiles t/remains.csv
import panel panel.csv --use
import vcf t/snp_references.vcf --samples-are references --allele-error 0.001 --allele-dropout 0.001
import vcf t/snp_remains.vcf
import mtdna stored_mtdna.csv
import ystr stored_ystr.csv
import mtdna mtdna_table.csv --table MT --use
import ystr ystr_table.csv --table Y --use
homeward identify -c case.hwc --dry-run --pairwise --threshold -20 --json > stored.json 2> /dev/null
# One pair as hypotheses.
cat > pair.py << 'END'
import json
c = json.load(open('case.json'))
c = c['cases'][0] if 'cases' in c else c
f = next(f for f in c['families'] if f['name'] == 'F003')
people = f['pedigree']
with_remains = [dict(p, id='R0004') if p['id'] == 'F003-M1' else
                {k: 'R0004' if v == 'F003-M1' else v for k, v in p.items()} for p in people]
json.dump({'format': 'homeward-case/1', 'id': 'pair', 'theta': 0, 'markers': [], 'genotypes': {}, 'reference': 'other',
           'hypotheses': [{'name': 'same', 'pedigree': with_remains},
                          {'name': 'other', 'pedigree': people + [{'id': 'R0004', 'father': None, 'mother': None, 'sex': 'male'}]}]},
          open('pair.json', 'w'))
END
python3 pair.py && homeward lr pair.json $tables --ystr ystr.csv --y-database ystr_table.csv --json > lr.json
cat > compare.py << 'END'
import json
def pairs(name):
    return {(p['remains'], p['missing']): p for p in json.load(open(name))['pairwise']}
a, b, j = pairs('file.json'), pairs('stored.json'), pairs('joint.json')
both = sorted(set(a) & set(b))
print(len(both) >= 6, a.keys() == b.keys() or sorted(set(a) ^ set(b)))
def worst(kind):
    worst = 0.0
    for k in both:
        x, y = (d[k].get('evidence', {}).get(kind) for d in (a, b))
        if (x is None) != (y is None):
            return k
        if isinstance(x, float) and isinstance(y, float):
            worst = max(worst, abs(x - y))
        elif x != y:
            return k, x, y
    return worst

print('snp', worst('snp') == 0, 'mt', worst('mt') == 0, 'y', worst('y') == 0)
print('joint', all(abs(a[k]['log10_lr'] - j[k]['log10_lr']) < 1e-9 for k in set(a) & set(j) if a[k]['log10_lr'] != '-inf'))
one, two = a['R0004', 'F003-M1']['evidence'], json.load(open('lr.json'))['cases'][0]['evidence']['same']
print('lr', abs(one['snp'] - two['snp']) < 1e-3, one['mt'], two['mt'], abs(one['y'] - two['y']) < 1e-12)
END
python3 compare.py
