/* Bases over sites from random alignments, against alignments that were written out base by base.
 *
 * Single reads and proper pairs with clips, insertions, deletions and skipped parts, on both strands,
 * first reads left or right. The twin knows of each letter where it lies and how many aligned letters
 * stand before and behind it; it shares no code with formats/bam*.c. HOMEWARD_TEST_SCALE scales the
 * number of files. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "formats/bam.h"
#include "oracle/rng.h"
#include "oracle/trials.h"
#include "support/assert.h"

enum {
  SITES = 40,
  FIRST_BP = 1000,
  SPAN = 400,
  TEMPLATES = 60,
  LETTERS = 120,
  MOST_SEEN = 9600,
  MOST_TEXT = TEMPLATES * 2048
};

static const char letters[] = "ACGT";

/* A read written out: of each letter its place, −1 where it has none. */
typedef struct written {
  char letters[LETTERS], qualities[LETTERS], cigar[128];
  bool is_aligned[LETTERS];
  int32_t place[LETTERS];
  int32_t n, n_aligned, span;
} written;

typedef struct seen {
  int32_t template, site;
  hw_read_base base;
} seen;

typedef struct twin {
  hw_panel *panel;
  int32_t bp[SITES]; /* ascending, as in the panel */
  char *text;
  size_t n_text;
  seen seen[MOST_SEEN];
  int32_t n_seen;
} twin;

/* --- alignments --- */

static void add_letters(written *self, rng *r, int32_t n, bool is_aligned, bool has_place) {
  for (int32_t i = 0; i < n; i++, self->n++) {
    self->letters[self->n] = "ACGTN"[rng_below(r, 33) / 8];
    self->qualities[self->n] = (char)('!' + rng_below(r, 42));
    self->is_aligned[self->n] = is_aligned;
    self->place[self->n] = has_place ? self->span++ : -1;
    self->n_aligned += is_aligned;
  }
}

static void add_operation(written *self, int32_t n, char operation) {
  const size_t length = strlen(self->cigar);
  snprintf(self->cigar + length, sizeof self->cigar - length, "%d%c", (int)n, operation);
}

static void write_out(written *self, rng *r) {
  memset(self, 0, sizeof *self);
  if (rng_chance(r, 0.2)) add_operation(self, 1 + rng_below(r, 5), 'H');
  if (rng_chance(r, 0.4)) {
    const int32_t n = 1 + rng_below(r, 6);
    add_operation(self, n, 'S');
    add_letters(self, r, n, false, false);
  }
  const int32_t n_parts = 1 + rng_below(r, 4);
  for (int32_t part = 0; part < n_parts; part++) {
    const int32_t n = 1 + rng_below(r, 20), gap = 1 + rng_below(r, 12);
    add_operation(self, n, "M=X"[rng_below(r, 3)]);
    add_letters(self, r, n, true, true);
    if (part + 1 == n_parts) break;
    const char kind = "IDN"[rng_below(r, 3)];
    add_operation(self, kind == 'I' ? 1 + gap % 4 : gap, kind);
    if (kind == 'I')
      add_letters(self, r, 1 + gap % 4, true, false);
    else
      self->span += gap;
  }
  if (rng_chance(r, 0.4)) {
    const int32_t n = 1 + rng_below(r, 6);
    add_operation(self, n, 'S');
    add_letters(self, r, n, false, false);
  }
}

/* --- what must be seen of a read that begins at a place --- */

typedef struct setting {
  int32_t template, place; /* 1-based */
  bool is_reverse, is_second, is_paired;
  int32_t left, right; /* of the template, 1-based, both belong to it */
  uint8_t map_quality;
} setting;

static void see(twin *self, const written *read, const setting *at) {
  int32_t before = 0;
  for (int32_t i = 0; i < read->n; i++) {
    const int32_t behind = read->n_aligned - 1 - before;
    const int32_t own = at->is_reverse ? behind : before;
    const int32_t place = at->place + read->place[i];
    int32_t other = at->is_reverse ? before : behind;
    if (at->is_paired) other = at->is_reverse ? place - at->left : at->right - place;
    before += read->is_aligned[i];
    const char *code = strchr(letters, read->letters[i]);
    if (read->place[i] < 0 || code == NULL || read->qualities[i] - '!' < 2) continue;
    for (int32_t s = 0; s < SITES; s++) {
      if (self->bp[s] != place) continue;
      const int32_t quality = read->qualities[i] - '!';
      if (self->n_seen == MOST_SEEN) abort();
      self->seen[self->n_seen++] =
          (seen){at->template,
                 s,
                 {(uint8_t)(code - letters), (uint8_t)quality, at->map_quality,
                  at->is_reverse != at->is_second, (int16_t)(at->is_second ? other : own),
                  (int16_t)(at->is_second ? own : other)}};
    }
  }
}

static void print(twin *self, const written *read, const setting *at, int32_t mate_place) {
  const int32_t flags = !at->is_paired
                            ? (at->is_reverse ? 16 : 0)
                            : 3 + (at->is_reverse ? 16 : 32) + (at->is_second ? 128 : 64);
  const int32_t length = at->right - at->left + 1;
  char mate[64] = "*\t0\t0";
  const size_t room = MOST_TEXT - self->n_text;
  if (at->is_paired)
    snprintf(mate, sizeof mate, "=\t%d\t%d", (int)mate_place,
             (int)(at->is_reverse ? -length : length));
  self->n_text +=
      (size_t)snprintf(self->text + self->n_text, room, "t%d\t%d\tchr1\t%d\t%d\t%s\t%s\t%s\t%s\n",
                       (int)at->template, (int)flags, (int)at->place, at->map_quality, read->cigar,
                       mate, read->letters, read->qualities);
}

static void add_template(twin *self, rng *r, int32_t t) {
  written left, right;
  const int32_t begin = FIRST_BP - 60 + rng_below(r, SPAN);
  const bool turned = rng_chance(r, 0.5);
  setting a = {.template = t, .place = begin, .map_quality = (uint8_t)(20 + rng_below(r, 41))};
  write_out(&left, r);
  write_out(&right, r);
  a.is_reverse = turned;
  if (rng_chance(r, 0.4)) {
    see(self, &left, &a);
    print(self, &left, &a, 0);
    return;
  }
  /* The left read lies forward, the right one back; which is the first is open. */
  const int32_t longer = left.span > right.span ? left.span : right.span;
  a.is_paired = true;
  a.is_reverse = false;
  a.is_second = turned;
  a.left = begin;
  a.right = begin + longer - 1 + rng_below(r, 60);
  setting b = a;
  b.place = a.right - right.span + 1;
  b.is_reverse = true;
  b.is_second = !turned;
  b.map_quality = (uint8_t)(20 + rng_below(r, 41));
  see(self, &left, &a);
  see(self, &right, &b);
  print(self, &left, &a, b.place);
  print(self, &right, &b, a.place);
}

/* --- comparing --- */

static int compare_seen(const void *left, const void *right) {
  const seen *a = left, *b = right;
  const int x[] = {
      a->site,        a->base.base,  a->base.quality, a->base.map_quality, a->base.is_reverse,
      a->base.from_5, a->base.from_3};
  const int y[] = {
      b->site,        b->base.base,  b->base.quality, b->base.map_quality, b->base.is_reverse,
      b->base.from_5, b->base.from_3};
  for (int i = 0; i < 7; i++)
    if (x[i] != y[i]) return x[i] < y[i] ? -1 : 1;
  return 0;
}

static int nearer(int a, int b) {
  return a < 0 ? b : b < 0 ? a : a < b ? a : b;
}

/* Mates over one site become one. */
static void join_mates(twin *self) {
  int32_t n = 0;
  for (int32_t i = 0; i < self->n_seen; i++) {
    seen *one = &self->seen[i], *mate = NULL;
    for (int32_t j = 0; j < n && mate == NULL; j++)
      if (self->seen[j].template == one->template && self->seen[j].site == one->site)
        mate = &self->seen[j];
    if (mate == NULL) {
      self->seen[n++] = *one;
      continue;
    }
    hw_read_base *a = &mate->base, *b = &one->base;
    const int sum = a->base == b->base ? a->quality + b->quality : abs(a->quality - b->quality);
    if (a->base != b->base && b->quality > a->quality) a->base = b->base;
    if (sum == 0) a->base = HW_READS_NO_BASE;
    a->quality = (uint8_t)sum;
    if (b->map_quality > a->map_quality) a->map_quality = b->map_quality;
    a->from_5 = (int16_t)nearer(a->from_5, b->from_5);
    a->from_3 = (int16_t)nearer(a->from_3, b->from_3);
  }
  self->n_seen = n;
  for (int32_t i = 0; i < n; i++) {
    hw_read_base *base = &self->seen[i].base;
    if (base->quality > HW_READS_MOST_PHRED) base->quality = HW_READS_MOST_PHRED;
    if (base->from_5 < 0) base->from_5 = -1;
    if (base->from_3 < 0) base->from_3 = -1;
  }
  qsort(self->seen, (size_t)n, sizeof *self->seen, compare_seen);
}

static void make_panel(twin *self, rng *r) {
  char text[SITES * 64];
  int n =
      snprintf(text, sizeof text, "marker,chromosome,grch37,grch38,alleles,female_cm,male_cm,P\n");
  int32_t bp = FIRST_BP;
  for (int32_t s = 0; s < SITES; s++) {
    bp += 1 + rng_below(r, 2 * SPAN / SITES - 1);
    self->bp[s] = bp;
    n += snprintf(text + n, sizeof text - (size_t)n, "m%d,1,%d,,A/C,%d,%d,0.5\n", (int)s, (int)bp,
                  (int)s, (int)s);
  }
  if (hw_panel_parse(text, (size_t)n, "panel", &self->panel, NULL) != HW_OK) abort();
}

static bool agrees(const twin *self, const hw_pileup *pileup) {
  if (pileup->first[SITES] != self->n_seen) return false;
  for (int32_t s = 0, i = 0; s < SITES; s++)
    for (int32_t r = pileup->first[s]; r < pileup->first[s + 1]; r++, i++) {
      const seen found = {0, s, pileup->bases[r]};
      if (compare_seen(&found, &self->seen[i]) != 0) return false;
    }
  return true;
}

static void random_alignments_give_the_letters_over_the_sites(void **state) {
  trials t = trials_of(200, 83);
  char path[] = "/tmp/homeward-test-walk-XXXXXX";
  const int file = mkstemp(path);
  twin *self = calloc(1, sizeof *self);
  (void)state;
  if (file < 0 || self == NULL) abort();
  close(file);
  self->text = malloc(MOST_TEXT);
  assert_non_null(self->text);
  while (trials_next(&t)) {
    rng r = rng_seeded(t.seed);
    hw_err err = HW_ERR_INIT;
    hw_pileup *pileup = NULL;
    self->n_seen = 0;
    self->n_text = (size_t)snprintf(self->text, MOST_TEXT, "@SQ\tSN:chr1\tLN:249250621\n");
    make_panel(self, &r);
    for (int32_t i = 0; i < TEMPLATES; i++) add_template(self, &r, i);
    join_mates(self);
    FILE *out = fopen(path, "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(self->text, 1, self->n_text, out), self->n_text);
    assert_int_equal(fclose(out), 0);
    hw_assert_ok(hw_bam_read(path, self->panel, NULL, &pileup, NULL, &err), &err);
    if (!agrees(self, pileup))
      trials_fail(&t, NULL, "%d bases, %d expected", (int)pileup->first[SITES], (int)self->n_seen);
    trials_count(&t);
    hw_pileup_delete(pileup);
    hw_panel_delete(self->panel);
  }
  unlink(path);
  free(self->text);
  free(self);
  assert_int_equal(t.n_failed, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(random_alignments_give_the_letters_over_the_sites),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
