# SNP panels are simulated, ranked, and told for each relative; the same seed gives the same bytes.
small() { awk -F, 'BEGIN { OFS = "," } /^#/ || /^marker,/ || ++n % 25 == 0' "$SOURCE/data/panel_force.csv"; }
small > small.csv
file="$SOURCE/examples/four_families.json"
power() { homeward power "$file" --no-remains --snp-draws 50 --threshold 8 "$@"; }
power --panel small.csv:ALL@0.5 --panel small.csv:ALL@8 --snp-next --top 4 | sed -n '/^SNP panels/,$p'
power --panel small.csv:ALL@2 --family F004 | sed -n '/^SNP panels/,$p'
power --panel small.csv:ALL@2 --max-bits 1 --threads 2 | sed -n '/^Left out/,$p'
power --panel small.csv:ALL@2 --json --threads 1 > a.json
power --panel small.csv:ALL@2 --json --threads 2 > b.json
cmp a.json b.json && grep -c '"mean_inverse_lr"' a.json
power --panel small.csv:ALL@2 --deamination 0.3 --contamination 0.05 --call-dropout 0.02 --call-missing 0.2 \
  | sed -n '/^Reads/p'
# What does not fit.
power --panel none.csv; echo "$?"
power --panel small.csv; echo "$?"
power --panel small.csv:NOBODY; echo "$?"
power --panel small.csv:ALL@-1; echo "$?"
power --panel small.csv:ALL --library triple; echo "$?"
power --panel small.csv:ALL --snp-draws 3; echo "$?"
printf 'marker,chromosome,grch37,grch38,alleles,female_cm,male_cm,ALL\nrs1,1,100,200,A/G,,,0.5\n' > bare.csv
power --panel bare.csv; echo "$?"
