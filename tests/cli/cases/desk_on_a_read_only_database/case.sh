# A file that nobody may write is read, and never written, also not by root.
homeward init case.hwc --as chief >/dev/null
printf 'code,sex,role\nM1,male,missing\n' > persons.csv
homeward import persons persons.csv -c case.hwc --apply >/dev/null
chmod 444 case.hwc
before=$(cksum < case.hwc)
export HOMEWARD_CASE=case.hwc
homeward status | sed -n 3p
homeward show M1 | head -1
homeward find M1
homeward check | sed -n 1p
homeward set-state person M1 withdrawn --reason r 2>&1
echo "exit $?"
homeward backup copy.hwc 2>&1 | sed 's/head \([0-9]*\) .*/head \1 …/'
ls
test "$before" = "$(cksum < case.hwc)" && echo unchanged
