/* Parts of pages that show genetic evidence.
 *
 * What is counted as typed is what a search may use: withdrawn profiles do not count,
 * and of several the fullest is told. Comparisons of several runs stand with the newest
 * run first, since older ones were made of other data. */
#include "web/pages_evidence.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/observations.h"
#include "base/check.h"

/* --- who is typed with what --- */

int hwp_count_typed(const char *observations) {
  hw_seen seen;
  bool has_more = true;
  int n = 0;
  while (hw_observation_next(&observations, &seen, &has_more, NULL) == HW_OK && has_more)
    n += seen.kind != HW_SEEN_NOTHING;
  return n;
}

static void add_part(hwp_job *job, hwp_typed *out, const char *part) {
  out->text = out->text[0] == '\0' ? part : hwp_format(job, "%s, %s", out->text, part);
}

static void say_typed(hwp_job *job, hwp_typed *out) {
  out->text = "";
  if (out->n_str > 0)
    add_part(job, out, hwp_fill(job, HW_T_TYPED_STR, 1, hwp_int(job, out->n_str)));
  if (out->n_snp > 0)
    add_part(job, out, hwp_fill(job, HW_T_TYPED_SNP, 1, hwp_int(job, out->n_snp)));
  if (out->has_mt) add_part(job, out, hwp_t(job, HW_T_TYPED_MT));
  if (out->has_y) add_part(job, out, hwp_t(job, HW_T_TYPED_Y));
}

/* The fields by which the three kinds of data name whose they are. */
typedef struct owner_fields {
  int profile, snp, haplotype;
} owner_fields;

static hw_status read_typed(hwp_job *job, const owner_fields *by, int64_t id, hwp_typed *out,
                            hw_err *err) {
  enum { MOST = 20 };
  hw_look_rows rows;
  *out = (hwp_typed){.text = ""};
  HW_TRY(hw_look_list(job->app, HW_KIND_PROFILE, by->profile, id, MOST, job->arena, &rows, err));
  for (int i = 0; i < rows.n; i++) {
    if (rows.items[i].withdrawn != NULL) continue;
    const int n = hwp_count_typed(hw_record_text(&rows.items[i], HW_FIELD_PROFILE_OBSERVATIONS));
    if (n > out->n_str) out->n_str = n;
  }
  HW_TRY(hw_look_list(job->app, HW_KIND_SNP_PROFILE, by->snp, id, MOST, job->arena, &rows, err));
  for (int i = 0; i < rows.n; i++) {
    const int64_t n = hw_record_int(&rows.items[i], HW_FIELD_SNP_PROFILE_KNOWN);
    if (rows.items[i].withdrawn == NULL && n > out->n_snp) out->n_snp = n;
  }
  HW_TRY(
      hw_look_list(job->app, HW_KIND_HAPLOTYPE, by->haplotype, id, MOST, job->arena, &rows, err));
  for (int i = 0; i < rows.n; i++) {
    const char *line = hw_record_text(&rows.items[i], HW_FIELD_HAPLOTYPE_LINE);
    if (rows.items[i].withdrawn != NULL) continue;
    if (strcmp(line, "mt") == 0)
      out->has_mt = true;
    else
      out->has_y = true;
  }
  say_typed(job, out);
  return HW_OK;
}

hw_status hwp_typed_of_person(hwp_job *job, int64_t person, hwp_typed *out, hw_err *err) {
  static const owner_fields by = {HW_FIELD_PROFILE_PERSON, HW_FIELD_SNP_PROFILE_PERSON,
                                  HW_FIELD_HAPLOTYPE_PERSON};
  return read_typed(job, &by, person, out, err);
}

hw_status hwp_typed_of_sample(hwp_job *job, int64_t sample, hwp_typed *out, hw_err *err) {
  static const owner_fields by = {HW_FIELD_PROFILE_SAMPLE, HW_FIELD_SNP_PROFILE_SAMPLE,
                                  HW_FIELD_HAPLOTYPE_SAMPLE};
  return read_typed(job, &by, sample, out, err);
}

/* --- comparisons --- */

static int by_ratio(const void *a, const void *b) {
  const double p = hw_record_real(a, HW_FIELD_COMPARISON_LOG10_LR);
  const double q = hw_record_real(b, HW_FIELD_COMPARISON_LOG10_LR);
  const hw_record *x = a, *y = b;
  if (p != q) return p > q ? -1 : 1;
  return (x->id > y->id) - (x->id < y->id);
}

static int by_run_and_ratio(const void *a, const void *b) {
  const int64_t p = hw_record_int(a, HW_FIELD_COMPARISON_RUN);
  const int64_t q = hw_record_int(b, HW_FIELD_COMPARISON_RUN);
  if (p != q) return p > q ? -1 : 1;
  return by_ratio(a, b);
}

int hwp_sort_comparisons(int n, hw_record *rows, bool by_run) {
  int kept = 0;
  for (int i = 0; i < n; i++)
    if (rows[i].withdrawn == NULL) rows[kept++] = rows[i];
  if (kept > 0) qsort(rows, (size_t)kept, sizeof *rows, by_run ? by_run_and_ratio : by_ratio);
  return kept;
}

static hw_status write_comparison(hwp_job *job, hwp_compared_of about, const hw_record *row,
                                  hw_err *err) {
  hwp_html *h = &job->html;
  hw_record profile;
  const char *code = "";
  HW_TRY(hw_look_get(job->app, HW_KIND_PROFILE, hw_record_int(row, HW_FIELD_COMPARISON_PROFILE),
                     job->arena, &profile, err));
  HW_TRY(hw_look_code(job->app, HW_KIND_COMPARISON, row->id, job->arena, &code, err));
  hwp_open(h, "tr", NULL);
  if (about != HWP_COMPARED_SAMPLE)
    HW_TRY(hwp_id_cell(job, HW_KIND_SAMPLE, hw_record_int(&profile, HW_FIELD_PROFILE_SAMPLE), err));
  HW_TRY(hwp_id_cell(job, HW_KIND_PERSON, hw_record_int(row, HW_FIELD_COMPARISON_PERSON), err));
  if (about != HWP_COMPARED_FAMILY)
    HW_TRY(hwp_id_cell(job, HW_KIND_FAMILY, hw_record_int(row, HW_FIELD_COMPARISON_FAMILY), err));
  if (about != HWP_COMPARED_RUN)
    HW_TRY(hwp_id_cell(job, HW_KIND_RUN, hw_record_int(row, HW_FIELD_COMPARISON_RUN), err));
  hwp_open(h, "td", "class", "number", NULL);
  hwp_leaf(h, "a", hwp_log10(job, hw_record_real(row, HW_FIELD_COMPARISON_LOG10_LR)), "href",
           hwp_any_path(job, HW_KIND_COMPARISON, row->id, code), NULL);
  hwp_close(h);
  hwp_number_cell(job, hwp_posterior(job, hw_record_real(row, HW_FIELD_COMPARISON_POSTERIOR),
                                     hw_record_real(row, HW_FIELD_COMPARISON_COMPLEMENT)));
  hwp_number_cell(job, hwp_int(job, hw_record_int(row, HW_FIELD_COMPARISON_MARKERS)));
  hwp_number_cell(job, hwp_int(job, hw_record_int(row, HW_FIELD_COMPARISON_MISMATCHES)));
  hwp_cell(job, hw_record_int(row, HW_FIELD_COMPARISON_IS_PROPOSED) != 0
                    ? hwp_t(job, HW_T_EVIDENCE_PROPOSED)
                    : "");
  hwp_close(h);
  return HW_OK;
}

hw_status hwp_comparison_table(hwp_job *job, const char *caption, hwp_compared_of about, int n,
                               const hw_record *rows, hw_err *err) {
  hwp_column columns[9];
  int n_columns = 0;
  if (about != HWP_COMPARED_SAMPLE)
    columns[n_columns++] = (hwp_column){hwp_t(job, HW_T_PAGES_REMAINS), false};
  columns[n_columns++] = (hwp_column){hwp_t(job, HW_T_PAGES_PERSON), false};
  if (about != HWP_COMPARED_FAMILY)
    columns[n_columns++] = (hwp_column){hwp_kind_label(job, HW_KIND_FAMILY), false};
  if (about != HWP_COMPARED_RUN)
    columns[n_columns++] = (hwp_column){hwp_kind_label(job, HW_KIND_RUN), false};
  columns[n_columns++] = (hwp_column){hwp_t(job, HW_T_PAGES_LOG10_LR), true};
  columns[n_columns++] = (hwp_column){hwp_t(job, HW_T_PAGES_POSTERIOR), true};
  columns[n_columns++] = (hwp_column){hwp_t(job, HW_T_EVIDENCE_MARKERS), true};
  columns[n_columns++] = (hwp_column){hwp_t(job, HW_T_EVIDENCE_MISMATCHES), true};
  columns[n_columns++] = (hwp_column){hwp_t(job, HW_T_EVIDENCE_RUN_SAYS), false};
  hwp_table_begin(&job->html, &(hwp_table){caption, n_columns, columns});
  for (int i = 0; i < n; i++) HW_TRY(write_comparison(job, about, &rows[i], err));
  hwp_table_end(&job->html);
  return HW_OK;
}

/* --- profiles by marker --- */

enum { MOST_PROFILES = 8, MOST_MARKERS = 60, MOST_DRAWN = 4 };

/* A marker, and what each profile shows of it. */
typedef struct marker_row {
  int64_t marker;
  const char *name;
  hw_seen *seen[MOST_PROFILES];
} marker_row;

typedef struct profile_rows {
  int n_profiles, n;
  marker_row *rows; /* in the order of the first profile's panel */
} profile_rows;

static marker_row *row_of(profile_rows *all, int64_t marker) {
  for (int i = 0; i < all->n; i++)
    if (all->rows[i].marker == marker) return &all->rows[i];
  if (all->n == MOST_MARKERS) return NULL;
  all->rows[all->n].marker = marker;
  return &all->rows[all->n++];
}

static hw_status read_profile(hwp_job *job, const hw_record *profile, int index, profile_rows *all,
                              hw_err *err) {
  hw_look_rows markers;
  const char *at = hw_record_text(profile, HW_FIELD_PROFILE_OBSERVATIONS);
  bool has_more = true;
  HW_TRY(hw_look_list(job->app, HW_KIND_PANEL_MARKER, HW_FIELD_PANEL_MARKER_PANEL,
                      hw_record_int(profile, HW_FIELD_PROFILE_PANEL), MOST_MARKERS, job->arena,
                      &markers, err));
  for (int i = 0; i < markers.n; i++) {
    hw_seen *seen = hw_arena_alloc(job->arena, sizeof *seen);
    if (seen == NULL) return HW_NO_MEMORY(err, "a profile");
    HW_TRY(hw_observation_next(&at, seen, &has_more, err));
    if (!has_more) break;
    const int64_t marker = hw_record_int(&markers.items[i], HW_FIELD_PANEL_MARKER_MARKER);
    marker_row *row = row_of(all, marker);
    if (row == NULL) break;
    if (row->name == NULL)
      HW_TRY(hw_look_code(job->app, HW_KIND_MARKER, marker, job->arena, &row->name, err));
    row->seen[index] = seen;
  }
  return HW_OK;
}

/* Text of an observation as people write it. */
static const char *seen_text(hwp_job *job, const hw_seen *seen) {
  if (seen == NULL || seen->kind == HW_SEEN_NOTHING) return "\xe2\x80\x94";
  const char *text = "";
  for (int i = 0; i < seen->n; i++)
    text = hwp_format(job, "%s%s%.*s", text, i > 0 ? ", " : "", seen->alleles[i].n,
                      seen->alleles[i].text);
  if (seen->kind == HW_SEEN_GENOTYPE && seen->n == 1) text = hwp_format(job, "%s, %s", text, text);
  if (seen->kind == HW_SEEN_PARTIAL) text = hwp_format(job, "%s, ?", text);
  if (seen->kind == HW_SEEN_SINGLE) text = hwp_format(job, "%s, \xe2\x88\x85", text);
  if (seen->kind == HW_SEEN_SET && seen->n == 0) text = hwp_t(job, HW_T_EVIDENCE_NONE_SEEN);
  return text;
}

static bool differ(const hw_seen *a, const hw_seen *b) {
  if (a == NULL || b == NULL || a->kind == HW_SEEN_NOTHING || b->kind == HW_SEEN_NOTHING)
    return false;
  if (a->kind != b->kind || a->n != b->n) return true;
  for (int i = 0; i < a->n; i++)
    if (a->alleles[i].n != b->alleles[i].n ||
        memcmp(a->alleles[i].text, b->alleles[i].text, (size_t)a->alleles[i].n) != 0)
      return true;
  return false;
}

static hw_status write_table(hwp_job *job, const profile_rows *all, const hw_record *profiles) {
  hwp_html *h = &job->html;
  hwp_column columns[MOST_PROFILES + 2];
  columns[0] = (hwp_column){hwp_kind_label(job, HW_KIND_MARKER), false};
  for (int p = 0; p < all->n_profiles; p++) {
    const char *use = hw_record_text(&profiles[p], HW_FIELD_PROFILE_USE);
    columns[1 + p] =
        (hwp_column){hwp_format(job, "%s (%s)", hw_record_text(&profiles[p], HW_FIELD_PROFILE_CODE),
                                hwp_word(job, use)),
                     false};
  }
  columns[1 + all->n_profiles] = (hwp_column){hwp_t(job, HW_T_EVIDENCE_AGREE), false};
  const int n_columns = 1 + all->n_profiles + (all->n_profiles > 1 ? 1 : 0);
  hwp_table_begin(h, &(hwp_table){hwp_t(job, HW_T_EVIDENCE_GENOTYPES), n_columns, columns});
  for (int i = 0; i < all->n; i++) {
    bool is_different = false;
    hwp_open(h, "tr", NULL);
    hwp_leaf(h, "th", all->rows[i].name, "scope", "row", "class", "name", NULL);
    for (int p = 0; p < all->n_profiles; p++) {
      hwp_cell(job, seen_text(job, all->rows[i].seen[p]));
      is_different = is_different || differ(all->rows[i].seen[0], all->rows[i].seen[p]);
    }
    if (all->n_profiles > 1) hwp_cell(job, is_different ? hwp_t(job, HW_T_EVIDENCE_DIFFERENT) : "");
    hwp_close(h);
  }
  hwp_table_end(h);
  return HW_OK;
}

/* Alleles of a marker over all profiles, in their order, without repetition. */
typedef struct allele_axis {
  int n;
  struct {
    const char *text;
    int n;
  } alleles[12];
} allele_axis;

static void add_alleles(allele_axis *axis, const hw_seen *seen) {
  const int most = (int)(sizeof axis->alleles / sizeof *axis->alleles);
  if (seen == NULL) return;
  for (int i = 0; i < seen->n; i++) {
    int at = 0, order = 1;
    while (at < axis->n &&
           (order = hw_allele_compare(seen->alleles[i].text, (size_t)seen->alleles[i].n,
                                      axis->alleles[at].text, (size_t)axis->alleles[at].n)) > 0)
      at++;
    if ((at < axis->n && order == 0) || axis->n == most) continue;
    memmove(&axis->alleles[at + 1], &axis->alleles[at],
            (size_t)(axis->n - at) * sizeof *axis->alleles);
    axis->alleles[at].text = seen->alleles[i].text;
    axis->alleles[at].n = seen->alleles[i].n;
    axis->n++;
  }
}

/* Copies of an allele that an observation shows: 2 for a homozygote. */
static int copies_of(const hw_seen *seen, const allele_axis *axis, int at) {
  int n = 0;
  for (int i = 0; seen != NULL && i < seen->n; i++)
    if (hw_allele_compare(seen->alleles[i].text, (size_t)seen->alleles[i].n, axis->alleles[at].text,
                          (size_t)axis->alleles[at].n) == 0)
      n += seen->kind == HW_SEEN_GENOTYPE && seen->n == 1 ? 2 : 1;
  return n > 2 ? 2 : n;
}

enum { PANEL_WIDTH = 148, PANEL_HEIGHT = 92, PANELS_ABREAST = 5, BASE = 66 };

/* One marker: a peak for each allele and profile, above the allele's number. Heights say one copy or
 * two; an electropherogram's own heights are not in the database. */
static void draw_panel(hwp_job *job, hw_canvas *canvas, const marker_row *row, int n_profiles) {
  static const hw_role roles[MOST_DRAWN] = {HW_ROLE_FIRST, HW_ROLE_SECOND, HW_ROLE_THIRD,
                                            HW_ROLE_FOURTH};
  allele_axis axis = {0};
  const double width = PANEL_WIDTH - 12;
  for (int p = 0; p < n_profiles; p++) add_alleles(&axis, row->seen[p]);
  hw_canvas_add_text(canvas, 2, 12, row->name, &(hw_text_style){.size = 10, .is_bold = true});
  hw_canvas_add_line(canvas, 0, BASE, width, BASE, &(hw_paint){.stroke = HW_ROLE_MUTED});
  if (axis.n == 0)
    hw_canvas_add_text(
        canvas, width / 2, BASE - 18, hwp_t(job, HW_T_EVIDENCE_NOT_TYPED),
        &(hw_text_style){.size = 9, .anchor = HW_ANCHOR_MIDDLE, .role = HW_ROLE_MUTED});
  const double step = width / (axis.n + 1);
  for (int a = 0; a < axis.n; a++) {
    const double x = step * (a + 1);
    char *text = hw_arena_strndup(job->arena, axis.alleles[a].text, (size_t)axis.alleles[a].n);
    for (int p = 0; p < n_profiles; p++) {
      const int copies = copies_of(row->seen[p], &axis, a);
      const double half = n_profiles > 1 ? 3.5 : 5, tall = 20.0 * copies;
      const double at = x + (p - (n_profiles - 1) / 2.0) * 2 * half;
      const hw_point peak[] = {{at - half, BASE}, {at, BASE - tall}, {at + half, BASE}};
      if (copies > 0)
        hw_canvas_add_polygon(canvas, peak, 3, &(hw_paint){.fill = roles[p], .stroke = roles[p]});
    }
    hw_canvas_add_text(canvas, x, BASE + 14, text != NULL ? text : "",
                       &(hw_text_style){.size = 9, .anchor = HW_ANCHOR_MIDDLE});
  }
}

static void draw_panels(hwp_job *job, const profile_rows *all, const char *title) {
  const int n_rows = (all->n + PANELS_ABREAST - 1) / PANELS_ABREAST;
  const int n_drawn = all->n_profiles < MOST_DRAWN ? all->n_profiles : MOST_DRAWN;
  hw_canvas *canvas =
      hwp_picture_begin(job, PANELS_ABREAST * PANEL_WIDTH, PANEL_HEIGHT * n_rows, title);
  if (canvas == NULL) return;
  for (int i = 0; i < all->n; i++) {
    const int line = i / PANELS_ABREAST, place = i % PANELS_ABREAST;
    hw_canvas_begin_group(
        canvas, &(hw_group){.x = 6.0 + place * PANEL_WIDTH, .y = line * (double)PANEL_HEIGHT});
    draw_panel(job, canvas, &all->rows[i], n_drawn);
    hw_canvas_end_group(canvas);
  }
  hwp_picture_end(job, canvas);
}

hw_status hwp_profile_panels(hwp_job *job, int n, const hw_record *profiles, hw_err *err) {
  profile_rows all = {0};
  all.n_profiles = n < MOST_PROFILES ? n : MOST_PROFILES;
  all.rows = hw_arena_alloc_array(job->arena, MOST_MARKERS, sizeof *all.rows);
  if (all.rows == NULL) return HW_NO_MEMORY(err, "a profile");
  for (int p = 0; p < all.n_profiles; p++) HW_TRY(read_profile(job, &profiles[p], p, &all, err));
  if (all.n == 0) return HW_OK;
  draw_panels(job, &all, hwp_t(job, HW_T_EVIDENCE_PANELS));
  hwp_paragraph(job, hwp_t(job, HW_T_EVIDENCE_PANELS_HINT), "hint");
  return write_table(job, &all, profiles);
}
