# The file at a higher threshold, with pairs; then what is left when parents cannot be asked.
homeward power "$SOURCE/examples/four_families.json" --threshold 14 --pairs --draws 8
echo "status $?"
homeward power "$SOURCE/examples/four_families.json" --no-remains --threshold 8 \
  --not-available F004:F004-U1,F004:F004-U2,F004:F004-U3
echo "status $?"
