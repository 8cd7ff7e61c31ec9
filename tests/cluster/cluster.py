#!/usr/bin/env python3
"""A search on a Slurm cluster gives the bytes of one machine, whatever is killed meanwhile.

    tests/cluster/cluster.py HOMEWARD
"""
import glob
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from slurm import Cluster, is_over, missing_programs

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), '..', '..'))
SUBMIT = f'{ROOT}/packaging/slurm/homeward-search-submit'
HOMEWARD = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else 'homeward'
SHARDS = 8
FREQUENCIES = f'{ROOT}/data/frequencies_nist1036_asian.csv'


def run(*arguments):
    done = subprocess.run([HOMEWARD, *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f'{arguments}: exit {done.returncode}: {done.stderr}')
    return done.stdout


def expect(condition, *what):
    if not condition:
        raise AssertionError(' '.join(str(one) for one in what))


# --- the case ---

def make_case(folder):
    """A synthetic case whose shards take a second or more each: with theta, uncles are slow."""
    case = f'{folder}/case.hwc'
    run('simulate', '--remains', '400', '--unrelated', '200', '--families', '4096', '--seed', '17',
        '--shapes', ','.join(['mother-sib'] * 15 + ['uncles']), '--theta', '0.01',
        '--frequencies', FREQUENCIES, '--out', f'{folder}/case.json')
    run('init', case)
    run('import', 'case', f'{folder}/case.json', '-c', case, '--investigation', 'main', '--apply')
    return case


def submit(cluster, plan, *options):
    """(job of the shards, job of the merge)"""
    done = cluster.call('env', f'HOMEWARD={HOMEWARD}', SUBMIT, plan, *options)
    expect(done.returncode == 0, done.stderr)
    jobs = {line.split()[0]: int(line.split()[1]) for line in done.stdout.splitlines()}
    return jobs.get('shards'), jobs['merge']


def result(plan):
    with open(f'{plan}/results.json', encoding='utf-8') as file:
        return file.read()


def workers(cluster, node=''):
    """Processes that do a shard, with some of it done already."""
    return [pid for pid, command in cluster.processes(node)
            if ' search run ' in command and os.path.basename(command.split()[0]) != 'sh']


def begun(plan):
    """Shards that have finished a unit and are not done."""
    return [path for path in glob.glob(f'{plan}/shard-*.part') if os.path.getsize(path) > 200]


# --- tests ---

class Trial:
    def __init__(self, folder):
        self.folder = folder
        self.case = make_case(folder)
        self.n_plans = 0
        self.right = None

    def plan(self):
        self.n_plans += 1
        plan = f'{self.folder}/plan-{self.n_plans}'
        run('search', 'plan', '-c', self.case, plan, '--shards', str(SHARDS))
        return plan

    def one_machine(self):
        """One process does all shards"""
        plan = self.plan()
        for shard in range(SHARDS):
            run('search', 'run', plan, '--shard', str(shard))
        self.right = run('search', 'merge', plan, '--json')
        expect(run('search', 'merge', plan, '-c', self.case, '--dry-run', '--json') ==
               run('search', '-c', self.case, '--no-cache', '--dry-run', '--json'),
               'plan, run and merge differ from search')
        return f'{len(self.right)} bytes'

    def undisturbed(self, cluster):
        """An array on two nodes gives the same bytes"""
        plan = self.plan()
        shards, merge = submit(cluster, plan)
        nodes = set()
        def note():
            nodes.update(node for state, node, _ in cluster.tasks(shards).values() if node)
            return len(nodes) == 2 or not os.path.exists(plan)
        cluster.until(note, 'work on two nodes')
        self.expect_right(cluster, plan, shards, merge)
        return f'{SHARDS} shards on {" and ".join(sorted(nodes))}'

    def expect_right(self, cluster, plan, shards, merge):
        states = cluster.wait(merge, shards)
        expect(states == {0: 'COMPLETED'}, states, cluster.tails())
        expect(result(plan) == self.right, 'the merged bytes differ')

    def stopped(self, cluster):
        """A worker that is asked to stop exits 75, is requeued, and goes on"""
        for _ in range(5):  # a worker at its end need not stop: another plan then
            plan = self.plan()
            shards, merge = submit(cluster, plan)
            if self.stop_a_worker(cluster, plan, shards):
                break
            cluster.wait(merge, shards)
        else:
            raise AssertionError('no worker of five plans was stopped before its end')
        self.expect_right(cluster, plan, shards, merge)

    def stop_a_worker(self, cluster, plan, shards):
        """True if a task was requeued; False if all ended before they could be stopped."""
        asked, tasks = set(), {}
        def is_settled():
            tasks.update(cluster.tasks(shards))
            if any(restarts > 0 for _, _, restarts in tasks.values()):
                return True
            for pid in [pid for pid in workers(cluster) if begun(plan) and pid not in asked][:1]:
                asked.add(pid)  # once each
                os.kill(pid, signal.SIGTERM)
            return is_over(tasks)
        cluster.until(is_settled, 'a requeued task')
        return any(restarts > 0 for _, _, restarts in tasks.values())

    def killed_worker(self, cluster):
        """A worker killed with -9 fails its task; submitting again does what is missing"""
        plan = self.plan()
        shards, merge = submit(cluster, plan)
        cluster.until(lambda: begun(plan) and workers(cluster), 'a worker with a unit done')
        os.kill(workers(cluster)[0], signal.SIGKILL)
        states = cluster.wait(shards)
        expect('FAILED' in states.values(), states)
        expect(not os.path.exists(f'{plan}/results.json'), 'merged without a shard')
        cluster.call('scancel', str(merge))
        again, merge = submit(cluster, plan)
        n_again = len(cluster.tasks(again))
        self.expect_right(cluster, plan, again, merge)
        return f'{n_again} of {SHARDS} shards again'

    def killed_node(self, cluster):
        """A node that loses its power comes back, and its shards go on"""
        plan = self.plan()
        shards, merge = submit(cluster, plan)
        cluster.until(lambda: begun(plan) and workers(cluster, 'n1'), 'a worker on n1')
        cluster.kill_node('n1')
        cluster.until(lambda: cluster.states()['n1'] != 'idle' and any(
            restarts > 0 for _, _, restarts in cluster.tasks(shards).values()),
            'requeued tasks of the lost node', 120)
        cluster.start_node('n1')
        self.expect_right(cluster, plan, shards, merge)


def main():
    lacking = missing_programs()
    if lacking:
        print(f'1..0 # SKIP no {", ".join(lacking)}: tools/setup --cluster installs them')
        return 0
    folder = tempfile.mkdtemp(prefix='homeward-cluster-')
    os.chmod(folder, 0o755)
    n_bad = 0
    try:
        trial = Trial(folder)
        with Cluster(f'{folder}/cluster') as cluster:
            tests = [lambda: trial.one_machine()] + [
                lambda test=test: test(cluster) for test in
                (trial.undisturbed, trial.stopped, trial.killed_worker, trial.killed_node)]
            names = [method.__doc__.strip() for method in
                     (Trial.one_machine, Trial.undisturbed, Trial.stopped, Trial.killed_worker,
                      Trial.killed_node)]
            print(f'1..{len(tests)}', flush=True)
            for number, (name, test) in enumerate(zip(names, tests), 1):
                started = time.monotonic()
                try:
                    told = test()
                    print(f'ok {number} - {name}')
                    print(f'# {told or "fine"}, {time.monotonic() - started:.0f} s', flush=True)
                except (AssertionError, TimeoutError, RuntimeError, OSError) as why:
                    n_bad += 1
                    print(f'not ok {number} - {name}')
                    print('# ' + str(why).replace('\n', '\n# '), flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if n_bad else 0


if __name__ == '__main__':
    sys.exit(main())
