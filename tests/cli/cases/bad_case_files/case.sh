#!/bin/sh
# Each of these ends with status 2, one line on standard error, nothing on standard output.
base=$SOURCE/examples/paternity.json
try() {
  name=$1
  homeward lr "$2" > out 2> message
  echo "$? $(wc -l < message) $(wc -c < out) $name"
  # The line says who speaks and which file is meant.
  grep -q "^homeward: $2:" message || echo "  unclear: $(cat message)"
}
edit() { sed "$2" "$base" > bad.json; cmp -s bad.json "$base" && echo "  unchanged: $1"; try "$1" bad.json; }
edit "unknown key" 's/"theta"/"thetta"/'
edit "format" 's/homeward-case\/1/homeward-case\/9/'
edit "theta out of range" 's/"theta": 0/"theta": 1.5/'
edit "theta is text" 's/"theta": 0/"theta": "0"/'
edit "not a number" 's/"theta": 0/"theta": NaN/'
edit "frequencies do not sum" 's/"frequencies": \[0\.0257[0-9]*/"frequencies": [0.9/'
edit "negative frequency" 's/"frequencies": \[0\.0257[0-9]*/"frequencies": [-0.0257731958762887/'
edit "allele without frequency" 's/"alleles": \["14", /"alleles": ["14", "99", /'
edit "allele unknown" 's/"child": \[\["15"/"child": [["77"/'
edit "too few genotypes" 's/"child": \[\["15", "16"\], /"child": [/'
edit "mother is male" 's/{"id": "woman", "father": null, "mother": null, "sex": "female"}/{"id": "woman", "father": null, "mother": null, "sex": "male"}/'
edit "her own ancestor" 's/{"id": "man", "father": null/{"id": "man", "father": "child"/'
edit "unknown parent" 's/"father": "man"/"father": "nobody"/'
edit "duplicate person" 's/"id": "woman"/"id": "man"/'
edit "duplicate hypothesis" 's/"name": "father"/"name": "unrelated"/'
edit "unknown reference" 's/"reference": "unrelated"/"reference": "none"/'
edit "unknown model" 's/"model": "equal"/"model": "magic"/'
edit "rate out of range" 's/"female": 0.001/"female": 7/'
head -c 700 "$base" > bad.json; try "truncated" bad.json
printf '' > bad.json; try "empty" bad.json
printf '[]' > bad.json; try "array" bad.json
head -c 1000000 /dev/zero | tr '\0' '[' > bad.json; try "a megabyte of brackets" bad.json
sed 's/paternity/p\xff/' "$base" > bad.json; try "not UTF-8" bad.json
sed 's/"theta": 0/"theta": 0, "theta": 0/' "$base" > bad.json; try "duplicate key" bad.json
