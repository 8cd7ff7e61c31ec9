# Pages of records on screens of two widths; synthetic data.
export HOMEWARD_CASE=case.hwc
homeward init --as chief >/dev/null
printf 'code,kind,name,place\nST,burial,Đồi 62,"Hướng Hóa, Quảng Trị"\n' > sites.csv
printf 'code,site,how,container,note\nBX,ST,excavated,wooden box,"a long remark that does not fit on a narrow screen and is cut"\n' > accessions.csv
printf 'code,accession,element,side\nBN,BX,femur,left\n' > specimens.csv
printf 'code,specimen,kind\nSM,BN,cutting\n' > samples.csv
printf 'item_kind,item,number,at,action,from_holder,to_holder,seal,seal_state\nsample,SM,1,2026-01-02T08:00:00Z,received,,Store,A1,\nsample,SM,2,2026-01-03T08:00:00Z,transferred,Store,Laboratory,,intact\n' > custody.csv
for kind in sites accessions specimens samples; do
  homeward import $kind $kind.csv --apply >/dev/null
done
homeward import custody_events custody.csv --apply >/dev/null
homeward show SM
COLUMNS=60 homeward show ST
homeward show site ST --history --json | python3 -c '
import json, sys
history = json.load(sys.stdin)["sections"][-1]
for row in history["rows"]:
    print(history["key"], row["entry"], row["by"], row["action"], row["what"])'
