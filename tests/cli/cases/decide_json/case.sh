# The same as JSON, read back by a JSON reader.
export HOMEWARD_CASE=case.hwc
homeward init --as chief > /dev/null
homeward import --apply case "$SOURCE/examples/four_families.json" > /dev/null
printf 'code,login,permissions\nr1,,review\nr2,,review\nboard,,decide\n' > actors.csv
homeward import actors actors.csv --apply > /dev/null
homeward identify --investigation small > /dev/null
homeward decide ID-2 --review agree --reason fits --as r1 --json
homeward decide ID-2 --review agree --reason fits --as r2 > /dev/null
homeward decide ID-2 --confirm --reason board --as board > /dev/null
homeward decide ID-2 --json > sheet.json
homeward decide --list --json > list.json
homeward decide --policy --json > policy.json
python3 - << 'END'
import json
sheet = json.load(open('sheet.json'))
print(sheet['format'], sheet['code'], sheet['state'], sheet['can_become'])
print([(c['what'], c['is_met'], c['can_override']) for c in sheet['checks']])
print([(s['actor'], s['action']) for s in sheet['steps']])
stood = json.loads(sheet['steps'][-1]['stood_on'])
print(sorted(stood), stood['run']['code'], stood['policy'], stood['reviews'])
print(stood['figures']['log10_lr'] == sheet['figures']['log10_lr'])
print([(i['code'], i['state'], i['waits_for']) for i in json.load(open('list.json'))['identifications']])
print(json.load(open('policy.json')))
END
