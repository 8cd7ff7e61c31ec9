# The same bytes for any number of threads; the numbers of the JSON keep their laws.
homeward power "$SOURCE/examples/four_families.json" --json --threads 1 --pairs --draws 4 > one.json || exit 9
homeward power "$SOURCE/examples/four_families.json" --json --threads 3 --pairs --draws 4 > three.json || exit 9
cmp one.json three.json && echo "same bytes"
python3 - << 'END'
import json
d = json.load(open('one.json'))
print(d['format'], d['id'], sorted(d))
for t in d['targets']:
    b = t['distribution']
    print(t['missing'], t['verdict'], sorted(t) == sorted(d['targets'][0]) or 'everybody' in t,
          abs(sum(b['truth']) - 1) < 1e-9,
          abs(sum(b['unrelated']) + t['unrelated']['impossible'] - 1) < 1e-9,
          abs(t['truth']['pass'] + t['truth']['fail'] - 1) < 1e-9,
          len(t['exclusion']['per_marker']) == len(d['markers']))
    for i, (r, u) in enumerate(zip(b['truth'], b['unrelated'])):
        x = b['least_log10_lr'] + i * b['width']
        if u > 1e-9 and r > 1e-9:
            assert 10 ** x * 0.99 < r / u < 10 ** (x + b['width']) * 1.01, (t['missing'], x)
print([(s['family'], s['persons'], round(s['gain_pass'], 4)) for s in d['sample']])
print([(r['remains'], r['missing'], r['missing_markers']) for r in d['retype']])
print(sorted(d['summary']))
END
