#!/bin/sh
homeward lr "$CASE/case.json" --per-marker
homeward lr "$CASE/case.json" --json | grep -c per_marker || true
