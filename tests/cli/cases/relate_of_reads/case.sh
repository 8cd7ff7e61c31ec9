#!/bin/sh
# Reads of a parent and a child in two SAM files, and a genotype file of a stranger: one panel.
python3 - << 'EOF'
import csv, os, random
random.seed(4)
rows = [r for r in csv.reader(open(os.environ['SOURCE'] + '/data/panel_force.csv')) if not r[0].startswith('#')]
head, rows = rows[0], rows[1:]
at = {name: i for i, name in enumerate(head)}
sites = [r for r in rows if r[at['EAS']] and r[at['grch38']] and r[1] != 'X' and len(r[at['alleles']]) == 3]
sites.sort(key=lambda r: (int(r[1]), int(r[at['grch38']])))
def draw(r):
    return 0 if random.random() < float(r[at['EAS']]) else 1
parent = [[draw(r), draw(r)] for r in sites]
child = [[random.choice(g), draw(r)] for g, r in zip(parent, sites)]
stranger = [[draw(r), draw(r)] for r in sites]
def write(name, genotypes):
    with open(f'{name}.sam', 'w') as out:
        out.write('@HD\tVN:1.6\tSO:coordinate\n')
        for c in sorted({int(r[1]) for r in sites}):
            out.write(f'@SQ\tSN:chr{c}\tLN:{LENGTHS[c - 1]}\n')
        out.write(f'@RG\tID:1\tSM:{name}\n')
        for k, (r, g) in enumerate(zip(sites, genotypes)):
            for i in range(6):
                base = r[at['alleles']].split('/')[random.choice(g)]
                bp = int(r[at['grch38']])
                out.write(f'r{k}_{i}\t{16 * (i % 2)}\tchr{r[1]}\t{bp - 15}\t60\t31M\t*\t0\t0\t{"A" * 15}{base}{"A" * 15}\t{"I" * 31}\tRG:Z:1\n')
LENGTHS = [248956422, 242193529, 198295559, 190214555, 181538259, 170805979, 159345973, 145138636, 138394717,
           133797422, 135086622, 133275309, 114364328, 107043718, 101991189, 90338345, 83257441, 80373285,
           58617616, 64444167, 46709983, 50818468]
write('parent', parent)
write('child', child)
with open('stranger.vcf', 'w') as out:
    out.write('##fileformat=VCFv4.2\n##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">\n')
    for c, length in enumerate(LENGTHS, 1):
        out.write(f'##contig=<ID=chr{c},length={length}>\n')
    out.write('#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tstranger\n')
    for r, g in zip(sites, stranger):
        a, b = r[at['alleles']].split('/')
        out.write(f'chr{r[1]}\t{r[at["grch38"]]}\t{r[0]}\t{a}\t{b}\t.\tPASS\t.\tGT\t{g[0]}/{g[1]}\n')
EOF
homeward relate parent.sam child.sam stranger.vcf --panel "$SOURCE/data/panel_force.csv" --population EAS --json > out.json || exit 9
python3 - << 'EOF'
import json
d = json.load(open('out.json'))
print([(r['sample'], r['library'], sorted(r['model'])[:2], round(r['coverage'], 1)) for r in d['reads']])
print(d['people'], d['pairs_screened'], [(p['first'], p['second'], p['class'], p['log10_lr']['parent'] > 20) for p in d['pairs']])
EOF
