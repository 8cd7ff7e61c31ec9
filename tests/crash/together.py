#!/usr/bin/env python3
"""Two processes and more on one database: both are right, or one is told to wait.

    tests/crash/together.py HOMEWARD AT_CALL
"""
import json
import os
import signal
import sys
import time

from crash import (AT_CALL, BAD_INPUT, ENVIRONMENT, FINE, Demo, check, content, copy_case, expect, finish,
                   generator, good, homeward, is_writing, new_case, reached, run_tests, scaled, start)


def write_families(path, prefix, n, relation='uncle'):
    with open(path, 'w', encoding='utf-8') as file:
        file.write('family,person,sex,missing,relation\n')
        for i in range(n):
            file.write(f'{prefix}{i},{prefix}{i}-M,male,yes,\n{prefix}{i},{prefix}{i}-R,male,,{relation}\n')
    return path


def import_families(case, path):
    return ('import', 'families', path, '-c', case, '--apply')


def run_together(random, *commands):
    """Starts commands within a moment, in any order; what became of each, in the order given."""
    started = [None] * len(commands)
    for number in random.sample(range(len(commands)), len(commands)):
        started[number] = start(*commands[number])
        time.sleep(random.uniform(0, 0.02))
    return [finish(process) for process in started]


def different_imports(folder):
    """Two imports at once both come through"""
    random = generator(3)
    case = f'{folder}/case.hwc'
    new_case(case)
    _, n_before, _ = check(case)
    n = scaled(12)
    for i in range(n):
        a, b = (write_families(f'{folder}/{side}{i}.csv', f'{side}{i}-', random.randrange(1, 400))
                for side in 'ab')
        for done in run_together(random, import_families(case, a), import_families(case, b)):
            expect(done.status == FINE and '\nwritten\n' in done.out, done)
    _, n_entries, _ = check(case)
    expect(n_entries == n_before + 2 * n, n_entries, 'audit entries')
    return f'{2 * n} imports, {content(case, folder)["family"][0]} families'


def the_same_file(folder):
    """Of two imports of one file one writes it, and the other recognises it"""
    random = generator(4)
    base = f'{folder}/base.hwc'
    new_case(base)
    table = write_families(f'{folder}/table.csv', 'S', 150)
    good(*import_families(copy_case(base, f'{folder}/alone'), table))
    alone = content(f'{folder}/alone/case.hwc', folder)
    for i in range(scaled(12)):
        case = copy_case(base, f'{folder}/{i}')
        both = run_together(random, import_families(case, table), import_families(case, table))
        expect(sorted('\nwritten\n' in done.out for done in both) == [False, True], *both)
        expect(sum('imported before' in done.out for done in both) == 1, *both)
        expect(all(done.status == FINE for done in both), *both)
        expect(content(case, folder) == alone, 'not what one import makes')


def files_that_disagree(folder):
    """Of two imports that contradict each other one is refused, and nothing of it is written"""
    random = generator(5)
    base = f'{folder}/base.hwc'
    new_case(base)
    tables = [write_families(f'{folder}/{word}.csv', 'D', 120, word) for word in ('uncle', 'brother')]
    alone = []
    for i, table in enumerate(tables):
        case = copy_case(base, f'{folder}/alone{i}')
        good(*import_families(case, table))
        alone.append(content(case, folder))
    n_first = 0
    for i in range(scaled(12)):
        case = copy_case(base, f'{folder}/{i}')
        both = run_together(random, *(import_families(case, table) for table in tables))
        expect(sorted(done.status for done in both) == [FINE, BAD_INPUT], *both)
        winner = 0 if both[0].status == FINE else 1
        expect('--update' in both[1 - winner].err, both[1 - winner])
        expect(content(case, folder) == alone[winner], 'a mixture of two files')
        n_first += winner == 0
    return f'the first won {n_first} times'


def beside_an_import(folder):
    """State changes, backups, exports and readers work beside an import"""
    random = generator(6)
    case = f'{folder}/case.hwc'
    new_case(case)
    good('init', f'{folder}/bare.hwc')
    Demo(f'{folder}/demo', 8).import_all(case)
    state, n = 'open', scaled(8)
    for i in range(n):
        records, entries, _ = check(case)
        table = write_families(f'{folder}/{i}.csv', f'I{i}-', 300)
        state = 'suspended' if state == 'open' else 'open'
        imported, *others = run_together(
            random, import_families(case, table),
            ('set-state', 'family', 'F001', state, '--reason', 'news', '-c', case),
            ('backup', f'{folder}/backup{i}', '-c', case),
            ('export', 'all', '--to', f'{folder}/export{i}', '-c', case),
            ('check', '-c', case, '--json'), ('status', '-c', case), ('find', 'F001', '-c', case))
        for done in (imported, *others):
            expect(done.status == FINE and not done.err, done)
        expect(f'-> {state}' in others[0].out, others[0])
        expect(json.loads(others[3].out)['n_records'] in (records, check(case)[0]), others[3])
        expect(check(f'{folder}/backup{i}')[0] in (records, check(case)[0]), 'a backup of half a change')
        good('import', 'all', f'{folder}/export{i}', '--update', '-c', f'{folder}/bare.hwc')
        expect(check(case)[1] == entries + 4, 'an audit entry is missing or one too many')
        os.remove(f'{folder}/backup{i}')
    return f'{n} imports, {7 * n} commands'


def told_to_wait(folder):
    """A writer that does not end: others are told to wait, readers go on, and it ends well"""
    case, table = f'{folder}/case.hwc', f'{folder}/table.csv'
    new_case(case)
    Demo(f'{folder}/demo', 8).import_all(case)
    write_families(table, 'W', 20000)
    before = content(case, folder)
    writer = start(*import_families(case, table))
    expect(reached(writer, is_writing), 'the import was too quick to be stopped')
    writer.send_signal(signal.SIGSTOP)
    try:
        small = write_families(f'{folder}/small.csv', 'T', 3)
        waiting = [start(*import_families(case, small)),
                   start('set-state', 'family', 'F002', 'suspended', '--reason', 'news', '-c', case),
                   start('backup', f'{folder}/backup', '-c', case)]
        for command in (('status', '-c', case), ('find', 'F001', '-c', case), ('check', '-c', case)):
            done = homeward(*command)
            expect(done.status == FINE, done)
        expect(content(case, folder) == before, 'readers see what is not written')
        imported, changed, copied = [finish(process) for process in waiting]
        for done in (imported, changed):
            expect(done.status == ENVIRONMENT and len(done.err.splitlines()) == 1, done)
            expect('another process is writing to the case database: try again' in done.err, done)
        expect(copied.status == FINE and 'not noted' in copied.err, copied)
        expect(content(f'{folder}/backup', folder) == before, 'a backup that is not the case')
    finally:
        writer.send_signal(signal.SIGCONT)
    done = finish(writer)
    expect(done.status == FINE, done)
    good(*import_families(case, small))
    expect(content(case, folder)['family'][0] == before['family'][0] + 20003, 'families are missing')


def a_crowd(folder):
    """Eight processes at once: every acknowledged change is there, and check finds nothing"""
    random = generator(7)
    case = f'{folder}/case.hwc'
    new_case(case)
    Demo(f'{folder}/demo', 8).import_all(case)
    _, n_entries, _ = check(case)
    n_families, n_waited, n_changes = 8, 0, 0
    for i in range(scaled(6)):
        commands, added = [], []
        for j in range(8):
            n = random.randrange(1, 100)
            kind = random.choice(('import', 'import', 'state', 'check', 'backup', 'dry'))
            table = write_families(f'{folder}/{i}-{j}.csv', f'C{i}-{j}-', n)
            commands.append({
                'import': import_families(case, table),
                'dry': import_families(case, table)[:-1],
                'state': ('set-state', 'profile', f'R{8 - j:04}', 'withdrawn', '--reason', 'test', '-c', case),
                'check': ('check', '-c', case),
                'backup': ('backup', f'{folder}/{i}-{j}.hwc', '-c', case)}[kind])
            added.append(n if kind == 'import' else 0)
        for command, n, done in zip(commands, added, run_together(random, *commands)):
            is_withdrawn_before = done.status == BAD_INPUT and 'withdrawn' in done.err
            expect(done.status in (FINE, ENVIRONMENT) or is_withdrawn_before, done)
            n_waited += done.status == ENVIRONMENT
            is_change = command[0] in ('set-state', 'backup') or '--apply' in command
            if done.status == FINE and is_change and 'not noted' not in done.err:
                n_changes += 1
                n_families += n
    expect(content(case, folder)['family'][0] == n_families, 'families are missing, or too many')
    expect(check(case)[1] == n_entries + n_changes, 'audit entries are missing, or too many')
    return f'{n_changes} changes, {n_waited} were told to wait'


if __name__ == '__main__':
    if AT_CALL is None:
        sys.exit(__doc__)
    run_tests([different_imports, the_same_file, files_that_disagree, beside_an_import, told_to_wait,
               a_crowd])
