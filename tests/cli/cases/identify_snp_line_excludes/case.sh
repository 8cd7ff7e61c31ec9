# A brother's bone by STR, but of another mother and of another father: it stays a pair, and the lines
# are told. All data are made up.
homeward init case.hwc > /dev/null
import() { homeward import -c case.hwc --apply "$@" > log || cat log; }
{ echo marker,allele,frequency
  for m in A1 A2 A3 A4 A5; do for a in 10 11 12; do echo $m,$a,0.05; done; echo $m,13,0.85; done; } > f.csv
printf 'family,person,father,mother,sex,missing\nF,FA,,,male,\nF,MO,,,female,\nF,SON,FA,MO,male,yes\n' > families.csv
printf 'profile,person,A1,A2,A3,A4,A5\nFA,FA,10/11,10/11,10/11,10/11,10/11\nMO,MO,12/13,12/13,12/13,12/13,12/13\n' > people.csv
printf 'sample,sex,A1,A2,A3,A4,A5\nB1,male,10/12,11/12,10/12,11/12,10/12\nB2,male,10/13,13/13,13/13,13/13,13/13\n' > bones.csv
printf 'profile,sample,person,ranges,haplotype\nm1,B1,,16024-16365,16126C 16189C 16223T 16278T\nmm,,MO,16024-16365,16129A\n' > mt.csv
printf 'profile,sample,person,DYS19,DYS390,DYS391,DYS392\ny1,B1,,14,24,10,11\nyf,,FA,15,23,11,12\n' > y.csv
import frequencies f.csv --use
import families families.csv
import profiles people.csv
import profiles bones.csv
import mtdna mt.csv
import ystr y.csv
homeward identify -c case.hwc --pairwise --dry-run 2> /dev/null
homeward identify -c case.hwc --dry-run --per-marker F:SON:B1 2> notes | sed -n '/by kind/,/^  all/p;/alone/p'
sed 's/.*note/note/' notes
homeward identify -c case.hwc --dry-run --without mt,y 2>&1 | grep B1
homeward identify -c case.hwc --dry-run --json 2> /dev/null | sed -n '/excluded_by_lines/,/]/p'
homeward identify -c case.hwc --without str; echo $?
homeward identify case.json --without snp; echo $?
