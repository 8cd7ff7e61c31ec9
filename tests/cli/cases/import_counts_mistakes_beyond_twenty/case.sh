homeward init case.hwc > /dev/null
{ echo code,sex,role; seq 30 | sed 's/$/,male,cousin/'; } | homeward import persons - -c case.hwc
