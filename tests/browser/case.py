#!/usr/bin/env python3
"""A synthetic case for the browser tests: the same at every run, with something on every page.

    tests/browser/case.py HOMEWARD FOLDER

FOLDER is made anew. It gets case.hwc, a folder of files for each walk of the tests (families,
references and remains that the browser imports) and case.json, which tells the tests who is who.
Families, genotypes and what is true come from 'homeward simulate'; names are of nobody, and say so
('Thử' is "test").
"""
import csv
import json
import os
import shutil
import subprocess
import sys

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), '..', '..'))
FREQUENCIES = f'{ROOT}/data/frequencies_nist1036_asian.csv'
FIRST, PASSWORD = 'given by somebody else', 'a long one for browsers'
PEOPLE = {'reader': 'reader', 'analyst': 'analyst', 'reviewer1': 'reviewer', 'reviewer2': 'reviewer',
          'officer': 'officer', 'board': 'board', 'admin': 'administrator', 'newcomer': 'reader',
          'elsewhere': 'analyst'}
# Each walk has a family of its own, in which both parents are typed.
WALKS = ['vi', 'en', 'plain']
LONG = ('Thôn Đồng Trường Dưới, xã Hướng Lập Thượng Nguồn, huyện Hướng Hoá, tỉnh Quảng Trị; sườn đông bắc '
        'điểm cao phía sau trường học cũ, cách ngã ba đường mòn khoảng tám trăm mét về phía thượng nguồn '
        'con suối không tên, nơi người dân địa phương còn gọi là bãi Nghĩa trang cũ của đơn vị quân y tiền phương '
        'trong những năm chiến tranh')
# A code without a place to break it.
UNBROKEN = 'KhuVucTimKiem' * 6


class Maker:
    def __init__(self, homeward, folder):
        self.homeward, self.folder, self.case = homeward, folder, f'{folder}/case.hwc'

    def run(self, *arguments, stdin=None):
        done = subprocess.run([self.homeward, *arguments], input=stdin, capture_output=True, text=True,
                              check=False, env={**os.environ, 'HOMEWARD_CASE': self.case})
        if done.returncode != 0:
            raise SystemExit(f'case.py: {" ".join(arguments)}: exit {done.returncode}\n{done.stderr}')
        return done.stdout

    def table(self, kind, header, *rows):
        """Imports rows of a kind."""
        path = f'{self.folder}/tables/{kind}.csv'
        write(path, header.split(','), rows)
        self.run('import', kind, path, '--apply', '--as', 'chief')

    # --- genotypes ---

    def simulate(self):
        """{walk: {person, family, sample, relatives}}; the rest of what was simulated is imported."""
        self.run('simulate', '--seed', '9', '--families', '24', '--remains', '40', '--unrelated', '12',
                 '--shapes', 'parents,mother-sib,children-spouse,father-son,grandparents,sibs',
                 '--theta', '0.01', '--frequencies', FREQUENCIES, '--tables', f'{self.folder}/simulated',
                 '--truth', f'{self.folder}/truth.csv')
        truth = read(f'{self.folder}/truth.csv')[1]
        tables = {name: read(f'{self.folder}/simulated/{name}.csv')
                  for name in ('families', 'references', 'remains')}
        chosen = [row for row in truth if row['shape'] == 'parents'][:len(WALKS)]
        walks = {name: {'person': row['missing'], 'family': row['family'], 'sample': row['remains'],
                        'sex': next(one['sex'] for one in tables['remains'][1] if one['sample'] == row['remains'])}
                 for name, row in zip(WALKS, chosen)}
        if len(walks) != len(WALKS):
            raise SystemExit('case.py: too few families with both parents typed')
        self.swap(tables['references'][1])
        for name, walk in walks.items():
            self.part(name, tables, walk)
        self.part('tables', tables, None, [walk['family'] for walk in walks.values()],
                  [walk['sample'] for walk in walks.values()])
        return walks

    @staticmethod
    def swap(references):
        """One family's doubt: the two references of its parents' family come from another."""
        first = next(row for row in references if row['person'] == 'F002-R2')
        second = next(row for row in references if row['person'] == 'F008-R2')
        for marker in first:
            if marker not in ('profile', 'person'):
                first[marker], second[marker] = second[marker], first[marker]

    def part(self, name, tables, walk, no_families=(), no_samples=()):
        """Writes a walk's own rows, or all others."""
        os.makedirs(f'{self.folder}/{name}', exist_ok=True)
        def is_here(row):
            family = row.get('family') or (row.get('person') or '').split('-')[0]
            if walk is None:
                return family not in no_families and row.get('sample', '') not in no_samples
            return row.get('sample') == walk['sample'] if 'sample' in row else family == walk['family']
        for table, (header, rows) in tables.items():
            path = f'{self.folder}/{name}/{table}.csv'
            write(path, header, [[row[c] for c in header] for row in rows if is_here(row)])

    # --- the rest of a case ---

    def begin(self):
        self.run('init', self.case, '--description', 'Vụ việc tổng hợp để thử nghiệm (synthetic test case)', '--as', 'chief')
        self.run('import', 'frequencies', FREQUENCIES, '--apply', '--as', 'chief',
                 '--minimum-frequency', '5/2n', '--normalise', 'rescale', '--mutation', 'stepwise',
                 '--mutation-rate', '0.001,0.002', '--mutation-rate2', '1e-6', '--mutation-range', '0.1')
        self.run('import', 'families', f'{self.folder}/tables/families.csv', '--apply', '--as', 'chief')

    def places(self):
        self.table('sites', 'code,name,kind,place,latitude,longitude,uncertainty_m,state,note',
                   ['QT-01', 'Đồi 241', 'battlefield', 'Cam Lộ, Quảng Trị', '16.80', '106.95', '250', 'recovered', ''],
                   ['QT-02', LONG, 'hospital', LONG, '16.95', '106.62', '1500', 'planned', LONG],
                   ['HUE-01', 'Nghĩa trang Thử Nghiệm', 'cemetery', 'Phong Điền, Huế', '16.58', '107.35', '50', 'searching', ''],
                   ['TN-01', 'Suối Đá', 'burial', 'Tân Biên, Tây Ninh', '11.55', '106.02', '400', 'reported', ''],
                   ['KG-01', '', 'prison', 'Phú Quốc', '', '', '', 'assessed', ''],
                   [UNBROKEN, UNBROKEN * 3, 'other', UNBROKEN * 3, '', '', '', 'reported', UNBROKEN * 3])
        self.table('hazards', 'site,kind,source,level,assessed_on',
                   ['QT-01', 'uxo', 'đội rà phá', 'cao', '2019-05'], ['TN-01', 'dioxin', 'bản đồ', '', '2015'])
        self.table('operations', 'code,name,kind,began_on,ended_on,partners,result',
                   ['OP-1', 'Khai quật Đồi 241', 'excavation', '2021-03-01', '2021-04-20', 'Đội thử nghiệm', 'ba hộp'])
        self.table('site_searches', 'site,began_on,method,ended_on,operation,area_m2,person_days,result',
                   ['QT-01', '2021-03-01', 'grid', '2021-04-20', 'OP-1', '600', '240', 'có hài cốt'])
        self.table('documents', 'code,title,kind,archive,written_on,weight',
                   ['DOC-1', 'Danh sách đơn vị thử nghiệm', 'unit list', 'Kho thử nghiệm', '1972-06', '0.9'])

    def boxes(self, walks):
        """BOX-1 is a commingled grave; the walks' samples and all others come from BOX-2."""
        self.table('accessions', 'code,site,operation,how,received_on,received_from,container',
                   ['BOX-1', 'QT-01', 'OP-1', 'excavated', '2021-04-22', 'Đội thử nghiệm', 'hộp gỗ'],
                   ['BOX-2', 'HUE-01', '', 'exhumed', '2022-02-11', 'Ban quản trang thử nghiệm', 'tiểu sành'],
                   ['BOX-3', UNBROKEN, '', 'handed-over', '2023-07-01', UNBROKEN * 2, UNBROKEN * 2])
        samples = read(f'{self.folder}/tables/remains.csv')[1]
        grave = [('femur', 'left', 'complete'), ('femur', 'left', 'complete'), ('femur', 'right', 'complete'),
                 ('tibia', 'left', 'proximal'), ('humerus', 'right', 'complete'), ('cranium', 'midline', 'complete'),
                 ('mandible', 'midline', 'complete'), ('radius', 'left', 'distal'), ('ulna', 'unknown', '')]
        bones = [[f'B-{i:02}', 'BOX-1', *bone, 'male', str(20 + i), str(34 + i), f'{i * .3:.1f}', f'{i % 4 * .4:.1f}',
                  '0.9'] for i, bone in enumerate(grave, 1)]
        for i, walk in enumerate(walks.values(), 1):
            bones.append([f'W-{i}', 'BOX-2', 'femur' if i % 2 else 'tibia', 'left', 'complete', walk['sex'], '18', '40',
                          '', '', ''])
        bones.append(['L-1', 'BOX-3', 'tooth', 'unknown', '', 'unknown', '', '', '', '', ''])
        self.table('specimens', 'code,accession,element,side,portion,sex,age_from,age_to,east_m,north_m,depth_m',
                   *bones)
        rows = [[one['sample'], 'main', f'B-{i % len(grave) + 1:02}', 'bone', one['sex'], '2023-05-06', '']
                for i, one in enumerate(samples)]
        rows += [[walk['sample'], 'main', f'W-{i}', 'bone', walk['sex'], '2024-02-03', ''] for i, walk in
                 enumerate(walks.values(), 1)]
        rows.append(['L-1-A', 'main', 'L-1', 'tooth', '', '2024-02-04', LONG])
        self.table('samples', 'code,investigation,specimen,kind,sex,taken_on,note', *rows)
        first = walks['vi']['sample']
        self.table('custody_events', 'item_kind,item,number,at,action,from_holder,to_holder,seal,seal_state,place',
                   ['accession', 'BOX-1', '1', '2021-04-22T08:00:00Z', 'received', '', 'Ban chỉ huy', 'NP-01', '', 'Kho 1'],
                   ['accession', 'BOX-1', '2', '2021-05-03T08:00:00Z', 'transferred', 'Ban chỉ huy', 'Viện', 'NP-01', 'intact', 'Kho 2'],
                   ['sample', first, '1', '2024-02-03T02:00:00Z', 'received', '', 'Viện', 'NP-09', '', 'Tủ 3'],
                   ['sample', first, '2', '2024-03-03T02:00:00Z', 'opened', 'Viện', 'Viện', '', 'intact', 'Tủ 3'])

    def names(self, walks):
        """A name for each missing person; {person: name}. The walks' persons come with their files."""
        people = [row['person'] for row in read(f'{self.folder}/tables/families.csv')[1] if row['missing'] == 'yes']
        given = ['Hùng', 'Thuỷ', 'Đường', 'Quyết', 'Nghĩa', 'Ánh', 'Lữ', 'Vượng']
        def name(i):
            return f'Nguyễn Thử {given[i % len(given)]} {"Anh Bảo Chí Dũng Em".split()[i // len(given) % 5]}'
        known = {person: name(i) for i, person in enumerate(people)}
        self.table('person_names', 'person,kind,name', *[[p, 'full', n] for p, n in known.items()])
        for i, walk in enumerate(walks.values(), len(people)):
            walk['name'] = name(i)
            write(f'{self.folder}/{walk["family"]}-names.csv', ['person', 'kind', 'name'],
                  [[walk['person'], 'full', walk['name']]])
        return {**known, **{walk['person']: walk['name'] for walk in walks.values()}}

    def dossiers(self, people):
        said = []
        for i, person in enumerate(people[:6], 1):
            site = ['QT-01', 'HUE-01', 'TN-01'][i % 3]
            said += [[f'D-{i}', person, site, '1995-04-30', 'giấy báo tử', '0.9', '1972-06', 'unit', 'Trung đoàn thử nghiệm 1'],
                     [f'D-{i}', '', '', '', 'thư đồng đội', '0.5', '1974', 'unit', 'Trung đoàn thử nghiệm 2'],
                     [f'D-{i}', '', '', '', 'giấy báo tử', '0.9', '1972-06', 'date-of-death', '1972-05-02'],
                     [f'D-{i}', '', '', '', 'thư đồng đội', '0.5', '1974', 'date-of-death', '1972-05'],
                     [f'D-{i}', '', '', '', 'giấy báo tử', '0.9', '1972-06', 'home-place', LONG if i == 1 else 'Thái Bình']]
        self.table('dossiers', 'dossier,person,site,opened_on,source,weight,date,field,value', *said)

    def profiles(self):
        for table in ('references', 'remains'):
            self.run('import', 'profiles', f'{self.folder}/tables/{table}.csv', '--apply', '--as', 'chief')

    def accounts(self):
        """Roles, passwords and one second factor. Newcomer keeps the password that was given."""
        for code, role in PEOPLE.items():
            self.run('account', 'add', code, '--role', role, '--as', 'chief')
            self.run('account', 'password', code, '--stdin', '--as', 'chief', stdin=f'{FIRST}\n')
            if code != 'newcomer':
                self.run('account', 'password', code, '--stdin', '--as', code, stdin=f'{FIRST}\n{PASSWORD}\n')
        self.run('account', 'password', 'chief', '--stdin', '--as', 'chief', stdin=f'{PASSWORD}\n')
        self.table('investigations', 'code,description', ['elsewhere', 'another laboratory'])
        self.run('account', 'access', 'elsewhere', 'elsewhere', '--as', 'chief')


def write(path, header, rows):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w', encoding='utf-8', newline='') as file:
        csv.writer(file, lineterminator='\n').writerows([header, *rows])


def read(path):
    with open(path, encoding='utf-8', newline='') as file:
        rows = csv.DictReader(file)
        return list(rows.fieldnames), list(rows)


def main():
    homeward, folder = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    maker = Maker(homeward, folder)
    walks = maker.simulate()
    maker.begin()
    maker.places()
    maker.boxes(walks)
    names = maker.names(walks)
    maker.dossiers(sorted(set(names) - {walk['person'] for walk in walks.values()}))
    maker.profiles()
    maker.accounts()
    maker.run('search', '--prior', '200', '--as', 'chief')
    maker.run('identify', '--after-search', '--prior-none', '0.5', '--as', 'chief')
    maker.run('power', '--threshold', '9', '--enough', '0.99', '--pairs', '--store', '--as', 'chief')
    with open(f'{folder}/case.json', 'w', encoding='utf-8') as file:
        json.dump({'database': maker.case, 'first': FIRST, 'password': PASSWORD, 'people': PEOPLE, 'walks': walks,
                   'names': names, 'long': LONG, 'unbroken': UNBROKEN}, file, ensure_ascii=False, indent=1)


if __name__ == '__main__':
    main()
