#!/bin/sh
# One clear line with the file and what to do; exit status 2; nothing on standard output.
panel=$SOURCE/data/panel_force.csv
homeward simulate --seed 7 --panel "$panel" --panel-population EAS --families 1 --remains 1 --unrelated 0 \
  --shapes sibs --coverage 4 --tables t > /dev/null || exit 9
try() { homeward relate "$@" > out 2> message; echo "$? $(wc -c < out) $(cat message)"; }
file=t/snp_references.vcf
grep -v '^##contig\|^##reference' $file > nobuild.vcf
try $file
try nobuild.vcf --frequencies estimate
try $file --panel "$panel"
try $file --panel "$panel" --population Narnia
try $file --population EAS
try $file --panel "$panel" --population EAS --frequencies estimate
try $file --panel "$panel" --population EAS --build 36
try $file --panel "$panel" --population EAS --build 37
try $file $file --panel "$panel" --population EAS
try $file --panel "$panel" --population EAS --samples nobody
try $file --panel "$panel" --population EAS --samples F001-R1
try $file --panel "$panel" --population EAS --pairs F001-R1:nobody
try $file --panel "$panel" --population EAS --pairs F001-R1:F001-R1
try $file --panel "$panel" --population EAS --relations cousin
try $file --frequencies AF
printf 'F001-R1\n' > list
try $file --frequencies estimate=list
printf 'a b\n' > short.ped
try $file --panel "$panel" --population EAS --ped short.ped
printf 'a b c d\n' > other.ped
try $file --panel "$panel" --population EAS --ped other.ped
printf 'marker allele1 allele2 A A A B B B\n1_752566 0 2 0.3 0.3 0.4 1 0 0\n' > x.beagle
try x.beagle --frequencies estimate
printf 'marker allele1 allele2 A A A B B B\n1_752566 0 2 0.3 0.3 0.4 1 0\n' > x.beagle
try x.beagle --frequencies estimate --build 37
try bone.bam --frequencies estimate
try missing.vcf --frequencies estimate
