#!/usr/bin/env python3
"""homeward relate on seven real people of one population, read about six times, whose relations
are known: one command gives all five, and no unrelated pair passes. Speaks TAP.

    tests/cli/relate_people.py HOMEWARD

Known: 2-3 parent and child, 3-4 full siblings, 5-6 first cousins; 0-1 and 2-4 second degree, of which
the kinds can hardly be told apart; all others unrelated. Needs the material of $HOMEWARD_SHARED.
"""
import json
import os
import subprocess
import sys

KNOWN = {(2, 3): 'parent-child', (3, 4): 'full siblings', (0, 1): '2nd degree',
         (2, 4): '2nd degree', (5, 6): '3rd degree'}


def run(homeward, folder, *more):
    out = subprocess.run(
        [homeward, 'relate', f'{folder}/LWK.beagle.gz', '--frequencies', f'{folder}/LWK.freq.gz',
         '--build', '37', '--json', *more], capture_output=True, text=True, check=True)
    return json.loads(out.stdout), out.stderr


def pairs_of(found):
    return {(int(p['first'][3:]), int(p['second'][3:])): p for p in found['pairs']}


def checks(homeward, folder):
    found, told = run(homeward, folder)
    pairs = pairs_of(found)
    seen = {pair: p['class'] for pair, p in pairs.items()}
    yield 'the five known relations, and nobody else', seen == KNOWN, seen
    yield 'all pairs are screened', found['pairs_screened'] == 21, found['pairs_screened']
    check = found['population_check']
    yield 'own frequencies fit', check['verdict'] == 'fits' and check['pairs'] == 16, check
    yield 'nothing is warned of', told == '', told
    best = {pair: p['best'] for pair, p in pairs.items()}
    yield 'first cousins are best for 5 and 6', best.get((5, 6)) == 'cousins', best
    margins = {pair: p['margin'] for pair, p in pairs.items()}
    yield 'each class is ahead by 10 or more', min(margins.values(), default=0) >= 1, margins
    uniform, _ = run(homeward, folder, '--map', 'uniform')
    seen = {pair: p['class'] for pair, p in pairs_of(uniform).items()}
    yield 'a uniform map tells the same', seen == KNOWN, seen
    everybody, _ = run(homeward, folder, '--threshold', '-300')
    others = {pair: max(p['log10_lr'].values()) for pair, p in pairs_of(everybody).items()
              if pair not in KNOWN}
    yield 'no unrelated pair above 10^4', max(others.values(), default=9) < 4, others


def main():
    homeward, shared = sys.argv[1], os.environ.get('HOMEWARD_SHARED', '')
    folder = f'{shared}/data/snp'
    if not shared or not os.path.exists(f'{folder}/LWK.beagle.gz'):
        print('1..0 # SKIP $HOMEWARD_SHARED is not there')
        return 0
    failed = n = 0
    for n, (name, is_good, seen) in enumerate(checks(homeward, folder), 1):
        print(f'{"ok" if is_good else "not ok"} {n} - {name}')
        if not is_good:
            print(f'# {seen}')
            failed += 1
    print(f'1..{n}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
