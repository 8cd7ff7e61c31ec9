#!/bin/sh
python3 - << 'END'
import json, os
good = json.load(open(os.environ['SOURCE'] + '/examples/paternity.json'))
bad = json.loads(json.dumps(good))
bad['id'] = 'too big'
bad['format'] = good['format']
json.dump({'format': 'homeward-cases/1', 'cases': [bad, good]}, open('cases.json', 'w'))
END
homeward lr cases.json --max-work 1 --json | grep -c '"error"'
homeward lr cases.json --case paternity | head -n 1
homeward lr cases.json --max-work 1 > out 2> message
echo "$? $(wc -l < message)"
homeward identify cases.json
