# Every command's JSON is JSON, and names its format.
export HOMEWARD_CASE=case.hwc
homeward init --as chief >/dev/null
printf 'code,sex,role\nM1,male,missing\n' > persons.csv
homeward import persons persons.csv --apply >/dev/null
look() {
  python3 -c 'import json,sys; d=json.load(sys.stdin); print(d["format"], sorted(d)[:6])'
}
homeward status --json | look
homeward find M1 --json | look
homeward find none --json | look
homeward show M1 --history --json | look
homeward check --json | look
homeward set-state person M1 withdrawn --reason 'a test' --json | look
homeward show M1 --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["withdrawn"])'
