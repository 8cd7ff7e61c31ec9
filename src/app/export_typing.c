/* Profiles as laboratories' files: GeneMapper text and CODIS CMF.
 *
 * Both write a homozygote as one allele. Half a result then needs a sign of its own:
 * CMF marks its allele as required; GeneMapper's text has no sign, and the marker is
 * left out rather than read as a homozygote by the next program. Sets of alleles
 * under a dropout model have no form in either.
 *
 * GeneMapper's text takes every typing (a replicate is a run of its own, named
 * "replicate N"), CMF those that count: single profiles and consensus. The
 * category tells person from remains and the relation, the case number the
 * family. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/profile_view.h"
#include "app/specimen_category.h"
#include "base/check.h"
#include "base/clock.h"
#include "formats/cmf.h"
#include "formats/genemapper.h"

typedef struct writer {
  hw_export *export;
  bool is_cmf;
  hw_typing_list list;
  int32_t capacity;
  int64_t n_halves, n_sets, n_many;
} writer;

static hw_status keep(writer *self, const char *text, const char **out, hw_err *err) {
  *out = hw_arena_strdup(&self->list.arena, text != NULL ? text : "");
  return *out != NULL ? HW_OK : HW_NO_MEMORY(err, "the samples");
}

static hw_status add_sample(writer *self, hw_typed_sample **out, hw_err *err) {
  if (self->list.n_samples == self->capacity) {
    const int32_t capacity = self->capacity > 0 ? 2 * self->capacity : 64;
    hw_typed_sample *larger =
        hw_arena_alloc_array(&self->list.arena, (size_t)capacity, sizeof *larger);
    if (larger == NULL) return HW_NO_MEMORY(err, "the samples");
    if (self->list.n_samples > 0)
      memcpy(larger, self->list.samples, (size_t)self->list.n_samples * sizeof *larger);
    self->list.samples = larger;
    self->capacity = capacity;
  }
  *out = &self->list.samples[self->list.n_samples++];
  return HW_OK;
}

/* --- results --- */

static hw_status take_alleles(writer *self, const hw_seen *seen, hw_typing *out, hw_err *err) {
  int n = seen->n;
  if (seen->kind == HW_SEEN_GENOTYPE && seen->alleles[0].n == seen->alleles[1].n &&
      memcmp(seen->alleles[0].text, seen->alleles[1].text, (size_t)seen->alleles[0].n) == 0)
    n = 1;
  for (int i = 0; i < n; i++) {
    out->alleles[i] =
        hw_arena_strndup(&self->list.arena, seen->alleles[i].text, (size_t)seen->alleles[i].n);
    if (out->alleles[i] == NULL) return HW_NO_MEMORY(err, "the samples");
  }
  out->n_alleles = n;
  return HW_OK;
}

/* One marker; *is_taken is false where the format cannot say it. */
static hw_status take_result(writer *self, const hwp_profile_view *view, int marker, hw_typing *out,
                             bool *is_taken, hw_err *err) {
  const char *at = view->seen[marker];
  hw_seen seen;
  bool has_more;
  *is_taken = false;
  HW_TRY(hw_observation_next(&at, &seen, &has_more, err));
  if (seen.kind == HW_SEEN_NOTHING) return HW_OK;
  if (seen.n > HW_TYPING_MAX_ALLELES) {
    self->n_many++;
    return HW_OK;
  }
  if (seen.kind == HW_SEEN_PARTIAL && !self->is_cmf) {
    self->n_halves++;
    return HW_OK;
  }
  *out = (hw_typing){.required = seen.kind == HW_SEEN_PARTIAL};
  HW_TRY(keep(self, view->marker_names[marker], &out->marker, err));
  *is_taken = true;
  return take_alleles(self, &seen, out, err);
}

static hw_status take_results(writer *self, const hwp_profile_view *view, hw_typed_sample *sample,
                              hw_err *err) {
  hw_typing *typings =
      hw_arena_alloc_array(&self->list.arena, (size_t)view->panel->n + 1, sizeof *typings);
  if (typings == NULL) return HW_NO_MEMORY(err, "the samples");
  for (int m = 0; m < view->panel->n; m++) {
    bool is_taken = false;
    hw_status status = take_result(self, view, m, &typings[sample->n_typings], &is_taken, err);
    if (status != HW_OK) {
      hw_err_while(err, "reading the profile %s", view->texts[HWP_PROFILE_CODE]);
      return status;
    }
    sample->n_typings += is_taken;
  }
  sample->typings = typings;
  return HW_OK;
}

/* --- samples --- */

static hw_status take_run(writer *self, const char *replicate, hw_typed_sample *sample,
                          hw_err *err) {
  char run[48] = "";
  if (replicate != NULL) snprintf(run, sizeof run, "replicate %s", replicate);
  return keep(self, run, &sample->run, err);
}

static hw_status take_texts(writer *self, const hwp_profile_view *view, hw_typed_sample *sample,
                            hw_err *err) {
  const char *const *texts = view->texts;
  const hw_specimen_category *category = hw_specimen_category_of(
      view->is_reference ? texts[HWP_PROFILE_ROLE] : NULL, texts[HWP_PROFILE_RELATION]);
  const char *name = texts[HWP_PROFILE_CODE];
  /* A replicate goes under the name that it shares with the others. */
  if (!self->is_cmf && texts[HWP_PROFILE_REPLICATE] != NULL)
    name = texts[view->is_reference ? HWP_PROFILE_PERSON : HWP_PROFILE_SAMPLE];
  HW_TRY(keep(self, name, &sample->name, err));
  HW_TRY(keep(self, category->name, &sample->category, err));
  HW_TRY(keep(self, texts[HWP_PROFILE_FAMILY], &sample->case_id, err));
  HW_TRY(keep(self, texts[HWP_PROFILE_NOTE], &sample->comment, err));
  HW_TRY(keep(self, texts[HWP_PROFILE_KIT], &sample->kit, err));
  HW_TRY(keep(self, texts[HWP_PROFILE_ANALYST], &sample->analyst, err));
  HW_TRY(keep(self, texts[HWP_PROFILE_TYPED_ON], &sample->typed_at, err));
  HW_TRY(keep(self, NULL, &sample->source_file, err));
  return take_run(self, self->is_cmf ? NULL : texts[HWP_PROFILE_REPLICATE], sample, err);
}

static hw_status take_view(writer *self, const hwp_profile_view *view, hw_err *err) {
  if (view->texts[HWP_PROFILE_DROPOUT] != NULL) {
    self->n_sets++;
    return HW_OK;
  }
  hw_typed_sample *sample = NULL;
  HW_TRY(add_sample(self, &sample, err));
  *sample = (hw_typed_sample){0};
  HW_TRY(take_texts(self, view, sample, err));
  const char *laboratory = view->texts[HWP_PROFILE_LABORATORY];
  if (self->list.laboratory == NULL && laboratory != NULL)
    HW_TRY(keep(self, laboratory, &self->list.laboratory, err));
  return take_results(self, view, sample, err);
}

static hw_status take_all(writer *self, hw_err *err) {
  hwp_profile_views views;
  const hwp_profile_view *view = NULL;
  hw_status status = hwp_profile_views_open(&views, self->export, self->is_cmf, err);
  while (status == HW_OK && (status = hwp_profile_views_next(&views, &view, err)) == HW_OK &&
         view != NULL)
    status = take_view(self, view, err);
  if (status == HW_OK && views.n_withdrawn > 0)
    hwp_export_remark(self->export, "%lld withdrawn profiles are left out",
                      (long long)views.n_withdrawn);
  if (status == HW_OK && views.n_consensus > 0)
    hwp_export_remark(self->export, "%lld consensus profiles are left out",
                      (long long)views.n_consensus);
  if (status == HW_OK && views.n_replicates > 0)
    hwp_export_remark(self->export, "%lld replicates are left out: a consensus stands for them",
                      (long long)views.n_replicates);
  hwp_profile_views_close(&views);
  return status;
}

static void remark(const writer *self) {
  const char *format = self->is_cmf ? "CMF" : "GeneMapper's text";
  if (self->n_halves > 0)
    hwp_export_remark(self->export,
                      "%lld half results are left out: %s would read them as homozygotes",
                      (long long)self->n_halves, format);
  if (self->n_many > 0)
    hwp_export_remark(self->export, "%lld results with more than %d alleles are left out",
                      (long long)self->n_many, HW_TYPING_MAX_ALLELES);
  if (self->n_sets > 0)
    hwp_export_remark(self->export, "%lld profiles under a dropout model are left out",
                      (long long)self->n_sets);
}

/* --- formats --- */

static hw_status run_genemapper(hw_export *export, hw_err *err) {
  writer self = {.export = export};
  hw_arena_init(&self.list.arena, 0);
  hw_status status = take_all(&self, err);
  if (status == HW_OK) status = hw_genemapper_write(&self.list, export->out, err);
  if (status == HW_OK) remark(&self);
  export->report->n_rows = self.list.n_samples;
  hw_typing_list_clear(&self.list);
  return status;
}

static hw_status write_cmf(writer *self, hw_err *err) {
  const hw_export_options *options = self->export->options;
  hw_errors errors = {0};
  hw_str text = HW_STR_INIT;
  if (options->laboratory != NULL) self->list.laboratory = options->laboratory;
  if (self->list.laboratory == NULL) self->list.laboratory = "";
  self->list.destination =
      options->destination != NULL ? options->destination : self->list.laboratory;
  self->list.submitter = self->export->app->actor_code;
  hw_status status = hw_cmf_format(&self->list, NULL, &text, &errors);
  if (status != HW_OK) status = hw_errors_status(&errors, err);
  if (status == HW_OK && hw_str_status(&text) != HW_OK) status = HW_NO_MEMORY(err, "the file");
  if (status == HW_OK &&
      fwrite(hw_str_text(&text), 1, text.length, self->export->out) < text.length)
    status = hw_err_set(err, HW_E_IO, "cannot write the file");
  if (errors.n > 1)
    hw_err_while(err, "writing CMF, and %llu more mistakes", (unsigned long long)errors.n - 1);
  hw_str_clear(&text);
  return status;
}

static hw_status run_cmf(hw_export *export, hw_err *err) {
  writer self = {.export = export, .is_cmf = true};
  char now[HW_CLOCK_UTC_SIZE];
  hw_arena_init(&self.list.arena, 0);
  /* CMF's times have no zone. */
  hw_clock_utc(now);
  now[sizeof "2026-01-31T08:00:00" - 1] = '\0';
  self.list.submitted_at = now;
  hw_status status = take_all(&self, err);
  if (status == HW_OK) status = write_cmf(&self, err);
  if (status == HW_OK) remark(&self);
  export->report->n_rows = self.list.n_samples;
  hw_typing_list_clear(&self.list);
  return status;
}

const hw_exporter hw_exporter_genemapper = {
    .format = "genemapper",
    .brief = "profiles as GeneMapper text",
    .run = run_genemapper,
};

const hw_exporter hw_exporter_cmf = {
    .format = "cmf",
    .brief = "profiles as CODIS Common Message Format",
    .run = run_cmf,
};
