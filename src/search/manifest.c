/* The manifest of a plan, as JSON.
 *
 * People read it and programs of cluster managers may (the number of shards), but
 * nobody is to write it: it carries a digest of itself, and a reader writes what
 * it understood once more and compares the bytes. So a changed byte is found out
 * wherever it stands, and no list of checks can be forgotten.
 *
 * Numbers are written with 17 digits and come back with the same bits. A threshold
 * may be −inf (every pair), which JSON lacks: the string "-inf".
 *
 * A plan by STR alone has the members that it always had; one by all kinds of
 * evidence is of another format, and has those of SNP profiles and of the weighing
 * behind. */
#include "search/manifest.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/json_members.h"
#include "base/json_read.h"
#include "homeward/version.h"
#include "search/plan.h"
#include "search/work.h"

static const char FORMAT[] = "homeward-search-plan/1";
static const char FORMAT_WIDE[] = "homeward-search-plan/2";

static const char *format_of(const hwp_manifest *self) {
  return self->is_wide ? FORMAT_WIDE : FORMAT;
}

static void add_double(hw_digest *digest, double value) {
  int64_t bits;
  memcpy(&bits, &value, sizeof bits);
  hw_digest_add_int(digest, bits);
}

void hwp_options_add(hw_digest *digest, const hw_search_options *options) {
  hw_digest_add_text(digest, hw_version());
  add_double(digest, options->threshold);
  add_double(digest, options->floor);
  hw_digest_add_int(digest, options->top);
  add_double(digest, options->prior_none);
  add_double(digest, options->likelihood.max_work);
  add_double(digest, options->likelihood.max_bytes);
  hw_digest_add_int(digest, options->likelihood.no_lumping);
}

void hwp_snp_options_add(hw_digest *digest, const hw_snp_search_options *options) {
  hw_digest_add_text(digest, hw_version());
  add_double(digest, options->threshold);
  add_double(digest, options->floor);
  hw_digest_add_int(digest, options->top);
  add_double(digest, options->cut);
  hw_digest_add_int(digest, options->no_screen);
  hw_digest_add_int(digest, options->linked.max_bits);
  hw_digest_add_int(digest, options->linked.in_double);
}

static void add_wide(hw_digest *digest, const hwp_manifest *self) {
  const hwp_manifest_snp *snp = &self->snp;
  const hw_search_weighing *weighing = &self->weighing;
  hw_digest_add(digest, snp->input, HW_DIGEST_SIZE);
  const int64_t numbers[] = {snp->n_samples,  snp->n_families,   snp->n_queries,  snp->n_units,
                             weighing->kinds, weighing->most_mt, weighing->most_y};
  for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
    hw_digest_add_int(digest, numbers[i]);
  hwp_snp_options_add(digest, &snp->options);
  add_double(digest, weighing->threshold);
  add_double(digest, weighing->floor);
  add_double(digest, weighing->prior_none);
}

static void set_plan(hwp_manifest *self) {
  hw_digest digest;
  hw_digest_begin(&digest);
  hw_digest_add_text(&digest, format_of(self));
  hw_digest_add(&digest, self->input, HW_DIGEST_SIZE);
  const int32_t numbers[] = {self->n_samples,    self->n_families, self->n_queries,
                             self->unit_queries, self->n_units,    self->n_shards};
  for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
    hw_digest_add_int(&digest, numbers[i]);
  hwp_options_add(&digest, &self->options);
  if (self->is_wide) add_wide(&digest, self);
  hw_digest_end(&digest, self->plan);
}

static void init_str(hwp_manifest *self, const hw_search_input *input,
                     const hw_search_options *options) {
  self->n_samples = input->n_samples;
  self->n_families = input->n_families;
  self->n_queries = input->n_queries;
  self->unit_queries = hwp_unit_queries(input, options);
  self->options = *options;
  self->options.likelihood.simd = NULL;
  self->options.no_pruning = false;
  self->options.unit_queries = self->unit_queries;
  self->n_units = hwp_count_units(input->n_queries, self->unit_queries);
}

static void init_snp(hwp_manifest_snp *self, const hw_search_planned *planned) {
  const hw_snp_search_input *input = planned->snp;
  self->options = *planned->snp_options;
  self->options.linked.simd = NULL;
  if (!input) return;
  self->n_samples = input->n_samples;
  self->n_families = input->n_families;
  self->n_queries = input->n_queries;
  self->n_units = hwp_snp_count_units(input->n_queries);
}

void hwp_manifest_init(hwp_manifest *self, const hw_search_planned *planned,
                       const hwp_planned_digests *digests, int32_t n_shards) {
  *self = (hwp_manifest){.is_wide = planned->weighing != NULL};
  if (planned->weighing) self->weighing = *planned->weighing;
  if (planned->str) init_str(self, planned->str, planned->str_options);
  if (planned->weighing) init_snp(&self->snp, planned);
  memcpy(self->input, digests->str, HW_DIGEST_SIZE);
  memcpy(self->snp.input, digests->snp, HW_DIGEST_SIZE);
  const int32_t n_units = hwp_manifest_units(self);
  self->n_shards = n_shards < 1 ? 1 : n_shards > n_units ? n_units : n_shards;
  set_plan(self);
}

int32_t hwp_manifest_units(const hwp_manifest *self) {
  return self->n_units + self->snp.n_units;
}

hwp_unit hwp_manifest_unit(const hwp_manifest *self, int32_t unit) {
  return unit < self->n_units ? hwp_unit_at(self->n_queries, self->unit_queries, unit)
                              : hwp_snp_unit_at(self->snp.n_queries, unit - self->n_units);
}

hw_search_options hwp_manifest_keeping(const hwp_manifest *self, const hwp_unit *unit) {
  return unit->is_snp ? hwp_snp_keeping(&self->snp.options) : self->options;
}

int32_t hwp_manifest_samples(const hwp_manifest *self, const hwp_unit *unit) {
  return unit->is_snp ? self->snp.n_samples : self->n_samples;
}

void hwp_manifest_shard(const hwp_manifest *self, int32_t shard, int32_t *first, int32_t *end) {
  const int64_t n = hwp_manifest_units(self);
  *first = (int32_t)(n * shard / self->n_shards);
  *end = (int32_t)(n * (shard + 1) / self->n_shards);
}

/* --- writing --- */

static void put_digest(hw_json_writer *w, const char *key, const uint8_t digest[HW_DIGEST_SIZE]) {
  char text[HW_DIGEST_TEXT_SIZE];
  hw_json_add_text(w, key, hw_digest_text(digest, text));
}

static void put_wide(hw_json_writer *w, const hwp_manifest *self) {
  const hwp_manifest_snp *snp = &self->snp;
  const hw_search_weighing *weighing = &self->weighing;
  put_digest(w, "snp_input", snp->input);
  hw_json_add_int(w, "snp_samples", snp->n_samples);
  hw_json_add_int(w, "snp_families", snp->n_families);
  hw_json_add_int(w, "snp_missing_persons", snp->n_queries);
  hw_json_add_double(w, "snp_threshold", snp->options.threshold);
  hw_json_add_double(w, "snp_floor", snp->options.floor);
  hw_json_add_int(w, "snp_top", snp->options.top);
  hw_json_add_double(w, "snp_cut", snp->options.cut);
  hw_json_add_bool(w, "snp_no_screen", snp->options.no_screen);
  hw_json_add_int(w, "snp_max_bits", snp->options.linked.max_bits);
  hw_json_add_bool(w, "snp_in_double", snp->options.linked.in_double);
  hw_json_add_int(w, "snp_units", snp->n_units);
  hw_json_add_int(w, "kinds", weighing->kinds);
  hw_json_add_double(w, "total_threshold", weighing->threshold);
  hw_json_add_double(w, "total_floor", weighing->floor);
  hw_json_add_double(w, "total_prior_none", weighing->prior_none);
  hw_json_add_int(w, "mt_differences", weighing->most_mt);
  hw_json_add_int(w, "y_differences", weighing->most_y);
}

hw_status hwp_manifest_format(const hwp_manifest *self, hw_str *out, hw_err *err) {
  hw_json_writer w;
  hw_json_write_init_str(&w, out, 2);
  hw_json_write_begin_object(&w);
  hw_json_add_text(&w, "format", format_of(self));
  hw_json_add_text(&w, "program", hw_version());
  put_digest(&w, "plan", self->plan);
  put_digest(&w, "input", self->input);
  hw_json_add_int(&w, "samples", self->n_samples);
  hw_json_add_int(&w, "families", self->n_families);
  hw_json_add_int(&w, "missing_persons", self->n_queries);
  hw_json_add_double(&w, "threshold", self->options.threshold);
  hw_json_add_double(&w, "floor", self->options.floor);
  hw_json_add_int(&w, "top", self->options.top);
  hw_json_add_double(&w, "prior_none", self->options.prior_none);
  hw_json_add_double(&w, "max_work", self->options.likelihood.max_work);
  hw_json_add_double(&w, "max_bytes", self->options.likelihood.max_bytes);
  hw_json_add_bool(&w, "no_lumping", self->options.likelihood.no_lumping);
  hw_json_add_int(&w, "missing_persons_per_unit", self->unit_queries);
  hw_json_add_int(&w, "units", self->n_units);
  hw_json_add_int(&w, "shards", self->n_shards);
  if (self->is_wide) put_wide(&w, self);
  hw_json_write_end_object(&w);
  return hw_json_write_finish(&w, err);
}

/* --- reading --- */

static hw_status get_double(const hw_json *object, const char *key, double *out, hw_err *err) {
  const hw_json *value;
  HW_TRY(hw_json_get(object, key, &value, err));
  if (hw_json_kind_of(value) != HW_JSON_STRING) return hw_json_get_double(object, key, out, err);
  const char *text;
  HW_TRY(hw_json_as_string(value, &text, err));
  *out = strcmp(text, "-inf") == 0 ? -HUGE_VAL : HUGE_VAL;
  return HW_OK;
}

static hw_status get_count(const hw_json *object, const char *key, int32_t least, int32_t *out,
                           hw_err *err) {
  int64_t value;
  HW_TRY(hw_json_get_int(object, key, least, INT32_MAX, &value, err));
  *out = (int32_t)value;
  return HW_OK;
}

static int digit(char c) {
  static const char DIGITS[] = "0123456789abcdef";
  const char *at = c ? strchr(DIGITS, c) : NULL;
  return at ? (int)(at - DIGITS) : 0; /* what is no digit does not come out again */
}

static hw_status get_digest(const hw_json *object, const char *key, uint8_t out[HW_DIGEST_SIZE],
                            hw_err *err) {
  const char *text;
  HW_TRY(hw_json_get_string(object, key, &text, err));
  if (strlen(text) != HW_DIGEST_TEXT_SIZE - 1)
    return hw_err_set(err, HW_E_DAMAGED, "this is not a digest");
  for (int i = 0; i < HW_DIGEST_SIZE; i++)
    out[i] = (uint8_t)(digit(text[2 * i]) << 4 | digit(text[2 * i + 1]));
  return HW_OK;
}

static hw_status get_options(const hw_json *root, hw_search_options *out, hw_err *err) {
  HW_TRY(get_double(root, "threshold", &out->threshold, err));
  HW_TRY(get_double(root, "floor", &out->floor, err));
  HW_TRY(get_count(root, "top", 0, &out->top, err));
  HW_TRY(get_double(root, "prior_none", &out->prior_none, err));
  HW_TRY(get_double(root, "max_work", &out->likelihood.max_work, err));
  HW_TRY(get_double(root, "max_bytes", &out->likelihood.max_bytes, err));
  out->likelihood.no_lumping = false;
  return hw_json_find_bool(root, "no_lumping", &out->likelihood.no_lumping, err);
}

static hw_status get_wide(const hw_json *root, hwp_manifest *self, hw_err *err) {
  hwp_manifest_snp *out = &self->snp;
  hw_snp_search_options *options = &out->options;
  hw_search_weighing *weighing = &self->weighing;
  int32_t kinds;
  HW_TRY(get_digest(root, "snp_input", out->input, err));
  HW_TRY(get_count(root, "snp_samples", 0, &out->n_samples, err));
  HW_TRY(get_count(root, "snp_families", 0, &out->n_families, err));
  HW_TRY(get_count(root, "snp_missing_persons", 0, &out->n_queries, err));
  HW_TRY(get_double(root, "snp_threshold", &options->threshold, err));
  HW_TRY(get_double(root, "snp_floor", &options->floor, err));
  HW_TRY(get_count(root, "snp_top", 0, &options->top, err));
  HW_TRY(get_double(root, "snp_cut", &options->cut, err));
  HW_TRY(hw_json_find_bool(root, "snp_no_screen", &options->no_screen, err));
  HW_TRY(get_count(root, "snp_max_bits", 0, &options->linked.max_bits, err));
  HW_TRY(hw_json_find_bool(root, "snp_in_double", &options->linked.in_double, err));
  HW_TRY(get_count(root, "snp_units", 0, &out->n_units, err));
  HW_TRY(get_count(root, "kinds", 0, &kinds, err));
  weighing->kinds = (unsigned)kinds;
  HW_TRY(get_double(root, "total_threshold", &weighing->threshold, err));
  HW_TRY(get_double(root, "total_floor", &weighing->floor, err));
  HW_TRY(get_double(root, "total_prior_none", &weighing->prior_none, err));
  HW_TRY(get_count(root, "mt_differences", -1, &weighing->most_mt, err));
  return get_count(root, "y_differences", -1, &weighing->most_y, err);
}

static hw_status get_all(const hw_json *root, hwp_manifest *out, hw_err *err) {
  const int32_t least = out->is_wide ? 0 : 1; /* nothing may be searched by STR */
  HW_TRY(get_digest(root, "plan", out->plan, err));
  HW_TRY(get_digest(root, "input", out->input, err));
  HW_TRY(get_count(root, "samples", least, &out->n_samples, err));
  HW_TRY(get_count(root, "families", least, &out->n_families, err));
  HW_TRY(get_count(root, "missing_persons", least, &out->n_queries, err));
  HW_TRY(get_options(root, &out->options, err));
  HW_TRY(get_count(root, "missing_persons_per_unit", least, &out->unit_queries, err));
  out->options.unit_queries = out->unit_queries;
  HW_TRY(get_count(root, "units", least, &out->n_units, err));
  HW_TRY(get_count(root, "shards", 1, &out->n_shards, err));
  return out->is_wide ? get_wide(root, out, err) : HW_OK;
}

/* Units are as many as there must be. */
static bool has_its_units(const hwp_manifest *self) {
  if (self->n_queries > HW_SEARCH_MAX_QUERIES || self->snp.n_queries > HW_SEARCH_MAX_QUERIES ||
      (self->n_queries > 0) != (self->unit_queries > 0) ||
      self->snp.n_units != hwp_snp_count_units(self->snp.n_queries))
    return false;
  return self->n_queries == 0
             ? self->n_units == 0
             : self->n_units == hwp_count_units(self->n_queries, self->unit_queries);
}

/* What was understood says the same as the file, byte for byte, and as its digest. */
static hw_status check(const hwp_manifest *self, const char *bytes, size_t n_bytes, hw_err *err) {
  hwp_manifest again = *self;
  hw_str text = HW_STR_INIT;
  set_plan(&again);
  hw_status status = hwp_manifest_format(self, &text, err);
  const bool is_same = status == HW_OK && text.length == n_bytes &&
                       memcmp(text.bytes, bytes, n_bytes) == 0 &&
                       memcmp(again.plan, self->plan, HW_DIGEST_SIZE) == 0;
  hw_str_clear(&text);
  if (status == HW_OK &&
      (!is_same || !has_its_units(self) || self->n_shards > hwp_manifest_units(self) ||
       self->n_shards > HW_SEARCH_MAX_SHARDS))
    status = hw_err_set(err, HW_E_DAMAGED, "it is not as it was written");
  return status;
}

/* A plan of another version is told as such, whatever else it has. */
static hw_status check_program(const hw_json *root, bool *is_wide, hw_err *err) {
  const char *format, *program;
  HW_TRY(hw_json_get_string(root, "format", &format, err));
  HW_TRY(hw_json_get_string(root, "program", &program, err));
  *is_wide = strcmp(format, FORMAT_WIDE) == 0;
  if ((*is_wide || strcmp(format, FORMAT) == 0) && strcmp(program, hw_version()) == 0) return HW_OK;
  return hw_err_set(err, HW_E_VALUE,
                    "the plan was made by version %.40s (%.40s), this is version %s: run all of "
                    "it with that version, or plan again in another folder",
                    program, format, hw_version());
}

hw_status hwp_manifest_parse(const char *bytes, size_t n_bytes, const char *name, hwp_manifest *out,
                             hw_err *err) {
  hw_json_doc *doc = NULL;
  hwp_manifest found = {0};
  *out = (hwp_manifest){0};
  hw_status status = hw_json_doc_parse(bytes, n_bytes, name, &doc, err);
  const hw_json *root = status == HW_OK ? hw_json_doc_root(doc) : NULL;
  if (status == HW_OK) status = check_program(root, &found.is_wide, err);
  const bool is_other = status == HW_E_VALUE;
  if (status == HW_OK) status = get_all(root, &found, err);
  if (status == HW_OK) status = check(&found, bytes, n_bytes, err);
  hw_json_doc_delete(doc);
  if (status == HW_OK) {
    *out = found;
    return HW_OK;
  }
  if (!is_other && status != HW_E_NO_MEMORY) {
    char text[sizeof err->message];
    snprintf(text, sizeof text, "%s", err ? err->message : "");
    status = hw_err_set(err, HW_E_DAMAGED,
                        "the manifest of the plan is damaged (%.300s): plan again in another "
                        "folder",
                        text);
  }
  hw_err_place(err, name, 0, 0);
  return status;
}
