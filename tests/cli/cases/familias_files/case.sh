#!/bin/sh
# Familias files (synthetic) are taken as they are; how they were understood is told beside the
# results.
cp "$CASE"/*.fam .
homeward lr kinship.fam 2>&1
homeward identify dvi.fam --pairwise 2>&1
echo "--- the wrong kind, a database alone, mistakes from standard input"
homeward identify kinship.fam 2>&1; echo "exit $?"
{ sed -n 1,3p dvi.fam; printf '%s\n' 0 '"Known relations"' 0 0 0 0 '#FALSE#' 1 '#FALSE#' '"L"' \
  0 0 0 0 2 0 0 0 0 '#FALSE#' 0 2 '"1"' 0.5 '"2"' 0.5; } > database.fam
homeward lr database.fam 2>&1; echo "exit $?"
sed -e 's/Allele1= 12/Allele1= 11/' -e 's/SystemName= L2/SystemName= L3/' dvi.fam |
  homeward identify - 2>&1; echo "exit $?"
