# SNP profiles of the same persons as the STR profiles; the same seed gives the same bytes.
panel=$SOURCE/data/panel_force.csv frequencies=$SOURCE/data/frequencies_nist1036_asian.csv
snps() { homeward simulate --seed 7 --panel "$panel" --panel-population ALL --families 6 --remains 8 --unrelated 3 \
  --shapes grand-nephews,cousins-removed,second-cousins --coverage 2 --lineage "$@"; }
snps --tables a --truth a.csv
snps --tables b --truth b.csv > /dev/null
diff -r a b && cmp a.csv b.csv && echo same
ls a
grep -v '^##' a/snp_references.vcf | head -n 2 | cut -f 1-10
grep -v '^##' a/snp_remains.vcf | head -n 1 | tr '\t' '\n' | tail -n 8 | tr '\n' ' '; echo
# Relatives of a missing person by STR are those by SNP: families and remains do not change.
snps --frequencies "$frequencies" --tables c --truth c.csv > /dev/null
cmp a/families.csv c/families.csv && cut -d , -f 1-4 a.csv > a4 && cut -d , -f 1-4 c.csv > c4 && cmp a4 c4 && echo same
cmp a/snp_remains.vcf c/snp_remains.vcf && echo same
# Damage and contamination change what is read of the remains, not of the relatives.
snps --tables d --deamination 0.3 --contamination 0.1 > /dev/null
cmp a/snp_references.vcf d/snp_references.vcf && echo same
cmp -s a/snp_remains.vcf d/snp_remains.vcf || echo other
cut -d , -f 1-4 a/mtdna.csv | head -n 2
cut -d , -f 1-5 a/ystr.csv | head -n 1
