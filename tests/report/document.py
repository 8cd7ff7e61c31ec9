#!/usr/bin/env python3
"""Reports as other programs see them, and speaks TAP.

    tests/report/document.py WRITE_REPORT [--update]

The sample report: qpdf finds nothing to complain of; two runs give the same bytes; every text of
its JSON is in what pdftotext reads, as it was written; its pages look as those that are kept here
(pages/*.pgm.gz, 20 dots per inch; --update makes them anew). Random reports: no word stands outside
the margins or on another word, each text is there exactly once, and the digest in the file is that
of the text (an independent computation). HOMEWARD_TEST_SCALE scales their number; HOMEWARD_SEED
tries one of them. Parts whose program is missing are skipped.
"""
import glob
import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

WRITE = os.path.abspath(sys.argv[1])
PAGES = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'pages')
LEFT, RIGHT, TOP, BOTTOM, FOOT = 85.04, 595.28 - 51.02, 56.69, 841.89 - 70.87, 841.89 - 30
KEPT = [54]  # found a mistake once: columns of numbers with long texts
SEEDS = [int(os.environ['HOMEWARD_SEED'])] if os.environ.get('HOMEWARD_SEED') else KEPT + list(
    range(1, 1 + max(1, round(20 * float(os.environ.get('HOMEWARD_TEST_SCALE', '1'))))))


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                          encoding='utf-8', errors='replace')
    return done.returncode, done.stdout


def write(what, name):
    status, output = run(WRITE, str(what), name)
    assert status == 0, f'{what}: {output}'


def load(name):
    with open(name, encoding='utf-8') as file:
        return json.load(file)


def squeezed(text):
    return re.sub(r'\s+', '', text)


def texts(value, key=None):
    """All texts of the document that a reader sees."""
    if isinstance(value, dict):
        for name, part in value.items():
            if name not in ('type', 'kind', 'key', 'description', 'language', 'created'):
                yield from texts(part, name)
    elif isinstance(value, list):
        for part in value:
            yield from texts(part, key)
    elif isinstance(value, str):
        yield value


def digest_of(document):
    """BLAKE2b of the canonical form, computed from the text of the file alone."""
    def canonical(value):
        if isinstance(value, dict):
            return '{' + ', '.join(canonical(k) + ': ' + canonical(v) for k, v in value.items()) + '}'
        if isinstance(value, list):
            return '[' + ', '.join(canonical(v) for v in value) + ']'
        if isinstance(value, bool):
            return 'true' if value else 'false'
        if isinstance(value, str):
            return json.dumps(value, ensure_ascii=False)
        return value.text if isinstance(value, Number) else str(value)
    rest = {name: value for name, value in document.items() if name != 'document'}
    return hashlib.blake2b(canonical(rest).encode(), digest_size=32).hexdigest()


class Number:
    """A number as it was written."""
    def __init__(self, text):
        self.text = text


def structure_is_whole():
    for name in ['a.pdf', 'draft.pdf']:
        status, output = run('qpdf', '--check', name)
        if status:
            return output
    return None


def bytes_are_the_same():
    write('sample', 'b')
    for end in ['pdf', 'html', 'json']:
        with open('a.' + end, 'rb') as a, open('b.' + end, 'rb') as b:
            if a.read() != b.read():
                return f'a.{end} and b.{end} differ'
    return None


def every_text_is_in_the_pdf():
    for name in ['a', 'draft']:
        document = load(name + '.json')
        read = squeezed(run('pdftotext', '-raw', name + '.pdf', '-')[1])
        head = dict(document['head'])
        if name == 'a':
            del head['draft']
        wanted = list(texts(head)) + list(texts(document['content'])) + [document['document']]
        missing = [w for w in wanted if squeezed(w) not in read]
        if missing:
            return f'{name}: not found: {missing}'
    # The word across the page is a shape: as text it stands in the foot, once on each page.
    n_pages = len(re.findall(r'Trang\d+/\d+', read))
    return None if read.count('DỰTHẢO') == n_pages else 'the word of the draft is among the text'


def the_code_is_among_the_properties():
    output = run('pdfinfo', 'a.pdf')[1]
    if not re.search(r'^Keywords: *homeward-report:SS-2026-0007$', output, re.M):
        return output
    return None if re.search(r'^Page size: *595.28 x 841.89 pts \(A4\)$', output, re.M) else output


def fonts_are_embedded():
    lines = run('pdffonts', 'a.pdf')[1].splitlines()[2:]
    bad = [line for line in lines if not re.search(r'\+DejaVuSans\S* .* yes yes yes ', line)]
    return '\n'.join(bad or ['no fonts']) if bad or not lines else None


def html_holds_nothing_active():
    with open('a.html', encoding='utf-8') as file:
        html = file.read()
    if html.count('<script') != 1 or re.search(r'<(link|img|iframe|object|form)\b|\son\w+=', html):
        return 'something active or from elsewhere'
    if re.search(r'(src|href)=|url\(|@import', html):
        return 'a reference'
    data = re.search(r'<script type="application/json" id="report"[^>]*>(.*?)</script>', html, re.S)
    return None if json.loads(data.group(1)) == load('a.json') else 'the JSON in it is another one'


def pixels(path):
    opener = gzip.open if path.endswith('.gz') else open
    with opener(path, 'rb') as file:
        data = file.read()
    head = re.match(rb'P5\s+(\d+)\s+(\d+)\s+255\s', data)
    return head.groups(), data[head.end():]


def pages_look_as_before():
    for name in ['a', 'draft']:
        run('pdftoppm', '-gray', '-r', '20', name + '.pdf', 'page-' + name)
        made = sorted(glob.glob(f'page-{name}-*.pgm'))
        if '--update' in sys.argv:
            for page in made:
                with open(page, 'rb') as file, open(os.path.join(PAGES, page + '.gz'), 'wb') as out:
                    out.write(gzip.compress(file.read(), 9, mtime=0))
        kept = sorted(glob.glob(os.path.join(PAGES, f'page-{name}-*.pgm.gz')))
        if [os.path.basename(k) for k in kept] != [m + '.gz' for m in made]:
            return f'{len(made)} pages, {len(kept)} are kept: run with --update and look at them'
        for page, golden in zip(made, kept):
            (size, now), (size_before, before) = pixels(page), pixels(golden)
            if size != size_before:
                return f'{page} is of another size'
            # Another release of the renderer smooths edges in another way.
            n_changed = sum(abs(a - b) > 48 for a, b in zip(now, before))
            if n_changed > len(now) / 400:
                return f'{page} looks different: {n_changed} of {len(now)} dots'
    return None


def pages_of_words(name):
    output = run('pdftotext', '-bbox', name, '-')[1]
    for page in output.split('<page ')[1:]:
        yield [(tuple(float(v) for v in m.groups()[:4]), m.group(5)) for m in re.finditer(
            r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>',
            page)]


def misplaced(words):
    body = sorted((box, word) for box, word in words if box[1] < BOTTOM + 4)
    for (x, y, x2, y2), word in words:
        low = BOTTOM + 1 if y < BOTTOM + 4 else FOOT
        if x < LEFT - 1 or x2 > RIGHT + 1 or y < TOP - 2 or y2 - 0.2 * (y2 - y) > low:
            return f'{word} stands at {x} {y} {x2} {y2}'
    for i, ((x, y, x2, y2), word) in enumerate(body):
        for (u, v, u2, v2), other in body[i + 1:]:
            if u > x2:
                break
            if min(x2, u2) - max(x, u) > 0.5 and min(y2, v2) - max(y, v) > 0.4 * min(y2 - y, v2 - v):
                return f'{word} and {other} stand on each other'
    return None


def wrong_with(seed):
    name = f'r{seed}'
    write(seed, name)
    with open(name + '.json', encoding='utf-8') as file:
        document = json.load(file, parse_int=Number, parse_float=Number)
    if digest_of(document) != document['document']:
        return 'the digest is another one'
    reason = next(filter(None, map(misplaced, pages_of_words(name + '.pdf'))), None)
    if reason:
        return reason
    wanted = sorted(re.findall(r't\d+a', ' '.join(texts(document['head'])) + ' ' +
                               ' '.join(texts(document['content']))))
    found = sorted(re.findall(r't\d+a', squeezed(run('pdftotext', '-raw', name + '.pdf', '-')[1])))
    if wanted != found:
        return f'missing {sorted(set(wanted) - set(found))}, too much {sorted(set(found) - set(wanted))}'
    status, output = run('qpdf', '--check', name + '.pdf') if shutil.which('qpdf') else (0, '')
    return output if status else None


def random_reports_keep_to_their_pages():
    for seed in SEEDS:
        reason = wrong_with(seed)
        if reason:
            return f'HOMEWARD_SEED={seed}: {reason}'
    return None


def signatures_stand_with_text():
    """Wherever the page ends, the one with the places to sign has some of the text on it."""
    most = 0
    for n in range(20, 60):
        write(f'signatures-{n}', 'signed')
        pages = run('pdftotext', '-raw', 'signed.pdf', '-')[1].split('\f')
        most = max(most, sum('body' in page for page in pages))
        if any('signer' in page and 'body' not in page for page in pages):
            return f'{n} paragraphs: the signatures stand alone'
    return None if most == 2 else 'no page ended'


TESTS = [('qpdf', structure_is_whole), (None, bytes_are_the_same),
         ('pdftotext', every_text_is_in_the_pdf), ('pdfinfo', the_code_is_among_the_properties),
         ('pdffonts', fonts_are_embedded), (None, html_holds_nothing_active),
         ('pdftoppm', pages_look_as_before), ('pdftotext', random_reports_keep_to_their_pages),
         ('pdftotext', signatures_stand_with_text)]


def main():
    print(f'1..{len(TESTS)}')
    n_failed = 0
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        write('sample', 'a')
        write('draft', 'draft')
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
