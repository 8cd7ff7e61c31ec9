/* A case database of national size: how long it takes to fill, and how long the questions that a
 * desk asks of it take.
 *
 *     bench_case [FILE [FAMILIES [SEED]]]
 *
 * FILE is made new, unless it exists; then it is only asked. Without FILE one is made and removed
 * again. Each family has five persons: the
 * missing one and four relatives of whom all are typed at 24 markers, so 200000 families
 * (the default is 20000) are a million persons, 800000 references and 200000 typed remains. Names
 * are put together from common Vietnamese ones; everything is synthetic and made from the seed.
 *
 * Figures are of a warm page cache; for a cold one drop the caches and run the program's own
 * commands with `time`. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "app/check.h"
#include "app/status.h"
#include "homeward/random.h"
#include "store/search.h"

enum { MARKERS = 24, PERSONS_PER_FAMILY = 5, IDENTIFICATIONS = 300, BATCH = 20000 };

static double now_s(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void must(hw_status status, const hw_err *err) {
  char text[1024];
  if (status == HW_OK) return;
  fprintf(stderr, "bench: %s\n", hw_err_text(err, text, sizeof text));
  exit(1);
}

static void report(const char *what, double s) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  printf("  %-40s %9.3f s   (peak memory %ld MB)\n", what, s, usage.ru_maxrss / 1024);
  fflush(stdout);
}

/* --- filling --- */

typedef struct filler {
  hw_store *store;
  hw_random random;
  int64_t investigation, panel, run, reviewer;
  int64_t samples[IDENTIFICATIONS], missing[IDENTIFICATIONS], families[IDENTIFICATIONS],
      profiles[IDENTIFICATIONS];
} filler;

static int below(filler *self, int n) {
  return (int)(hw_random_double(&self->random) * n);
}

static int64_t add(filler *self, hw_record *record) {
  hw_err err = HW_ERR_INIT;
  must(hw_store_add(self->store, record, &err), &err);
  return record->id;
}

static void begin(filler *self, const char *action) {
  hw_err err = HW_ERR_INIT;
  hw_change_info info = {
      .actor = "bench", .action = action, .reason = "synthetic", .at = "2026-01-31T08:00:00Z"};
  must(hw_store_begin(self->store, &info, &err), &err);
}

static void commit(filler *self) {
  hw_err err = HW_ERR_INIT;
  must(hw_store_commit(self->store, &err), &err);
}

static void begin_case(filler *self) {
  hw_record r;
  hw_record_init(&r, HW_KIND_ACTOR);
  hw_record_set_text(&r, HW_FIELD_ACTOR_CODE, "bench");
  hw_record_set_text(&r, HW_FIELD_ACTOR_LOGIN, "bench");
  hw_record_set_text(&r, HW_FIELD_ACTOR_PERMISSIONS, "write names review decide administer");
  self->reviewer = add(self, &r);
  hw_record_init(&r, HW_KIND_INVESTIGATION);
  hw_record_set_text(&r, HW_FIELD_INVESTIGATION_CODE, "main");
  hw_record_set_text(&r, HW_FIELD_INVESTIGATION_DESCRIPTION, "synthetic, for measuring");
  self->investigation = add(self, &r);
  hw_record_init(&r, HW_KIND_PANEL);
  hw_record_set_text(&r, HW_FIELD_PANEL_CODE, "P24");
  hw_record_set_text(&r, HW_FIELD_PANEL_KIND, "layout");
  self->panel = add(self, &r);
  for (int m = 0; m < MARKERS; m++) {
    char code[16];
    snprintf(code, sizeof code, "M%02d", m + 1);
    hw_record_init(&r, HW_KIND_MARKER);
    hw_record_set_text(&r, HW_FIELD_MARKER_CODE, code);
    hw_record_set_text(&r, HW_FIELD_MARKER_TYPE, "str");
    int64_t marker = add(self, &r);
    hw_record_init(&r, HW_KIND_PANEL_MARKER);
    hw_record_set_int(&r, HW_FIELD_PANEL_MARKER_PANEL, self->panel);
    hw_record_set_int(&r, HW_FIELD_PANEL_MARKER_RANK, m + 1);
    hw_record_set_int(&r, HW_FIELD_PANEL_MARKER_MARKER, marker);
    add(self, &r);
  }
}

static int64_t add_person(filler *self, const char *code, bool is_missing, bool is_male) {
  hw_record r;
  hw_record_init(&r, HW_KIND_PERSON);
  hw_record_set_text(&r, HW_FIELD_PERSON_CODE, code);
  hw_record_set_text(&r, HW_FIELD_PERSON_SEX, is_male ? "male" : "female");
  hw_record_set_text(&r, HW_FIELD_PERSON_ROLE, is_missing ? "missing" : "relative");
  return add(self, &r);
}

static void add_name(filler *self, int64_t person, const char *surname, bool is_male) {
  static const char *const given[] = {
      "An",  "Bình", "Châu", "Dũng",  "Đức",   "Giang", "Hà",    "Hải",  "Hạnh", "Hiền",
      "Hoa", "Hòa",  "Hùng", "Hương", "Khánh", "Lan",   "Liên",  "Long", "Mai",  "Minh",
      "Nam", "Nga",  "Phúc", "Quân",  "Sơn",   "Tâm",   "Thắng", "Thu",  "Tuấn", "Vinh"};
  static const char *const middle[] = {"Văn",   "Thị",   "Đức", "Xuân", "Ngọc",
                                       "Quang", "Thanh", "Hữu", "Bá",   "Minh"};
  char name[100];
  snprintf(name, sizeof name, "%s %s %s%s%s", surname,
           below(self, 2) == 0 ? middle[is_male ? 0 : 1] : middle[2 + below(self, 8)],
           given[below(self, 30)], below(self, 3) == 0 ? " " : "",
           below(self, 3) == 0 ? given[below(self, 30)] : "");
  size_t n = strlen(name);
  while (n > 0 && name[n - 1] == ' ') name[--n] = '\0';
  hw_record r;
  hw_record_init(&r, HW_KIND_PERSON_NAME);
  hw_record_set_int(&r, HW_FIELD_PERSON_NAME_PERSON, person);
  hw_record_set_text(&r, HW_FIELD_PERSON_NAME_KIND, "full");
  hw_record_set_text(&r, HW_FIELD_PERSON_NAME_NAME, name);
  add(self, &r);
}

static int64_t add_profile(filler *self, const char *code, int64_t person, int64_t sample) {
  char text[400];
  size_t n = 0;
  for (int m = 0; m < MARKERS; m++) {
    int a = 8 + below(self, 12), b = 8 + below(self, 12);
    n += (size_t)snprintf(text + n, sizeof text - n, "%s%d,%d", m > 0 ? ";" : "", a < b ? a : b,
                          a < b ? b : a);
  }
  hw_record r;
  hw_record_init(&r, HW_KIND_PROFILE);
  hw_record_set_text(&r, HW_FIELD_PROFILE_CODE, code);
  if (person != 0) hw_record_set_int(&r, HW_FIELD_PROFILE_PERSON, person);
  if (sample != 0) hw_record_set_int(&r, HW_FIELD_PROFILE_SAMPLE, sample);
  hw_record_set_int(&r, HW_FIELD_PROFILE_PANEL, self->panel);
  hw_record_set_text(&r, HW_FIELD_PROFILE_USE, "single");
  hw_record_set_text(&r, HW_FIELD_PROFILE_OBSERVATIONS, text);
  return add(self, &r);
}

static int64_t add_sample(filler *self, const char *code) {
  hw_record r;
  hw_record_init(&r, HW_KIND_SAMPLE);
  hw_record_set_text(&r, HW_FIELD_SAMPLE_CODE, code);
  hw_record_set_int(&r, HW_FIELD_SAMPLE_INVESTIGATION, self->investigation);
  hw_record_set_text(&r, HW_FIELD_SAMPLE_KIND, "bone");
  return add(self, &r);
}

static void add_member(filler *self, int64_t family, int64_t person, int rank, bool is_missing) {
  hw_record r;
  hw_record_init(&r, HW_KIND_FAMILY_MEMBER);
  hw_record_set_int(&r, HW_FIELD_FAMILY_MEMBER_FAMILY, family);
  hw_record_set_int(&r, HW_FIELD_FAMILY_MEMBER_PERSON, person);
  if (is_missing) hw_record_set_int(&r, HW_FIELD_FAMILY_MEMBER_IS_MISSING, 1);
  hw_record_set_int(&r, HW_FIELD_FAMILY_MEMBER_RANK, rank);
  add(self, &r);
}

/* Father, mother, the missing son, a brother, a sister. */
static void add_family(filler *self, long number) {
  static const char *const surnames[] = {"Nguyễn", "Trần", "Lê",    "Phạm", "Hoàng", "Huỳnh",
                                         "Phan",   "Vũ",   "Võ",    "Đặng", "Bùi",   "Đỗ",
                                         "Hồ",     "Ngô",  "Dương", "Lý"};
  int pick = below(self, 100);
  const char *surname = surnames[pick < 38 ? 0 : pick < 50 ? 1 : pick < 59 ? 2 : 3 + pick % 13];
  char code[24];
  hw_record r;
  snprintf(code, sizeof code, "F-%06ld", number);
  hw_record_init(&r, HW_KIND_FAMILY);
  hw_record_set_text(&r, HW_FIELD_FAMILY_CODE, code);
  hw_record_set_int(&r, HW_FIELD_FAMILY_INVESTIGATION, self->investigation);
  int64_t family = add(self, &r), persons[PERSONS_PER_FAMILY];
  hw_record_init(&r, HW_KIND_PEDIGREE);
  hw_record_set_int(&r, HW_FIELD_PEDIGREE_FAMILY, family);
  hw_record_set_text(&r, HW_FIELD_PEDIGREE_CODE, "stated");
  hw_record_set_int(&r, HW_FIELD_PEDIGREE_RANK, 1);
  hw_record_set_text(&r, HW_FIELD_PEDIGREE_STATUS, "stated");
  int64_t pedigree = add(self, &r), profile = 0, sample = 0;
  for (int i = 0; i < PERSONS_PER_FAMILY; i++) {
    bool is_male = i != 1 && i != 4;
    snprintf(code, sizeof code, "R-%07ld", number * PERSONS_PER_FAMILY + i);
    persons[i] = add_person(self, code, i == 2, is_male);
    add_name(self, persons[i], surname, is_male);
    add_member(self, family, persons[i], i + 1, i == 2);
    hw_record_init(&r, HW_KIND_DESCENT);
    hw_record_set_int(&r, HW_FIELD_DESCENT_PEDIGREE, pedigree);
    hw_record_set_int(&r, HW_FIELD_DESCENT_PERSON, persons[i]);
    if (i > 1) hw_record_set_int(&r, HW_FIELD_DESCENT_FATHER, persons[0]);
    if (i > 1) hw_record_set_int(&r, HW_FIELD_DESCENT_MOTHER, persons[1]);
    hw_record_set_int(&r, HW_FIELD_DESCENT_RANK, i + 1);
    add(self, &r);
    if (i == 2) snprintf(code, sizeof code, "V-%07ld", number);
    if (i == 2) sample = add_sample(self, code);
    int64_t made = add_profile(self, code, i == 2 ? 0 : persons[i], i == 2 ? sample : 0);
    if (i == 2) profile = made;
  }
  if (number >= IDENTIFICATIONS) return;
  self->families[number] = family;
  self->missing[number] = persons[2];
  self->samples[number] = sample;
  self->profiles[number] = profile;
}

static void add_identifications(filler *self, long n) {
  hw_record r;
  hw_record_init(&r, HW_KIND_RUN);
  hw_record_set_text(&r, HW_FIELD_RUN_CODE, "1");
  hw_record_set_int(&r, HW_FIELD_RUN_INVESTIGATION, self->investigation);
  hw_record_set_text(&r, HW_FIELD_RUN_PROGRAM, "bench");
  hw_record_set_text(&r, HW_FIELD_RUN_PARAMETERS, "{}");
  hw_record_set_text(&r, HW_FIELD_RUN_INPUTS, "-");
  for (int f = HW_FIELD_RUN_REMAINS; f <= HW_FIELD_RUN_STORED; f++) hw_record_set_int(&r, f, n);
  self->run = add(self, &r);
  for (long i = 0; i < n; i++) {
    char code[24];
    hw_record_init(&r, HW_KIND_COMPARISON);
    hw_record_set_int(&r, HW_FIELD_COMPARISON_RUN, self->run);
    hw_record_set_int(&r, HW_FIELD_COMPARISON_PROFILE, self->profiles[i]);
    hw_record_set_int(&r, HW_FIELD_COMPARISON_PERSON, self->missing[i]);
    hw_record_set_int(&r, HW_FIELD_COMPARISON_FAMILY, self->families[i]);
    hw_record_set_real(&r, HW_FIELD_COMPARISON_LOG10_LR, 4 + 6 * hw_random_double(&self->random));
    hw_record_set_text(&r, HW_FIELD_COMPARISON_PER_MARKER, "{}");
    hw_record_set_int(&r, HW_FIELD_COMPARISON_MARKERS, MARKERS);
    hw_record_set_int(&r, HW_FIELD_COMPARISON_MISMATCHES, 0);
    hw_record_set_text(&r, HW_FIELD_COMPARISON_INPUTS, "-");
    int64_t comparison = add(self, &r);
    snprintf(code, sizeof code, "I-%04ld", i + 1);
    hw_record_init(&r, HW_KIND_IDENTIFICATION);
    hw_record_set_text(&r, HW_FIELD_IDENTIFICATION_CODE, code);
    hw_record_set_int(&r, HW_FIELD_IDENTIFICATION_PERSON, self->missing[i]);
    hw_record_set_int(&r, HW_FIELD_IDENTIFICATION_SAMPLE, self->samples[i]);
    hw_record_set_int(&r, HW_FIELD_IDENTIFICATION_COMPARISON, comparison);
    int64_t identification = add(self, &r);
    if (i % 3 != 0) continue;
    hw_record_init(&r, HW_KIND_REVIEW);
    hw_record_set_int(&r, HW_FIELD_REVIEW_IDENTIFICATION, identification);
    hw_record_set_int(&r, HW_FIELD_REVIEW_REVIEWER, self->reviewer);
    hw_record_set_int(&r, HW_FIELD_REVIEW_NUMBER, 1);
    hw_record_set_text(&r, HW_FIELD_REVIEW_VERDICT, "agrees");
    hw_record_set_text(&r, HW_FIELD_REVIEW_REASON, "synthetic");
    add(self, &r);
  }
  for (long i = 0; i < n; i++) {
    hw_record_init(&r, HW_KIND_POWER);
    hw_record_set_int(&r, HW_FIELD_POWER_RUN, self->run);
    hw_record_set_int(&r, HW_FIELD_POWER_PERSON, self->missing[i]);
    hw_record_set_int(&r, HW_FIELD_POWER_FAMILY, self->families[i]);
    hw_record_set_real(&r, HW_FIELD_POWER_EXPECTED, 10 * hw_random_double(&self->random));
    hw_record_set_real(&r, HW_FIELD_POWER_NEEDED, 4);
    add(self, &r);
  }
}

static void fill(const char *path, long n_families, uint64_t seed) {
  static filler self;
  hw_err err = HW_ERR_INIT;
  double start = now_s();
  hw_random_init(&self.random, seed);
  must(hw_store_create(path, &self.store, &err), &err);
  begin(&self, "init");
  begin_case(&self);
  commit(&self);
  for (long at = 0; at < n_families; at += BATCH) {
    begin(&self, "import");
    for (long i = at; i < n_families && i < at + BATCH; i++) add_family(&self, i);
    commit(&self);
  }
  begin(&self, "identify");
  add_identifications(&self, n_families < IDENTIFICATIONS ? n_families : IDENTIFICATIONS);
  commit(&self);
  hw_store_close(self.store);
  report("filled", now_s() - start);
}

/* --- asking --- */

static void ask_status(hw_app *app) {
  hw_err err = HW_ERR_INIT;
  hw_arena arena;
  hw_status_report *status = calloc(1, sizeof *status);
  double start = now_s();
  hw_arena_init(&arena, 0);
  if (status == NULL) exit(1);
  must(hw_status_read(app, &arena, status, &err), &err);
  report("status", now_s() - start);
  hw_arena_clear(&arena);
  free(status);
}

static void ask_search(hw_app *app, const char *text) {
  hw_err err = HW_ERR_INIT;
  hw_hit *hits = NULL;
  int n = 0;
  bool is_cut = false;
  double start = now_s();
  must(hw_store_search(app->store, text, HW_KIND_NONE, true, 50, &hits, &n, &is_cut, &err), &err);
  char what[80];
  snprintf(what, sizeof what, "find '%s' (%d%s)", text, n, is_cut ? ", more" : "");
  report(what, now_s() - start);
  free(hits);
}

static hw_status tell(void *context, const hw_check_fault *fault, hw_err *err) {
  (void)context;
  (void)err;
  printf("  %s: %s\n", fault->where, fault->text);
  return HW_OK;
}

static void ask_check(const char *path, const hw_who *who) {
  hw_err err = HW_ERR_INIT;
  hw_app app;
  hw_check_options options = {0};
  hw_check_summary summary;
  double start = now_s();
  must(hw_app_open(&app, path, HW_DB_EXAMINE, who, &err), &err);
  must(hw_check(&app, &options, tell, NULL, &summary, &err), &err);
  hw_app_close(&app);
  report("check", now_s() - start);
}

int main(int argc, char **argv) {
  static const char *const queries[] = {
      "nguyen",           "nguyen van hung", "Nguyễn Văn Hùng", "hung van nguyen", "thi",
      "tran thi mai lan", "R-00012",         "V-0000123",       "nobody"};
  char scratch[64];
  snprintf(scratch, sizeof scratch, "/tmp/homeward-bench-%ld.hwc", (long)getpid());
  const char *path = argc > 1 ? argv[1] : scratch;
  long n_families = argc > 2 ? strtol(argv[2], NULL, 10) : 20000;
  hw_err err = HW_ERR_INIT;
  hw_app app;
  hw_who who = {.login = "bench"};
  struct stat file;
  if (stat(path, &file) != 0) fill(path, n_families, argc > 3 ? strtoull(argv[3], NULL, 10) : 1);
  if (stat(path, &file) == 0) printf("  %-40s %9.1f MB\n", "size", (double)file.st_size / 1e6);
  must(hw_app_open(&app, path, HW_DB_READ, &who, &err), &err);
  ask_status(&app);
  ask_status(&app);
  for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) ask_search(&app, queries[i]);
  hw_app_close(&app);
  ask_check(path, &who);
  if (argc < 2) unlink(scratch);
  return 0;
}
