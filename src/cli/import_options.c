/* Options of `homeward import`: policies and mutation models from words. */
#include "cli/import_options.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "store/kind.h"

static int take_minimum(const cli_command *command, const char *text, hw_frequency_options *out) {
  if (text == NULL || strcmp(text, "none") == 0) return -1;
  if (strcmp(text, "5/2n") == 0) {
    out->minimum = HW_MINIMUM_FIVE_OVER_2N;
    return -1;
  }
  out->minimum = HW_MINIMUM_STATED;
  if (hw_number_parse(text, &out->minimum_value) && out->minimum_value > 0 &&
      out->minimum_value <= 0.5)
    return -1;
  return cli_usage(command,
                   "--minimum-frequency: '%s' is not none, 5/2n or a number above 0, at most 0.5",
                   text);
}

static int take_normalisation(const cli_command *command, const import_settings *settings,
                              hw_frequency_options *out) {
  const char *text = settings->normalise;
  out->rest_allele = settings->rest_allele;
  if (text == NULL || strcmp(text, "none") == 0)
    out->normalisation = HW_NORMALISE_NONE;
  else if (strcmp(text, "rescale") == 0)
    out->normalisation = HW_NORMALISE_RESCALE;
  else if (strcmp(text, "rest") == 0)
    out->normalisation = HW_NORMALISE_REST;
  else
    return cli_usage(command, "--normalise: '%s' is not none, rescale or rest", text);
  if (settings->rest_allele != NULL && out->normalisation != HW_NORMALISE_REST)
    return cli_usage(command, "--rest-allele needs --normalise rest");
  return -1;
}

/* "F,M" or one number for both. */
static int take_pair(const cli_command *command, const char *option, const char *text,
                     double out[2]) {
  char first[40];
  const char *comma = strchr(text, ',');
  size_t n = comma != NULL ? (size_t)(comma - text) : strlen(text);
  bool is_good = n < sizeof first;
  if (is_good) {
    memcpy(first, text, n);
    first[n] = '\0';
    is_good = hw_number_parse(first, &out[0]) &&
              hw_number_parse(comma != NULL ? comma + 1 : first, &out[1]);
  }
  for (int i = 0; i < 2 && is_good; i++) is_good = out[i] >= 0 && out[i] <= 1;
  if (is_good) return -1;
  return cli_usage(command, "--%s: '%s' is not a number from 0 to 1, or two (F,M)", option, text);
}

static bool has_choice(hw_kind_id kind, int field, const char *word) {
  return hw_field_has_choice(&hw_kind_get(kind)->fields[field], word);
}

static int check_mutation(const cli_command *command, const import_settings *s) {
  if (s->mutation == NULL) {
    if (s->rate != NULL || s->rate2 != NULL || s->range != NULL || s->transform != NULL)
      return cli_usage(command, "rates and transforms of mutation need --mutation MODEL");
    return -1;
  }
  const hw_field *model =
      &hw_kind_get(HW_KIND_FREQUENCY_MARKER)->fields[HW_FIELD_FREQUENCY_MARKER_MODEL];
  if (!hw_field_has_choice(model, s->mutation) || strcmp(s->mutation, "custom") == 0)
    return cli_usage(command,
                     "--mutation: '%s' is not none, equal, proportional, stepwise, "
                     "onestep or dawid (custom matrices come by 'import "
                     "frequency_markers --update')",
                     s->mutation);
  if (strcmp(s->mutation, "none") != 0 && s->rate == NULL)
    return cli_usage(command, "--mutation %s needs --mutation-rate F,M", s->mutation);
  if (s->transform != NULL &&
      !has_choice(HW_KIND_FREQUENCY_MARKER, HW_FIELD_FREQUENCY_MARKER_TRANSFORM, s->transform))
    return cli_usage(command, "--mutation-transform: '%s' is not MH, BA, PR or PM", s->transform);
  return -1;
}

static int take_mutation(const cli_command *command, const import_settings *s,
                         hw_import_mutation *out) {
  int status = check_mutation(command, s);
  out->model = s->mutation;
  out->transform = s->transform;
  out->has_rate2 = s->rate2 != NULL;
  out->has_range = s->range != NULL;
  if (status < 0 && s->rate != NULL)
    status = take_pair(command, "mutation-rate", s->rate, out->rate);
  if (status < 0 && s->rate2 != NULL)
    status = take_pair(command, "mutation-rate2", s->rate2, out->rate2);
  if (status < 0 && s->range != NULL)
    status = take_pair(command, "mutation-range", s->range, out->range);
  return status;
}

int import_take_options(const cli_command *command, const import_settings *settings,
                        hw_import_options *options) {
  *options = (hw_import_options){.format = settings->format,
                                 .investigation = settings->investigation,
                                 .map = settings->map,
                                 .reason = settings->reason,
                                 .apply = settings->apply,
                                 .update = settings->update,
                                 .restore = settings->restore,
                                 .accept_flagged = settings->accept_flagged,
                                 .skip_reference_checks = settings->skip_checks,
                                 .table = settings->table,
                                 .use_table = settings->use_table,
                                 .consensus = settings->consensus,
                                 .single = settings->single,
                                 .samples_are = settings->samples_are,
                                 .snp_panel = settings->panel,
                                 .genetic_map = settings->genetic_map,
                                 .samples = settings->samples,
                                 .snp = {.field = settings->field,
                                         .build = settings->build,
                                         .prior = settings->prior,
                                         .library = settings->library,
                                         .reference = settings->reference,
                                         .umi = settings->umi,
                                         .contaminant = settings->contaminant,
                                         .thin_cm = settings->thin_cm}};
  if (settings->allele_error >= 0 || settings->allele_dropout >= 0) {
    options->snp.has_error = true;
    options->snp.error =
        (hw_snp_error){fmax(settings->allele_error, 0), fmax(settings->allele_dropout, 0)};
  }
  options->frequency.population = settings->population;
  options->frequency.source = settings->source;
  options->frequency.two_n = (int32_t)(2 * settings->n_persons);
  int status = -1;
  if (settings->encoding != NULL) {
    options->encoding = hw_text_encoding_find(settings->encoding);
    if (options->encoding == HW_TEXT_DETECT)
      status = cli_usage(command,
                         "--encoding: '%s' is not utf-8, utf-16, windows-1258, windows-1252 or "
                         "latin-1",
                         settings->encoding);
  }
  if (status < 0) status = take_minimum(command, settings->minimum, &options->frequency);
  if (status < 0) status = take_normalisation(command, settings, &options->frequency);
  if (status < 0) status = take_mutation(command, settings, &options->mutation);
  return status;
}
