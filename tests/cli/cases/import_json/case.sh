homeward init case.hwc > /dev/null
printf 'code,latitude\nS-1,16.75\n' > good.csv
printf 'code,latitude\nS-2,north\n' > bad.csv
homeward import sites good.csv -c case.hwc --json > good.json
homeward import sites bad.csv -c case.hwc --json > bad.json 2> /dev/null
status=$?
sed '/"digest"/d' good.json bad.json
exit $status
