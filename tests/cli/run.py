#!/usr/bin/env python3
"""Runs the command line tests and speaks TAP.

    tests/cli/run.py HOMEWARD [--update] [CASE…]

--update rewrites the .exact files from what is seen; read the difference before keeping it.

A case is a folder in tests/cli/cases:
    case.sh       run by sh in an empty scratch folder; $SOURCE is the source tree, $CASE the
                  case's folder, and `homeward` is the program under test
    exit          expected exit status (default 0)
    stdout.exact  expected standard output, or
    stdout.glob   the same with * and ? in each line; a line "..." stands for any lines
    stderr.exact, stderr.glob   likewise; without either, standard error must be empty

$WRAPPER, if set, is put in front of the program (for example "valgrind -q --error-exitcode=99").
"""
import fnmatch
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.dirname(os.path.dirname(HERE))


def read(path, default=None):
    if not os.path.exists(path):
        return default
    with open(path, encoding='utf-8') as file:
        return file.read()


def glob_match(lines, patterns):
    """True if the lines match; "..." takes as many as needed."""
    if not patterns:
        return not lines
    if patterns[0] == '...':
        return any(glob_match(lines[i:], patterns[1:]) for i in range(len(lines) + 1))
    return bool(lines) and fnmatch.fnmatchcase(lines[0], patterns[0]) and \
        glob_match(lines[1:], patterns[1:])


def compare(folder, stream, seen):
    """None, or why the stream is not what it should be."""
    exact, pattern = read(f'{folder}/{stream}.exact'), read(f'{folder}/{stream}.glob')
    if exact is None and pattern is None:
        if stream == 'stdout' or not seen:
            return None
        return f'{stream} is not empty:\n{seen}'
    if exact is not None and exact != seen:
        return f'{stream} is not {stream}.exact:\n{seen}'
    # fnmatch takes [ as the start of a class; here it is itself.
    patterns = (pattern or '').replace('[', '[[]').splitlines()
    if pattern is not None and not glob_match(seen.splitlines(), patterns):
        return f'{stream} does not match {stream}.glob:\n{seen}'
    return None


def run(name, program, update):
    """(skipped, problems) of a case."""
    folder = os.path.join(HERE, 'cases', name)
    with tempfile.TemporaryDirectory(prefix='homeward-cli-') as scratch:
        os.mkdir(f'{scratch}/bin')
        os.mkdir(f'{scratch}/work')
        with open(f'{scratch}/bin/homeward', 'w', encoding='utf-8') as file:
            file.write(f'#!/bin/sh\nexec {os.environ.get("WRAPPER", "")} "{program}" "$@"\n')
        os.chmod(f'{scratch}/bin/homeward', 0o755)
        env = {**os.environ, 'SOURCE': SOURCE, 'CASE': folder, 'LC_ALL': 'C.UTF-8',
               'PATH': f'{scratch}/bin:{os.environ["PATH"]}'}
        done = subprocess.run(['sh', f'{folder}/case.sh'], cwd=f'{scratch}/work', env=env,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=1200,
                              check=False)
    if done.returncode == 77:
        return True, []
    out = done.stdout.decode('utf-8', 'replace').replace(SOURCE, '$SOURCE')
    err = done.stderr.decode('utf-8', 'replace').replace(SOURCE, '$SOURCE')
    if update:
        for stream, seen in (('stdout', out), ('stderr', err)):
            if os.path.exists(f'{folder}/{stream}.exact'):
                with open(f'{folder}/{stream}.exact', 'w', encoding='utf-8') as file:
                    file.write(seen)
    expected = int(read(f'{folder}/exit', '0'))
    problems = [compare(folder, 'stdout', out), compare(folder, 'stderr', err)]
    if done.returncode != expected:
        problems.append(f'exit status {done.returncode}, not {expected}\n{err}')
    return False, [problem for problem in problems if problem]


def main():
    program = os.path.abspath(sys.argv[1])
    update = '--update' in sys.argv[2:]
    names = [name for name in sys.argv[2:] if name != '--update'] or sorted(os.listdir(f'{HERE}/cases'))
    print(f'TAP version 13\n1..{len(names)}')
    failed = 0
    for number, name in enumerate(names, 1):
        skipped, problems = run(name, program, update)
        failed += bool(problems)
        print(f'{"not ok" if problems else "ok"} {number} - {name}{" # SKIP" if skipped else ""}')
        for problem in problems:
            print('\n'.join('# ' + line for line in problem.splitlines()))
    sys.exit(1 if failed else 0)


main()
