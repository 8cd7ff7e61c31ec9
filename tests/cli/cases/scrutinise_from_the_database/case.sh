# Candidates of a run are examined with the tables that the database holds.
homeward init case.hwc > /dev/null
homeward import -c case.hwc --apply case "$SOURCE/examples/four_families.json" > /dev/null
homeward import -c case.hwc --apply frequencies \
  "$SOURCE/data/frequencies_nist1036_asian.csv" > /dev/null
homeward identify -c case.hwc --investigation small > /dev/null
homeward scrutinise -c case.hwc --investigation small --all --json > all.json
echo "all: $?"
python3 - << 'END'
import json
d = json.load(open('all.json'))
for p in d['pairings']:
    print(p['remains'], p['identification'], p['state'], p['verdict'])
    table = [f for f in p['band']['factors'] if f['factor'] == 'frequency-table'][0]
    print([x['at'] for x in table['points']], table['log10_most'] > table['log10_least'])
END
HOMEWARD_CASE=case.hwc homeward scrutinise --investigation small F001:F001-M1:R0003 | head -n 3
HOMEWARD_CASE=case.hwc homeward scrutinise --investigation small ID-1 | head -n 3
HOMEWARD_CASE=case.hwc homeward scrutinise --investigation small ID-99 2>&1
echo "unknown: $?"
