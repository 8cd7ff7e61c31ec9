# Of more than 100 faults the rest is counted; --all prints them.
export HOMEWARD_CASE=case.hwc
homeward init --as chief >/dev/null
python3 - <<'PY'
with open('i.csv', 'w') as file:
    file.write('code,person,sample,state\n')
    for i in range(120):
        file.write(f'I{i},M{i},S{i},candidate\n')
with open('p.csv', 'w') as file:
    file.write('code,sex,role\n' + ''.join(f'M{i},male,missing\n' for i in range(120)))
with open('s.csv', 'w') as file:
    file.write('code,kind\n' + ''.join(f'S{i},bone\n' for i in range(120)))
PY
homeward import persons p.csv --apply >/dev/null
homeward import samples s.csv --apply >/dev/null
homeward import identifications i.csv --apply >/dev/null
for i in $(seq 0 119); do
  homeward set-state person M$i withdrawn --reason r >/dev/null
done
homeward check | sed -n '1p;100,$p' | sed 's/head \([0-9]*\) .*/head \1 …/'
homeward check --all | wc -l
homeward check --json | python3 -c 'import json,sys; d=json.load(sys.stdin); print(len(d["faults"]), d["left_out"], d["n_warnings"])'
