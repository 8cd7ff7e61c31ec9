# A bone of which there are reads, damaged and contaminated, against a called mother: the model of the
# reads is told, and the ratio over models around it. All data are made up.
cat > make.py << 'END'
import csv, json, os, random
random.seed(4)
rows = [r for r in csv.reader(open(os.environ['SOURCE'] + '/data/panel_force.csv')) if not r[0].startswith('#')]
head, rows = rows[0], rows[1:]
at = {name: i for i, name in enumerate(head)}
sites = [r for r in rows if r[at['EAS']] and r[at['grch38']] and r[1] != 'X' and len(r[at['alleles']]) == 3]
sites.sort(key=lambda r: (int(r[1]), int(r[at['grch38']])))
def draw(r):
    return 0 if random.random() < float(r[at['EAS']]) else 1
mother = [[draw(r), draw(r)] for r in sites]
child = [[random.choice(g), draw(r)] for g, r in zip(mother, sites)]
LENGTHS = [248956422, 242193529, 198295559, 190214555, 181538259, 170805979, 159345973, 145138636, 138394717,
           133797422, 135086622, 133275309, 114364328, 107043718, 101991189, 90338345, 83257441, 80373285,
           58617616, 64444167, 46709983, 50818468]
with open('bone.sam', 'w') as out:
    out.write('@HD\tVN:1.6\tSO:coordinate\n')
    for c in sorted({int(r[1]) for r in sites}):
        out.write(f'@SQ\tSN:chr{c}\tLN:{LENGTHS[c - 1]}\n')
    out.write('@RG\tID:1\tSM:BONE\n')
    for k, (r, g) in enumerate(zip(sites, child)):
        reads = []
        for i in range(6):
            stranger = random.random() < 0.08
            base = r[at['alleles']].split('/')[draw(r) if stranger else random.choice(g)]
            reverse, before = i % 2, random.randrange(31)
            end = 30 - before if reverse else before
            damage = 0 if stranger else 0.3 * 0.7 ** end + 0.01
            if base == ('G' if reverse else 'C') and random.random() < damage:
                base = 'A' if reverse else 'T'
            reads.append((int(r[at['grch38']]) - before, reverse, before, base))
        for i, (bp, reverse, before, base) in enumerate(sorted(reads)):
            out.write(f'r{k}_{i}\t{16 * reverse}\tchr{r[1]}\t{bp}\t60\t31M\t*\t0\t0\t'
                      f'{"A" * before}{base}{"A" * (30 - before)}\t{"I" * 31}\tRG:Z:1\n')
with open('mother.vcf', 'w') as out:
    out.write('##fileformat=VCFv4.2\n##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">\n')
    for c, length in enumerate(LENGTHS, 1):
        out.write(f'##contig=<ID=chr{c},length={length}>\n')
    out.write('#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tMOTHER\n')
    for r, g in zip(sites, mother):
        a, b = r[at['alleles']].split('/')
        out.write(f'chr{r[1]}\t{r[at["grch38"]]}\t{r[0]}\t{a}\t{b}\t.\tPASS\t.\tGT\t{g[0]}/{g[1]}\n')
def person(id, mother=None, sex='male'):
    return {'id': id, 'father': None, 'mother': mother, 'sex': sex}
people = [person('MOTHER', sex='female')]
json.dump({'format': 'homeward-case/1', 'id': 'bone', 'theta': 0, 'markers': [], 'genotypes': {},
           'reference': 'unrelated',
           'hypotheses': [{'name': 'son', 'pedigree': people + [person('BONE', 'MOTHER')]},
                          {'name': 'grandson', 'pedigree': people + [person('X', 'MOTHER', 'female'),
                                                                     person('BONE', 'X')]},
                          {'name': 'unrelated', 'pedigree': people + [person('BONE')]}]}, open('case.json', 'w'))
END
python3 make.py
what="case.json --snp bone.sam --snp mother.vcf --panel $SOURCE/data/panel_force.csv --population EAS"
homeward lr $what
homeward lr $what --no-grid | grep -c 'as fitted'
homeward lr $what --json > out.json
homeward lr $what --no-grid --library treated --allele-error 0.01 --allele-dropout 0.02 --prune-cm 0.5 --json 2>&1
homeward lr $what --library half
homeward lr $what --umi nowhere
homeward lr $what --no-grid --library treated --json > treated.json
homeward lr $what --no-grid --allele-error 0.01 --json > error.json
homeward lr $what --no-grid --allele-dropout 0.05 --json > dropout.json
homeward lr $what --no-grid --error 0.001 --json > both.json
# The same bone as remains, its mother as a family.
cat > remains.py << 'END'
import json
json.dump({'format': 'homeward-case/1', 'id': 'remains', 'theta': 0, 'markers': [],
           'remains': [{'id': 'BONE', 'sex': 'male', 'genotypes': []}],
           'families': [{'name': 'F', 'missing': ['SON'], 'genotypes': {}, 'pedigree': [
               {'id': 'MOTHER', 'father': None, 'mother': None, 'sex': 'female'},
               {'id': 'SON', 'father': None, 'mother': 'MOTHER', 'sex': 'male'}]}]}, open('remains.json', 'w'))
END
python3 remains.py
homeward identify remains.${what#case.} --pairwise
homeward identify remains.${what#case.} --json > identify.json
# The import of the same reads finds the same model.
homeward init case.hwc > /dev/null
homeward import panel "$SOURCE/data/panel_force.csv" -c case.hwc --panel force --apply --use > /dev/null
homeward import bam bone.sam -c case.hwc --population EAS --apply > /dev/null
homeward show -c case.hwc snp_profile 'BONE#force' --json > imported.json
python3 - << 'END'
import json
def read(name):
    return json.load(open(name))['cases'][0]
c = read('out.json')
one = c['reads'][0]
grid = one['grid']
print(sorted(one), sorted(grid), sorted(grid['hypotheses']['son']))
i, j = grid['fitted']
for name in ('son', 'grandson'):
    of = grid['hypotheses'][name]
    rows = of['log10_lr']
    flat = [x for row in rows for x in row]
    print(name, rows[i][j] == c['evidence'][name]['snp'], len(flat) == len(grid['contamination']) * len(grid['damage']),
          min(flat) == of['lowest'], max(flat) == of['highest'],
          of['by_damage'] == max(rows[i]) - min(rows[i]),
          of['by_contamination'] == max(r[j] for r in rows) - min(r[j] for r in rows))
model = one['model']
print(abs(model['damage']['value'] - 0.3) < 3 * model['damage']['se'],
      abs(model['contamination']['value'] - 0.08) < 3 * model['contamination']['se'])
two = json.load(open('identify.json'))
files = two['files']['snp']
print(sorted(files), files['remains'], files['relatives'], files['others'], files['reads'][0]['model'] == model,
      abs(two['pairwise'][0]['evidence']['snp'] - c['evidence']['son']['snp']) < 1e-3)
how = json.loads(json.load(open('imported.json'))['fields']['how'])
print(how['model'] == model, how['library'], read('treated.json')['reads'][0]['library'],
      'grid' in read('treated.json')['reads'][0])
a, b, d, e = [read(n + '.json')['evidence']['son']['snp'] for n in ('both', 'error', 'dropout', 'out')]
print(len({a, b, d}), [x > 50 for x in (a, b, d, e)])
END
