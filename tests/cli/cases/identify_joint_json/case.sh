#!/bin/sh
# The joint figures agree with the list of all assignments that the program itself gives.
homeward identify "$SOURCE/examples/three_missing.json" --json --best 1000 > out.json || exit 9
python3 - << 'END'
import json
import math

def number(value):
    return {'-inf': -math.inf, 'inf': math.inf}.get(value, value)

d = json.load(open('out.json'))
joint = d['joint']
print(d['format'], d['id'], d['method'], sorted(d))
print(sorted(joint))
best = joint['best']
print(len(best), joint['assignments'], sorted(best[0]))
print(best[0]['assignment'])
weights = [math.exp(number(a['ln_likelihood']) - best[0]['ln_likelihood']) for a in best]
total = math.fsum(weights)
worst = max(abs(a['posterior'] - w / total) for a, w in zip(best, weights))
print('posteriors of assignments', worst < 1e-12)

missing = sorted({p['missing'] for p in d['pairwise']})
worst, worst_glr = 0, 0
glr = {(g['remains'], g['missing']): number(g['log10_glr']) for g in joint['glr']}
for remains, row in joint['posterior'].items():
    for person in missing + ['none']:
        name = None if person == 'none' else person
        there = [w for a, w in zip(best, weights) if a['assignment'][remains] == name]
        worst = max(worst, abs(row.get(person, 0) - math.fsum(there) / total))
        if name and there:
            without = max(w for a, w in zip(best, weights) if a['assignment'][remains] != name)
            worst_glr = max(worst_glr, abs(glr[remains, person] - math.log10(max(there) / without)))
print('posteriors of pairings', worst < 1e-12, '- GLR', worst_glr < 1e-9)
for person, absent in joint['absent'].items():
    there = math.fsum(w for a, w in zip(best, weights) if person in a['assignment'].values())
    assert abs(absent - (1 - there / total)) < 1e-12, person
print(joint['prior'], joint['exact'], joint['symmetric'], joint['non_identifiable'])
print([(p['remains'], p['missing']) for p in d['pairwise'] if p['proposed']])
for p in d['pairwise']:
    assert p['posterior'] == joint['posterior'][p['remains']][p['missing']]
END
