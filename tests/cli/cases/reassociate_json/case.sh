homeward reassociate "$SOURCE/examples/grave/specimens.csv" --json --pairs 0.9 --alternatives 2 \
  --profiles "$SOURCE/examples/grave/profiles.json" --prior 3 --without measurements,age \
  --other-accession 0.5 | sed "s|$SOURCE/||; s|\"version\": \"[^\"]*\"|\"version\": \"*\"|"
