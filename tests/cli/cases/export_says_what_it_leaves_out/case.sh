# A half-known genotype cannot be said in a Familias file: refused, or left out and told.
sed -e '0,/^Allele2= [0-9.]*/s//Allele2= /' "$CASE/../familias_files/dvi.fam" > dvi.fam
homeward init case.hwc > /dev/null
export HOMEWARD_CASE=case.hwc
homeward import fam dvi.fam --apply | tail -n 1
homeward export fam --investigation dvi 2>&1 > refused.fam; echo "exit $?, $(wc -c < refused.fam) bytes"
homeward export fam --investigation dvi --accept-loss 2>&1 > dvi2.fam; echo "exit $?"
homeward import fam dvi2.fam | tail -n 1
