/* GeneMapper text: samples become rows.
 *
 * The columns are those that the reader knows, one row a sample and marker, and
 * a row without a marker for a sample without results. What the list says of a
 * result besides alleles is written the way the programs write it: "OL" in a
 * cell of its own, "-NB" behind the first allele ("?" where there is none).
 *
 * A cell is quoted where it would otherwise be read differently: it holds a tab,
 * begins with a quote or begins or ends with a blank. A line break has no form
 * in this format and is refused. */
#include <errno.h>
#include <string.h>

#include "base/check.h"
#include "formats/genemapper.h"

static bool must_quote(const char *text, size_t n) {
  if (n == 0) return false;
  if (strchr(text, '\t') || text[0] == '"') return true;
  return text[0] == ' ' || text[n - 1] == ' ';
}

static hw_status put_cell(const char *text, const hw_typed_sample *sample, const char *what,
                          FILE *out, hw_err *err) {
  if (text == NULL) text = "";
  if (strpbrk(text, "\r\n"))
    return hw_err_set(err, HW_E_VALUE,
                      "sample \"%.60s\": the %s holds a line break, which GeneMapper text cannot",
                      sample->name, what);
  const size_t n = strlen(text);
  const bool is_quoted = must_quote(text, n);
  if (is_quoted) fputc('"', out);
  for (size_t i = 0; i < n; i++) {
    if (is_quoted && text[i] == '"') fputc('"', out);
    fputc(text[i], out);
  }
  if (is_quoted) fputc('"', out);
  return HW_OK;
}

static hw_status put_texts(const hw_typed_sample *sample, FILE *out, hw_err *err) {
  const struct {
    const char *text, *what;
  } cells[] = {{sample->name, "name"},         {sample->source_file, "sample file"},
               {sample->run, "run name"},      {sample->kit, "kit"},
               {sample->category, "category"}, {sample->case_id, "case"},
               {sample->comment, "comment"},   {sample->analyst, "analyst"}};
  for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
    if (i > 0) fputc('\t', out);
    HW_TRY(put_cell(cells[i].text, sample, cells[i].what, out, err));
  }
  return HW_OK;
}

/* Cells of alleles that a result takes. */
static int32_t count_cells(const hw_typing *typing) {
  return typing->n_alleles + (typing->is_off_ladder ? 1 : 0) +
         (typing->is_flagged && typing->n_alleles == 0 ? 1 : 0);
}

static hw_status put_result(const hw_typed_sample *sample, const hw_typing *typing, int32_t n_cells,
                            FILE *out, hw_err *err) {
  HW_TRY(put_texts(sample, out, err));
  fputc('\t', out);
  HW_TRY(put_cell(typing->marker, sample, "marker", out, err));
  for (int32_t a = 0; a < typing->n_alleles; a++) {
    fputc('\t', out);
    HW_TRY(put_cell(typing->alleles[a], sample, "allele", out, err));
    if (a == 0 && typing->is_flagged) fputs("-NB", out);
  }
  if (typing->is_off_ladder) fputs("\tOL", out);
  if (typing->is_flagged && typing->n_alleles == 0) fputs("\t?", out);
  for (int32_t c = count_cells(typing); c < n_cells; c++) fputc('\t', out);
  fputs("\r\n", out);
  return HW_OK;
}

hw_status hw_genemapper_write(const hw_typing_list *self, FILE *out, hw_err *err) {
  int32_t n_cells = 2;
  for (int32_t s = 0; s < self->n_samples; s++)
    for (int32_t i = 0; i < self->samples[s].n_typings; i++) {
      const int32_t n = count_cells(&self->samples[s].typings[i]);
      if (n > n_cells) n_cells = n;
    }
  errno = 0;
  fputs("Sample Name\tSample File\tRun Name\tPanel\tSpecimen Category\tCase ID\tComments\tAnalyst"
        "\tMarker",
        out);
  for (int32_t c = 1; c <= n_cells; c++) fprintf(out, "\tAllele %d", (int)c);
  fputs("\r\n", out);
  for (int32_t s = 0; s < self->n_samples; s++) {
    const hw_typed_sample *sample = &self->samples[s];
    for (int32_t i = 0; i < sample->n_typings; i++)
      HW_TRY(put_result(sample, &sample->typings[i], n_cells, out, err));
    if (sample->n_typings > 0) continue;
    HW_TRY(put_texts(sample, out, err));
    for (int32_t c = 0; c <= n_cells; c++) fputc('\t', out);
    fputs("\r\n", out);
  }
  if (fflush(out) != 0 || ferror(out))
    return hw_err_set(err, HW_E_IO, "cannot write: %s", errno ? strerror(errno) : "stream error");
  return HW_OK;
}
