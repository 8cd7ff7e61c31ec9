#!/usr/bin/env python3
"""PDF files as other programs see them, and speaks TAP.

    tests/report/pdf.py HOMEWARD

qpdf finds nothing to complain of; pdftotext reads Vietnamese as it was written, composed and
decomposed; the fonts are embedded, as subsets, with their characters; two runs give the same bytes;
text stands at the same places as in SVG. Parts whose program is missing are skipped. All names are
made up.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata

HOMEWARD = os.path.abspath(sys.argv[1])
NAMES = ['Bố: Nguyễn Đắc Ước', 'Mẹ: Lưỡng Thị Ỷ', 'Liệt sĩ Đỗ Văn Bảy', 'Chị Huệ',
         unicodedata.normalize('NFD', 'Em Tuyết')]
TITLE = 'Gia phả: Quảng Trị, ngày 27/7 – ỄỔỮẴ đặng'


def case():
    person = [{'id': NAMES[0], 'father': None, 'mother': None, 'sex': 'male'},
              {'id': NAMES[1], 'father': None, 'mother': None, 'sex': 'female'}]
    person += [{'id': name, 'father': NAMES[0], 'mother': NAMES[1], 'sex': sex}
               for name, sex in zip(NAMES[2:], ['male', 'female', 'female'])]
    genotypes = {NAMES[1]: [['6', '9.3']], NAMES[3]: [['6', '6']]}
    return {'format': 'homeward-case/1', 'id': 'made up',
            'markers': [{'name': 'TH01', 'chromosome': 'A', 'alleles': ['6', '9.3'],
                         'frequencies': [0.4, 0.6]}],
            'remains': [{'id': 'V1', 'sex': 'male', 'genotypes': [['6', '9.3']]}],
            'families': [{'name': 'F1', 'pedigree': person, 'missing': [NAMES[2]],
                          'genotypes': genotypes}]}


def run(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                          encoding='utf-8', errors='replace')


def draw(name):
    done = run(HOMEWARD, 'draw', 'case.json', '--language', 'vi', '--title', TITLE, '--genotypes',
               '-o', name)
    assert done.returncode == 0, done.stdout


def squeezed(text):
    return re.sub(r'\s+', '', text)


def structure_is_whole():
    done = run('qpdf', '--check', 'a.pdf')
    return None if done.returncode == 0 else done.stdout


def text_is_exact():
    text = squeezed(run('pdftotext', '-raw', 'a.pdf', '-').stdout)
    wanted = [TITLE, 'người mất tích', 'thân nhân đã phân tích ADN', 'TH01 6/9.3'] + NAMES
    missing = [w for w in wanted if squeezed(w) not in text]
    return f'not found: {missing} in {text}' if missing else None


def fonts_are_embedded():
    lines = run('pdffonts', 'a.pdf').stdout.splitlines()[2:]
    bad = [line for line in lines if not re.search(r'\+DejaVuSans\S* .* yes yes yes ', line)]
    return '\n'.join(bad or ['no fonts']) if bad or not lines else None


def bytes_are_the_same():
    draw('b.pdf')
    with open('a.pdf', 'rb') as a, open('b.pdf', 'rb') as b:
        return None if a.read() == b.read() else 'a.pdf and b.pdf differ'


def text_stands_where_svg_has_it():
    """Baselines of words that occur once: x and y of the middle, in points."""
    with open('a.svg', encoding='utf-8') as file:
        svg = file.read()
    words = run('pdftotext', '-bbox', 'a.pdf', '-').stdout
    for name in ['TH01', 'Huệ']:
        at = re.search(r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">' + name,
                       words)
        text = re.search(r'<text x="([\d.]+)" y="([\d.]+)"[^>]*>[^<]*' + name, svg)
        if not at or not text:
            return f'{name} is missing'
        left, top, right, bottom = (float(v) for v in at.groups())
        x, y = float(text.group(1)), float(text.group(2))
        if not (left - 12 <= x <= right + 12 and top - 1 <= y <= bottom + 1):
            return f'{name} stands at {at.groups()} in PDF and at {text.groups()} in SVG'
    return None


TESTS = [('qpdf', structure_is_whole), ('pdftotext', text_is_exact),
         ('pdffonts', fonts_are_embedded), (None, bytes_are_the_same),
         ('pdftotext', text_stands_where_svg_has_it)]


def main():
    print(f'1..{len(TESTS)}')
    n_failed = 0
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        with open('case.json', 'w', encoding='utf-8') as file:
            json.dump(case(), file, ensure_ascii=False)
        draw('a.pdf')
        draw('a.svg')
        for number, (program, test) in enumerate(TESTS, 1):
            name = test.__name__
            if program and not shutil.which(program):
                print(f'ok {number} - {name} # SKIP there is no {program}')
                continue
            reason = test()
            n_failed += reason is not None
            print(f'{"ok" if reason is None else "not ok"} {number} - {name}')
            if reason:
                print('\n'.join('# ' + line for line in reason.splitlines()))
        os.chdir('/')
    return 1 if n_failed else 0


if __name__ == '__main__':
    sys.exit(main())
