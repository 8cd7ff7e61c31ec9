# Three men in two boxes: the best partition is examples/grave/truth.csv.
homeward reassociate "$SOURCE/examples/grave/specimens.csv" \
  --profiles "$SOURCE/examples/grave/profiles.json" \
  --osteometry "$SOURCE/examples/grave/osteometry.csv" | sed "s|$SOURCE/||"
