# Words that do not fit together, and what the database refuses.
export HOMEWARD_CASE=case.hwc
homeward init --as chief > /dev/null
printf 'code,sex,role\nM1,male,missing\n' > persons.csv
printf 'code,kind\nS1,bone\n' > samples.csv
homeward import persons persons.csv --apply > /dev/null
homeward import samples samples.csv --apply > /dev/null
try() {
  homeward decide "$@" 2>&1
  echo "exit $?"
}
try
try ID-1 ID-2
try ID-1 --confirm --reject --reason x
try ID-1 --review maybe --reason x
try ID-1 --confirm
try ID-1 --posterior 0.9
try ID-1 --reject --override x --reason x
try ID-1 --evidence x
try ID-1
try --list maybe
try --list a b
try --propose M1 --reason x
try --propose M1 S9 --reason x
try --propose M1 S1
try --policy --posterior 0.9
try --policy main --posterior much --reason x
try --policy main --posterior 2 --reason x
try --policy main --reviewers 1 --reason x
try --policy main --joint perhaps --reason x
try --policy other --markers 5 --reason x
try --propose M1 S1 --reason 'a letter'
try ID-1 --review agree --reason mine
try ID-1 --confirm --reason x --report nothing.pdf
try ID-1 --confirm --reason x
