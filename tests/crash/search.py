#!/usr/bin/env python3
"""kill -9 and a word to stop during a search by STR, SNP profiles and lines, in one go and in shards.

    tests/crash/search.py HOMEWARD AT_CALL

Whatever was killed, and wherever: doing it again ends with the bytes of a search that nobody disturbed.
What a killed process leaves is never taken for more than it is.
"""
import shutil
import signal
import sys
import time

from crash import (AT_CALL, FINE, FREQUENCIES, INTERRUPTED, KILLED, SOURCE, at_call, expect, finish,
                   generator, good, run_tests, scaled, start)
from kill import choose_points

SHARDS = 3
ASK = ('--threshold', '3', '--top', '1', '--floor', '1')


def make_case(folder):
    """A synthetic case of four units of SNP profiles and one of STR."""
    case, panel = f'{folder}/case.hwc', f'{SOURCE}/data/panel_force.csv'
    good('simulate', '--seed', '5', '--panel', panel, '--panel-population', 'ALL', '--frequencies',
         FREQUENCIES, '--families', '30', '--remains', '12', '--unrelated', '2', '--coverage', '1',
         '--lineage', '--shapes', 'mother,uncles,half-sibs', '--tables', f'{folder}/t')
    good('init', case)
    for what in (('frequencies', FREQUENCIES), ('panel', panel, '--population', 'ALL'),
                 ('families', f'{folder}/t/families.csv'), ('profiles', f'{folder}/t/references.csv'),
                 ('profiles', f'{folder}/t/remains.csv'),
                 ('vcf', f'{folder}/t/snp_references.vcf', '--samples-are', 'references'),
                 ('vcf', f'{folder}/t/snp_remains.vcf'), ('mtdna', f'{folder}/t/mtdna.csv')):
        good('import', *what, '-c', case, '--apply')
    return case


class Trial:
    """A case, the search of it, and what must come out."""

    def __init__(self, folder):
        self.folder, self.case = folder, make_case(folder)
        self.right = good(*self.whole('--no-cache')).out
        self.plan = f'{folder}/plan'
        self.make_plan = ('search', 'plan', self.plan, '-c', self.case, *ASK, '--shards', str(SHARDS))

    def whole(self, *options):
        return ('search', '-c', self.case, *ASK, '--dry-run', '--json', '--threads', '1', *options)

    def shard(self, number):
        return ('search', 'run', self.plan, '--shard', str(number), '--threads', '1')

    def finish_plan(self):
        """Whatever was done of the plan, and then the rest."""
        good(*self.make_plan)
        for number in range(SHARDS):
            good(*self.shard(number))
        self.expect_merged()

    def expect_merged(self):
        done = good('search', 'merge', self.plan, '-c', self.case, '--dry-run', '--json')
        expect(done.out == self.right, 'what was merged differs')


def killed_whole(folder):
    """A search killed at any call of the system goes on and ends with the right bytes"""
    random, trial, count = generator(1954), Trial(folder), f'{folder}/count'
    kept = f'{folder}/kept'
    expect(at_call(count, 0, 'kill', *trial.whole('--cache', kept)).out == trial.right, 'undisturbed')
    with open(count, encoding='utf-8') as file:
        n_calls = int(file.read())
    n_through = 0
    points = choose_points(random, n_calls, scaled(12))
    for point in points:
        shutil.rmtree(kept)
        done = at_call(count, point, random.choice(('kill', 'half')), *trial.whole('--cache', kept))
        expect(done.status in (FINE, KILLED), done)
        n_through += done.status == FINE
        expect(good(*trial.whole('--cache', kept)).out == trial.right, 'killed at call', point)
    return f'{n_calls} calls, killed {len(points)} times, {n_through} came through'


def killed_shards(folder):
    """Plans and shards killed at any call of the system can be given again"""
    random, trial, count = generator(1968), Trial(folder), f'{folder}/count'
    told = []
    commands = [trial.make_plan, *(trial.shard(number) for number in range(SHARDS))]
    for number, command in enumerate(commands):
        shutil.rmtree(trial.plan, ignore_errors=True)
        for before in commands[:number]:
            good(*before)
        if number > 0:
            shutil.copytree(trial.plan, f'{folder}/before')
        expect(at_call(count, 0, 'kill', *command).status == FINE, 'undisturbed')
        with open(count, encoding='utf-8') as file:
            n_calls = int(file.read())
        points = choose_points(random, n_calls, scaled(5))
        for point in points:
            shutil.rmtree(trial.plan)
            if number > 0:
                shutil.copytree(f'{folder}/before', trial.plan)
            done = at_call(count, point, random.choice(('kill', 'half')), *command)
            expect(done.status in (FINE, KILLED), done)
            good(*command)
        trial.finish_plan()
        shutil.rmtree(f'{folder}/before', ignore_errors=True)
        told.append(f'{" ".join(command[:2])}: {n_calls} calls, killed {len(points)} times')
    return '\n'.join(told)


def stopped_again_and_again(folder):
    """A search that is stopped or killed at random moments comes to its end with the right bytes"""
    random, trial = generator(1972), Trial(folder)
    kept, n_stopped, n_killed = f'{folder}/kept', 0, 0
    began = time.monotonic()
    expect(good(*trial.whole('--no-cache')).out == trial.right, 'undisturbed')
    duration = time.monotonic() - began
    for _ in range(scaled(4)):
        shutil.rmtree(kept, ignore_errors=True)
        for attempt in range(1, 200):
            process = start(*trial.whole('--cache', kept))
            time.sleep(random.uniform(0, 0.5 + 0.1 * attempt) * duration)
            process.send_signal(random.choice((signal.SIGKILL, signal.SIGTERM)))
            done = finish(process)
            n_stopped += done.status == INTERRUPTED
            n_killed += done.status == KILLED
            if done.status == FINE:
                break
            # 143: it was told to stop before it listened, or once its answer was on the way
            expect(done.status in (INTERRUPTED, KILLED, 128 + signal.SIGTERM), done)
            expect(trial.right.startswith(done.out), 'what came out of it is not the beginning', done)
        expect(done.status == FINE and done.out == trial.right, 'what came out at last differs')
    expect(n_stopped + n_killed > 0, 'nothing was disturbed')
    return f'{n_stopped} times stopped, {n_killed} times killed'


if __name__ == '__main__':
    if AT_CALL is None:
        sys.exit(__doc__)
    run_tests([killed_whole, killed_shards, stopped_again_and_again])
