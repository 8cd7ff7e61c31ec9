#!/bin/sh
homeward lr "$SOURCE/examples/paternity.json" --json > out.json || exit 9
python3 - << 'END'
import json
d = json.load(open('out.json'))
print(d['format'], len(d['cases']), sorted(d))
c = d['cases'][0]
print(c['id'], c['reference'], sorted(c))
print(sorted(c['ln_likelihood']), sorted(c['log10_lr']))
total = sum(c['ln_likelihood_per_marker']['father'])
print(abs(total - c['ln_likelihood']['father']) < 1e-12, len(c['log10_lr_per_marker']['father']))
END
