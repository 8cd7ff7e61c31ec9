#!/bin/sh
homeward identify "$SOURCE/examples/four_families.json" --json --pairwise > out.json || exit 9
python3 - << 'END'
import json
d = json.load(open('out.json'))
print(d['format'], d['id'], sorted(d))
print(len(d['pairwise']), sorted(d['pairwise'][0]))
print(d['prior']['each_missing'], d['prior']['none'])
best = [(r['remains'], r['missing']) for r in d['pairwise'] if r['proposed']]
print(best)
print(all(isinstance(r['log10_lr'], float) or r['log10_lr'] == '-inf' for r in d['pairwise']))
END
