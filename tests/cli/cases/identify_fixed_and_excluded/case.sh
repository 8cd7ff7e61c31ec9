#!/bin/sh
case="$SOURCE/examples/three_missing.json"
tell() { homeward identify "$case" --best 1 "$@" | sed -n '/^Fixed/p; /^Who/,$p'; }
echo "== a mistake is fixed"
tell --fixed F001:F001-M1:R0004
echo "== the truth is excluded"
tell --exclude F001:F001-M2:R0004 --exclude F001:F001-M1:R0002
echo "== both in JSON"
homeward identify "$case" --fixed F001:F001-M2:R0004 --exclude F001:F001-M3:R0001 --json |
  sed -n '/"fixed"/,/^  \]/p; /"excluded"/,/^  \]/p'
