# Every report in both languages as text of its PDF, digests and times left out. Synthetic.
command -v pdftotext > /dev/null || exit 77
export HOMEWARD_CASE=case.hwc COLUMNS=100
homeward init --as chief > /dev/null
homeward import --apply case "$SOURCE/examples/four_families.json" > /dev/null
table() { file=$1; shift; printf "$@" > "$file.csv"; homeward import "$file" "$file.csv" --apply > /dev/null; }
table actors 'code,login,permissions\nr1,,review\nr2,,review\nboard,,decide\n'
table person_names 'person,kind,name\nsmall/F001/F001-M1,full,Trần Văn Mẫu\n'
table sites 'code,name,kind\nQT-1,hill,burial\n'
table accessions 'code,site,how,received_on,container\nB-1,QT-1,excavated,2026-01-02,wooden box\n'
table specimens 'code,accession,element,side\nS-1,B-1,femur,left\nS-2,B-1,tibia,left\n'
printf 'code,investigation,specimen,kind,taken_on\nsmall/R0003,small,S-1,powder,2026-01-10\n' > samples.csv
homeward import samples samples.csv --apply --update > /dev/null 2>&1
table custody 'item_kind,item,number,at,action,from_holder,to_holder,seal,seal_state,place\naccession,B-1,1,2026-01-02T08:00:00Z,received,,Field team 7,K-100,,camp\naccession,B-1,2,2026-01-05T08:00:00Z,transferred,Field team 7,Laboratory,K-100,intact,store 2\nspecimen,S-1,1,2026-01-05T09:00:00Z,received,,Laboratory,K-101,,store 2\n'
table commitments 'code,pledged_by,what,amount,unit,pledged_on,source\nC-1,Partner A,DNA analysis,1500000,USD,2025-03-01,memorandum of 1 March 2025\n'
table deliveries 'code,commitment,kind,amount,unit,delivered_on,source\nD-1,C-1,disbursed,400000,USD,2025-09-01,statement 2025\n'
homeward identify --investigation small > /dev/null
homeward decide ID-1 --review agree --reason 'read again' --as r1 > /dev/null
homeward decide ID-1 --review agree --reason 'the site fits' --as r2 > /dev/null
homeward decide ID-1 --confirm --reason 'the board' --as board > /dev/null
homeward decide ID-3 --reject --reason 'the site does not fit' --as board > /dev/null
table handovers 'code,identification,handed_on,recipient,place,minutes\nHO-1,ID-1,2026-07-27,Trần Thị Con,xã Mẫu,BB-12\n'
table handover_items 'handover,item_kind,item\nHO-1,specimen,S-1\nHO-1,sample,small/R0003\n'
# What depends on the day of the test is left out: digests, times, the tables with times of a board
# report and what follows them, the axis of progress, the feet of pages.
show() {
  homeward report "$@" --draft --created 2026-01-31T08:00:00Z -o r.pdf > /dev/null
  echo "======== $*"
  pdftotext -layout r.pdf - | tr '\f' '\n' | sed -E 's/[0-9a-f]{15,}/DIGEST/g; s/[ \t]+/ /g; s/^ //; s/ $//
    /^(Reviews|Ý kiến thẩm định)$/,/^(Conclusion of the board|Kết luận của Hội đồng)$/d
    /^(Progress|Tiến độ)$/,/^(Families who cannot|Gia đình chưa thể)/d
    s#[0-9]{2}/[0-9]{2}/20[0-9]{2} 08:00 UTC#TIME#; s#[0-9]+ [A-Z][a-z]+ 20[0-9]+ 08:00 UTC#TIME#' |
    grep -vE '^$|^(ref|avx2|avx512) |^DIGEST$|BLAKE2b DIGEST$|(DRAFT|BẢN NHÁP) ·' |
    case $1 in handover) tr '\n' ' ' | sed -E 's#(on |ngày )[0-9/A-Za-z ]*20[0-9]{2}: #\1DAY: #g' | sed 's/[.] /.\n/g; s/…………*/…/g'; echo ;;
      *) cat ;; esac
}
for language in vi en; do
  for what in 'comparison ID-1' 'board ID-1' 'letter ID-1' 'letter ID-2' 'letter ID-3' 'handover HO-1' national; do
    show $what --language $language
  done
done
show letter ID-1 --without-names | sed -n '1,12p'
