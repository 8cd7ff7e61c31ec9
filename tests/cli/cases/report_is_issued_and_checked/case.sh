# Simulate, import, identify, decide, report, check; files and records that were tampered with. Synthetic.
export HOMEWARD_CASE=case.hwc COLUMNS=100
homeward init --as chief > /dev/null
homeward simulate --seed 5 --frequencies "$SOURCE/data/frequencies_nist1036_asian.csv" --shapes parents \
  --families 3 --remains 3 --unrelated 0 --id sim --out sim.json > /dev/null
homeward import --apply case sim.json > /dev/null
printf 'code,login,permissions\nr1,,review\nr2,,review\nboard,,decide\nclerk,,write\nreader,,write\n' > actors.csv
homeward import actors actors.csv --apply > /dev/null
printf 'person,kind,name\nsim/F001/F001-M1,full,Trần Văn Mẫu\n' > names.csv
homeward import person_names names.csv --apply > /dev/null
homeward identify --investigation sim > /dev/null
hide() { sed -E 's/[0-9a-f]{64}/DIGEST/g; s/[0-9a-f]{16}…/DIGEST…/g'; }
differs() { homeward check --report "$@" | hide; homeward check --report "$@" > /dev/null; echo "exit $?"; }
echo "== issued"
homeward report comparison ID-1 -o c.pdf -o c.html -o c.json --created 2026-01-31T08:00:00Z | hide
homeward decide ID-1 --review agree --reason one --as r1 > /dev/null
homeward decide ID-1 --review agree --reason two --as r2 > /dev/null
homeward report board ID-1 --language en -o b.pdf -o b.json --note 'meeting of May' | hide
homeward decide ID-1 --confirm --reason 'the board' --as board --report b.pdf > /dev/null
homeward report letter ID-1 -o l.html --as clerk | hide
grep -c 'Trần Văn Mẫu' l.html b.json
homeward report national -o n.json | hide
homeward report comparison ID-2 --draft -o draft.pdf | hide
homeward report list | sed -E 's/20[0-9-]*T[0-9:]*Z/TIME/'
echo "== all as they were issued"
for file in c.pdf c.html c.json b.pdf l.html; do differs $file; done
homeward check --report b.pdf --as reader | hide
echo "== again, to the byte, after more was written"
printf 'Viện Mẫu\nPhòng ADN\n' > head.txt
homeward report setting letterhead.vi --text head.txt
homeward report setting letterhead.vi
for r in 1:c.pdf 1:c.html 1:c.json 2:b.pdf 3:l.html 4:n.json; do
  as=chief; [ $r = 3:l.html ] && as=clerk
  homeward report show R-${r%%:*} -o again.${r##*.} --as $as > /dev/null && cmp ${r#*:} again.${r##*.} && echo "$r"
done
homeward report comparison ID-1 --draft -o headed.html > /dev/null && grep -c 'Viện Mẫu' headed.html
homeward report show R-2 -o again.pdf --as reader 2>&1 | sed 's/(.*//'
echo "== tampered"
marker=$(sed -n 's/.*"name": "marker\.\([^"]*\)\.log10_lr".*/\1/p' c.json | head -n 1)
sed "s/\(marker\.$marker\.log10_lr\", \"value\": \)[-0-9.e]*/\19.5/" c.json > t.json
differs t.json | sed "s/marker\.$marker/marker.FIRST/; s/gives [-0-9.e]*/gives NUMBER/"
sed "s/\(marker\.$marker\.log10_lr\", \"value\": \)[-0-9.e]*/\19.5/" c.html > t.html
differs t.html | sed "s/marker\.$marker/marker.FIRST/; s/gives [-0-9.e]*/gives NUMBER/"
sed 's/"claim/&/; s/"state", "text": "reviewed"/"state", "text": "confirmed"/' b.json > t.json
differs t.json
{ cat b.pdf; printf ' '; } > t.pdf
differs t.pdf
differs draft.pdf
sed 's/"code": "R-1"/"code": "R-77"/' c.json > t.json
differs t.json
differs n.json | sed -E 's/(says|gives) [0-9]+/\1 N/'
differs t.json --json
echo "== the data are others now"
homeward set-state profile sim/F001/F001-R1 withdrawn --reason 'mixed up' > /dev/null
differs c.json
homeward report comparison ID-1 -o no.pdf 2>&1 | sed 's/:.*not those/: not those/; s/case.hwc//' ; ls no.pdf 2> /dev/null || echo 'no file'
