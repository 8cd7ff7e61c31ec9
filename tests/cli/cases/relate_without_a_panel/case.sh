#!/bin/sh
# Genotypes alone: the markers are the file's, frequencies are estimated of listed samples, and
# frequencies that do not fit are warned of where nobody can miss it.
python3 - << 'EOF'
import random
random.seed(11)
SITES = [(c, 2000000 + 150000 * i) for c in range(1, 23) for i in range(60)]
BASE = [random.uniform(0.1, 0.9) for _ in SITES]
def population(f=0.2):
    return [random.betavariate(b * (1 - f) / f, (1 - b) * (1 - f) / f) for b in BASE]
def founder(p):
    return [[int(random.random() < x) for x in p] for _ in range(2)]
def gamete(parent):
    out, side = [], 0
    for i, (c, _) in enumerate(SITES):
        if i == 0 or SITES[i - 1][0] != c or random.random() < 0.01:
            side = random.randrange(2)
        out.append(parent[side][i])
    return out
people, ped, members = {}, [], []
for k in range(2):
    p = population()
    for f in range(12):
        a, b = f'P{k}F{f}a', f'P{k}F{f}b'
        people[a], people[b] = founder(p), founder(p)
        members += [(a, k), (b, k)]
        if f < 3:
            people[f'P{k}F{f}c'] = [gamete(people[a]), gamete(people[b])]
            ped.append(f'fam {a[:-1]}c {a} {b} 1')
open('k.ped', 'w').write('\n'.join(ped) + '\n')
open('all.panel', 'w').write('sample\tpop\n' + ''.join(f'{m}\tP{k}\n' for m, k in members) + 'absent\tP0\n')
open('P0.txt', 'w').write('\n'.join(m for m, k in members if k == 0) + '\n')
with open('x.vcf', 'w') as out:
    out.write('##fileformat=VCFv4.2\n##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">\n')
    for c in range(1, 23):
        out.write(f'##contig=<ID=chr{c}>\n')
    out.write('#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t' + '\t'.join(people) + '\n')
    for i, (c, bp) in enumerate(SITES):
        gt = ('0/0', '0/1', '1/1')
        row = [gt[g[0][i] + g[1][i]] if random.random() > 0.01 else './.' for g in people.values()]
        out.write(f'chr{c}\t{bp}\t.\tA\tG\t.\tPASS\t.\tGT\t' + '\t'.join(row) + '\n')
EOF
own=$(grep P0 k.ped | awk '{ printf "%s%s,%s,%s", (NR > 1 ? "," : ""), $2, $3, $4 }')
relate() { homeward relate x.vcf --build 38 "$@"; }
relate --frequencies estimate=P0.txt --samples "$own" --ped k.ped > out || exit 9
head -n 3 out; tail -n 2 out
relate --frequencies estimate=all.panel:P0 --samples "$own" --ped k.ped > other
tail -n 2 other
relate --frequencies estimate=all.panel:P1 --samples @all.panel:P1 | grep '^population check' | sed 's/.*; //'
relate --frequencies estimate=all.panel:P1 --samples @P0.txt 2>&1 | grep -c 'THE FREQUENCIES DO NOT FIT'
relate --frequencies estimate --threshold 40 > out 2> message
grep -c '^\*\*\* THE FREQUENCIES DO NOT FIT' out
cut -c 1-66 message
relate --frequencies estimate --threshold 40 --no-population-check 2>&1 | grep '^population'
relate --frequencies estimate --prune 0.5 --thin-cm 0.5 --no-population-check | head -n 1 | cut -d ' ' -f 1-2
