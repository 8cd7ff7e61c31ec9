#!/bin/sh
# All proposals as JSON, the same bytes twice; then a pairing that does not stand.
homeward scrutinise "$SOURCE/examples/four_families.json" --all --json --draws 5 --two-n 722 > a.json
echo "all: $?"
homeward scrutinise "$SOURCE/examples/four_families.json" --all --json --draws 5 --two-n 722 > b.json
cmp a.json b.json && echo "same bytes"
python3 - << 'END'
import json
d = json.load(open('a.json'))
print(d['format'], d['id'], d['theta'], len(d['pairings']))
for p in d['pairings']:
    print(p['remains'], p['verdict'], p['reasons'], round(p['log10_lr'], 6), p['closest_rival'])
    assert p['references']['suspect'] is None
    for r in p['rivals']:
        if r['computed']:
            assert abs(r['log10_lr_of_missing_against_it'] - (p['log10_lr'] - r['log10_lr'])) < 1e-9
    for f in p['band']['factors']:
        assert f['log10_least'] <= p['log10_lr'] <= f['log10_most']
END
homeward scrutinise "$SOURCE/examples/four_families.json" F001:F001-M1:R0001 --json > c.json
echo "false pair: $?"
python3 -c "import json; p = json.load(open('c.json'))['pairings'][0]; print(p['verdict'], len(p['reasons']) > 0)"
