homeward init case.hwc > /dev/null
printf 'code\nA-1\n' > accessions.csv
printf 'code,accession,element\nA-1-1,A-1,femur\n' |
  homeward import specimens - -c case.hwc
echo "without the accession: $?"
homeward import accessions accessions.csv -c case.hwc --apply
printf 'code,accession,element\nA-1-1,A-1,femur\n' | homeward import specimens - -c case.hwc --apply
printf 'code\nA-2\n' > two.csv
printf 'code\nA-3\n' > three.csv
homeward import accessions two.csv three.csv -c case.hwc --apply
homeward export accessions -c case.hwc --current
