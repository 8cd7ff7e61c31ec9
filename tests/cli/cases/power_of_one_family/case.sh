homeward power "$SOURCE/examples/four_families.json" --family F004 --draws 8 \
  --damage 0.005 --lengths "$SOURCE/data/amplicon_lengths_assumed.csv"
