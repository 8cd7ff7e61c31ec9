homeward init case.hwc > /dev/null
cat > sites.csv <<'END'
code,latitude,longitude,state
S-1,16.75,107.18,
S-2,"16,5",107,
S-3,107,16,dug
,1,2,
END
homeward import sites sites.csv -c case.hwc --apply
status=$?
homeward export sites -c case.hwc
exit $status
