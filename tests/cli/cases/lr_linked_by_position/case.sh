#!/bin/sh
# Markers with a place on the map as one chain: the same as a linkage group of Haldane's fractions,
# and another result than their product.
python3 - << 'EOF'
import json, math
places = [0, 7, 19, 55]
markers = [{'name': f'S{i}', 'chromosome': '3', 'position_cm': cm, 'alleles': ['A', 'C'],
            'frequencies': [.3 + .1 * i, .7 - .1 * i], 'mutation': {'model': 'none'}}
           for i, cm in enumerate(places)]
str_ = {'name': 'T', 'chromosome': 'A', 'alleles': ['6', '7'], 'frequencies': [.4, .6],
        'mutation': {'model': 'equal', 'rate': {'female': 0.001, 'male': 0.002}}}
def pedigree(parents):
    people = [{'id': 'F', 'father': None, 'mother': None, 'sex': 'male'},
              {'id': 'M', 'father': None, 'mother': None, 'sex': 'female'}]
    father, mother = ('F', 'M') if parents else (None, None)
    return people + [{'id': id, 'father': father, 'mother': mother, 'sex': 'male'} for id in 'ab']
case = {'format': 'homeward-case/1', 'id': 'linked', 'theta': 0.02,
        'markers': [markers[2], str_, markers[0], markers[3], markers[1]],
        'hypotheses': [{'name': 'siblings', 'pedigree': pedigree(True)},
                       {'name': 'unrelated', 'pedigree': pedigree(False)}], 'reference': 'unrelated',
        'genotypes': {'a': [['C', 'C'], ['6', '7'], ['A', 'C'], ['A', 'C'], ['A', 'A']],
                      'b': [['C', None], ['7', '7'], ['A', 'C'], ['A', 'A'], ['A', 'C']]},
        'dropout': {}}
json.dump(case, open('product.json', 'w'))
case['linkage'] = [{'markers': [m['name'] for m in markers],
                    'recombination': [(1 - math.exp(-2 * (b - a) / 100)) / 2
                                      for a, b in zip(places, places[1:])]}]
json.dump(case, open('group.json', 'w'))
EOF
homeward lr product.json --linked --json > linked.out || exit 9
homeward lr group.json --json > group.out || exit 9
homeward lr product.json --json > product.out || exit 9
python3 - << 'EOF'
import json
linked, group, product = (json.load(open(f'{f}.out'))['cases'][0] for f in ('linked', 'group', 'product'))
a, b, c = (x['log10_lr']['siblings'] for x in (linked, group, product))
print(abs(a - b) < 1e-6, abs(a - c) > 1e-3)
print(sorted(linked) == sorted(group), 'ln_likelihood_per_marker' in product)
EOF
homeward lr product.json --linked --per-marker
