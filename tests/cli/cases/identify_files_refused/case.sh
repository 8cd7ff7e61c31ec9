# Files beside a case file that do not belong to it. All data are made up.
cat > make.py << 'END'
import json
def person(id, mother=None, sex='male'):
    return {'id': id, 'father': None, 'mother': mother, 'sex': sex}
family = [person('MO', sex='female'), person('SON', 'MO')]
json.dump({'format': 'homeward-case/1', 'id': 'c', 'theta': 0, 'markers': [],
           'remains': [{'id': 'B1', 'sex': 'male', 'genotypes': []}, {'id': 'B2', 'sex': 'male', 'genotypes': []}],
           'families': [{'name': name, 'pedigree': family, 'missing': ['SON'], 'genotypes': {}} for name in ('F', 'G')]},
          open('case.json', 'w'))
c = json.load(open('case.json'))
del c['families'][1]
json.dump(c, open('one.json', 'w'))
END
python3 make.py
row() { printf '%s\n' person,ranges,haplotype "$@" > mt.csv; }
try() { homeward identify case.json "$@" > out 2> message; echo "$? $(wc -c < out) $(cat message)"; }
row 'B1,73-340,263G' 'MO,73-340,263G'
try --mtdna mt.csv
try --mtdna mt.csv --mt-stated 0/100
row 'B7,73-340,263G'
try --mtdna mt.csv --mt-stated 0/100
row 'F:MO,73-340,263G' 'F:MO,73-340,rCRS'
try --mtdna mt.csv --mt-stated 0/100
row 'MO,73-340,263G' 'F:MO,73-340,263G'
homeward identify one.json --mtdna mt.csv --mt-stated 0/100 > out 2> message; echo "$? $(cat message)"
try
try --panel none.csv
try --mt-stated 0/100
try --snp none.vcf --frequencies AF
try --ystr none.csv --y-stated 0/100
printf 'person,DYS19\nB9,14\n' > y.csv
try --ystr y.csv --y-stated 0/100
homeward init case.hwc > /dev/null
homeward identify -c case.hwc --mtdna mt.csv > out 2> message; echo "$? $(head -n 1 message)"
homeward identify -c case.hwc --panel p.csv > out 2> message; echo "$? $(head -n 1 message)"
# Other commands have no use for a case without markers.
homeward power one.json > out 2> message; echo "$? $(cat message)"
homeward import case one.json -c case.hwc > out 2> message; echo "$? $(cat message)"
# What does belong: remains and relatives without STR, of two families that call theirs alike.
row 'B1,73-340,263G' 'F:MO,73-340,263G' 'G:MO,73-340,73G 152C 195C 263G' 'B5,73-340,rCRS'
homeward identify case.json --mtdna mt.csv --mt-stated 0/100 --pairwise
