#!/bin/sh
sed 's/REF/unrelated/' "$CASE/case.json" > case.json
homeward lr case.json
homeward lr case.json --json | grep '"father": \|"same": '
sed 's/REF/father/' "$CASE/case.json" > case.json
homeward lr case.json --json | grep -A 3 '"log10_lr": '
homeward lr case.json
