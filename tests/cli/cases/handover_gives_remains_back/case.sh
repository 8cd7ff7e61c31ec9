# Remains are proposed, handed over, shown, and taken back; synthetic.
export HOMEWARD_CASE=case.hwc COLUMNS=100
homeward init --as chief > /dev/null
homeward import --apply case "$SOURCE/examples/four_families.json" > /dev/null
printf 'code,login,permissions\nr1,,review names\nr2,,review\nboss,,decide administer\nclerk,,write\n' > actors.csv
homeward import actors actors.csv --apply > /dev/null
printf 'person,kind,name\nsmall/F001/F001-M1,full,Trần Văn Mẫu\n' > names.csv
homeward import person_names names.csv --apply > /dev/null
homeward identify --investigation small > /dev/null
record() { homeward handover record "$@" 2>&1 | sed 's/20[0-9-]*T[0-9:]*Z/TIME/'; }
echo "== refused"
record ID-1 --on 2026-07-27 --to 'Trần Thị Mẫu'
homeward decide ID-1 --review agree --reason 'fits' --as r1 > /dev/null
homeward decide ID-1 --review agree --reason 'fits' --as r2 > /dev/null
homeward decide ID-1 --confirm --reason 'board' --as boss > /dev/null
record ID-1 --on July --to 'Trần Thị Mẫu'
record ID-1 --on 2026-07-27
record ID-1 --on 2026-07-27 --to 'Trần Thị Mẫu' --as clerk
record ID-1 --on 2026-07-27 --to 'Trần Thị Mẫu' --item bone:B1
homeward handover frob 2>&1
homeward handover show 2>&1
homeward handover list
echo "== recorded"
homeward handover propose ID-1
record ID-1 --on 2026-07-27 --to 'Trần Thị Mẫu' --place 'nghĩa trang' --minutes BB-12
homeward handover show HO-1 --as clerk 2>&1 | sed 's/20[0-9-]*T[0-9:]*Z/TIME/'
homeward handover list --json | sed 's/20[0-9-]*T[0-9:]*Z/TIME/'
record ID-1 --on 2026-07-27 --to 'Trần Thị Mẫu'
echo "== taken back"
homeward handover withdraw HO-1 2>&1
homeward handover withdraw HO-1 --reason 'wrong day'
homeward handover list
homeward handover list --all
homeward check | tail -n 2 | head -n 1
