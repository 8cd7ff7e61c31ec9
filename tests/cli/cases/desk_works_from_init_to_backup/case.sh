# One case from an empty file to a confirmed identification and a backup; synthetic data.
export HOMEWARD_CASE=case.hwc
homeward init --description 'A small case' --as chief | sed 's/ with all.*//'
printf 'code,login,permissions\nr1,,review\nr2,,review\nboard,,decide\n' > actors.csv
printf 'code,sex,role\nM1,male,missing\nR1,male,relative\n' > persons.csv
printf 'person,kind,name\nM1,full,Nguyễn Văn Hùng\nR1,full,Đỗ Thị Hà\n' > names.csv
printf 'code,kind\nS1,bone\n' > samples.csv
printf 'code,person,sample\nI1,M1,S1\n' > identifications.csv
homeward import actors actors.csv --apply >/dev/null
homeward import persons persons.csv --apply >/dev/null
homeward import person_names names.csv --apply >/dev/null
homeward import samples samples.csv --apply >/dev/null
homeward import identifications identifications.csv --apply >/dev/null
homeward decide --policy main --posterior none --reason 'known by his papers' | tail -n 1
homeward find hung nguyen
homeward find DO THI HA
homeward find S1
homeward set-state identification I1 reviewed --reason 'it fits' --as r1
homeward set-state identification I1 reviewed --reason 'not sure' --disagree --as r2
homeward set-state identification I1 reviewed --reason 'looked again' --as r2
homeward set-state identification I1 confirmed --reason 'board of 31 January' --as board
homeward status | sed 's/^\(Last [a-z]*\) .*/\1 …/'
homeward backup copy.hwc | sed 's/head \([0-9]*\) .*/head \1 …/'
homeward status | grep 'Last backup' | sed 's/ 20[0-9: -]*UTC/ …/'
homeward check -c copy.hwc | sed "s/name, '.*/name …/" | sed 's/head \([0-9]*\) .*/head \1 …/'
homeward backup copy.hwc 2>&1
echo "exit $?"
