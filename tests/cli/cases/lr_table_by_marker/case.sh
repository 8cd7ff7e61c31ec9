#!/bin/sh
homeward lr "$SOURCE/examples/bone.json" --per-marker
