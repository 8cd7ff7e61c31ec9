/* PED files: rows of persons.
 *
 *   family person father mother sex [phenotype] genotype …
 *
 * Without a data file, whether there is a phenotype is told by the first rows: a
 * genotype is one word with a "/" or two words without, so that an odd word can only
 * be the phenotype. Alleles are kept as numbers of their texts, two a marker
 * and person; what they mean is decided when the frequencies are known. */
#include <string.h>

#include "formats/ped_int.h"

static hw_status read_id(hwp_ped_reader *self, const char *what, int32_t *out, hw_err *err) {
  hwp_ped_word word;
  if (!hwp_ped_next_word(&self->ped, &word))
    return hw_err_set(err, HW_E_SHAPE,
                      "the row ends before the %s; expected family, person, father, mother, sex "
                      "and the genotypes",
                      what);
  return hwp_ped_intern(&self->texts, word, what, out, err);
}

static hw_status read_parent(hwp_ped_reader *self, const char *what, int32_t *out, hw_err *err) {
  HW_TRY(read_id(self, what, out, err));
  const char *text = self->texts.texts[*out];
  if (strcmp(text, "0") == 0 || strcmp(text, ".") == 0 || strcmp(text, "-9") == 0) *out = 0;
  return HW_OK;
}

/* True if the word is a sex; sets it. */
static bool take_sex(hwp_ped_word word, hw_sex *out) {
  static const struct {
    const char *word;
    hw_sex sex;
  } words[] = {{"1", HW_MALE},        {"M", HW_MALE},         {"male", HW_MALE},
               {"2", HW_FEMALE},      {"F", HW_FEMALE},       {"female", HW_FEMALE},
               {"0", HW_UNKNOWN_SEX}, {"-9", HW_UNKNOWN_SEX}, {".", HW_UNKNOWN_SEX},
               {"?", HW_UNKNOWN_SEX}, {"U", HW_UNKNOWN_SEX},  {"x", HW_UNKNOWN_SEX}};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    if (!hwp_ped_is(word, words[i].word)) continue;
    *out = words[i].sex;
    return true;
  }
  return false;
}

bool hw_ped_is(const char *bytes, size_t n_bytes) {
  const size_t enough = (size_t)64 << 10;
  hwp_ped_file file = {.name = ""};
  hw_err err = HW_ERR_INIT;
  const hw_ped_source source = {bytes, n_bytes < enough ? n_bytes : enough, ""};
  hwp_ped_word word = {"", 0};
  hw_sex sex;
  bool is_one = hwp_ped_file_open(&file, &source, &err) == HW_OK && hwp_ped_next_line(&file);
  for (int i = 0; is_one && i < 5; i++) is_one = hwp_ped_next_word(&file, &word);
  is_one = is_one && take_sex(word, &sex);
  hwp_ped_file_clear(&file);
  return is_one;
}

static bool is_missing(hwp_ped_word word) {
  if (word.n != 1) return word.n == 2 && memcmp(word.text, "-9", 2) == 0;
  return strchr("0.?x-", word.text[0]) != NULL;
}

/* One genotype: "a b" or "a/b"; 0 for a missing allele. */
static hw_status read_genotype(hwp_ped_reader *self, int32_t alleles[2], hw_err *err) {
  hwp_ped_word words[2];
  if (!hwp_ped_next_word(&self->ped, &words[0]))
    return hw_err_set(err, HW_E_SHAPE, "the row ends before this genotype");
  const char *slash = memchr(words[0].text, '/', words[0].n);
  if (slash) {
    const size_t first = (size_t)(slash - words[0].text);
    words[1] = (hwp_ped_word){slash + 1, words[0].n - first - 1};
    words[0].n = first;
    if (words[0].n == 0 || words[1].n == 0 || memchr(words[1].text, '/', words[1].n))
      return hw_err_set(err, HW_E_SYNTAX,
                        "a genotype with a \"/\" has one allele on each side, 0 for a missing one");
  } else if (!hwp_ped_next_word(&self->ped, &words[1])) {
    return hw_err_set(err, HW_E_SHAPE, "the row ends in the middle of this genotype");
  }
  for (int i = 0; i < 2; i++) {
    alleles[i] = 0;
    for (size_t k = 0; k < words[i].n; k++)
      if (words[i].text[k] != '\0' && strchr(",;{}?", words[i].text[k]) && !is_missing(words[i]))
        return hw_err_set(err, HW_E_VALUE,
                          "\"%.*s\" is no allele: the signs , ; { } ? have other meanings",
                          (int)(words[i].n < 40 ? words[i].n : 40), words[i].text);
    if (!is_missing(words[i]))
      HW_TRY(hwp_ped_intern(&self->texts, words[i], "allele", &alleles[i], err));
  }
  return HW_OK;
}

static hw_status read_column(hwp_ped_reader *self, const hwp_ped_column *column, int32_t *alleles,
                             hw_err *err) {
  int32_t unused[2];
  if (column->kind == 'M') {
    const hw_status status =
        read_genotype(self, column->marker < 0 ? unused : alleles + 2 * column->marker, err);
    if (status != HW_OK && column->marker >= 0)
      hw_err_field(err, "%s", self->markers[column->marker].name);
    return status;
  }
  for (int32_t i = 0; i < column->n_words; i++) {
    hwp_ped_word word;
    if (!hwp_ped_next_word(&self->ped, &word))
      return hw_err_set(err, HW_E_SHAPE, "the row ends before a column of kind %c", column->kind);
    if (column->kind == 'Z' && !is_missing(word))
      return hw_err_set(err, HW_E_UNSUPPORTED,
                        "zygosity \"%.*s\": identical twins are not read from this column; state "
                        "them after the import",
                        (int)(word.n < 40 ? word.n : 40), word.text);
  }
  return HW_OK;
}

/* Words of a row behind the sex. */
typedef struct word_count {
  size_t n, n_slashed;
} word_count;

static word_count count_row(const hwp_ped_file *file) {
  hwp_ped_file row = *file;
  hwp_ped_word word;
  word_count count;
  for (int i = 0; i < 5; i++) (void)hwp_ped_next_word(&row, &word);
  count.n = hwp_ped_count_words(&row, &count.n_slashed);
  return count;
}

/* A genotype is one word with a slash or two without: an odd word can only be the phenotype. */
static bool is_odd(word_count row) {
  return (row.n - row.n_slashed) % 2 == 1;
}

static size_t count_genotypes(word_count row) {
  return row.n_slashed + (row.n - row.n_slashed) / 2;
}

/* Rows at the beginning that are asked; more would only take time. */
enum { MOST_ASKED = 100 };

/* Whether there is a phenotype is told by most of the rows that have as many genotypes as the map;
 * where there is none, by the first row. If all have the same other number, the map is the mistake:
 * it is told once. The first row is at hand. */
static hw_status find_phenotype(const hwp_ped_reader *self, bool *out, hw_err *err) {
  *out = false;
  if (self->has_data) return HW_OK;
  hwp_ped_file ahead = self->ped;
  const word_count first = count_row(&ahead);
  const size_t n_expected = (size_t)self->n_columns;
  bool is_same = true;
  int n_rows = 0, n_fit = 0, n_odd = 0;
  do {
    const word_count row = count_row(&ahead);
    const bool fits = count_genotypes(row) == n_expected;
    n_fit += fits;
    n_odd += fits && is_odd(row);
    is_same = is_same && row.n == first.n && row.n_slashed == first.n_slashed;
    n_rows++;
  } while (n_rows < MOST_ASKED && hwp_ped_next_line(&ahead));
  *out = n_fit > 0 ? 2 * n_odd > n_fit : is_odd(first);
  if (n_fit > 0 || !is_same || n_rows == 1) return HW_OK;
  return hw_err_set(err, HW_E_SHAPE,
                    "every row has %zu genotypes, but the map lists %zu markers: is it the map of "
                    "this file?",
                    count_genotypes(first), n_expected);
}

static hw_status read_genotypes(hwp_ped_reader *self, bool has_phenotype, hw_err *err) {
  hwp_ped_word word;
  const size_t n_row = 2 * (size_t)self->names.n;
  void *array = self->alleles;
  HW_TRY(hwp_ped_reserve(&array, self->n_alleles + n_row, &self->allele_capacity,
                         sizeof *self->alleles, err));
  self->alleles = array;
  int32_t *alleles = self->alleles + self->n_alleles;
  memset(alleles, 0, n_row * sizeof *alleles);
  if (has_phenotype && !hwp_ped_next_word(&self->ped, &word))
    return hw_err_set(err, HW_E_SHAPE, "the row ends before the phenotype");
  for (int32_t c = 0; c < self->n_columns; c++)
    HW_TRY(read_column(self, &self->columns[c], alleles, err));
  const size_t n_more = hwp_ped_count_words(&self->ped, NULL);
  if (n_more > 0)
    return hw_err_set(err, HW_E_SHAPE,
                      "the row has %zu more words than the %d columns that the %s lists", n_more,
                      (int)self->n_columns, self->has_data ? "data file" : "map");
  self->n_alleles += n_row;
  return HW_OK;
}

static hw_status read_row(hwp_ped_reader *self, bool has_phenotype, hw_err *err) {
  hwp_ped_row row = {.line = self->ped.line};
  hwp_ped_word sex;
  HW_TRY(read_id(self, "family", &row.family, err));
  HW_TRY(read_id(self, "person", &row.id, err));
  HW_TRY(read_parent(self, "father", &row.father, err));
  HW_TRY(read_parent(self, "mother", &row.mother, err));
  if (strcmp(self->texts.texts[row.id], "0") == 0)
    return hw_err_set(err, HW_E_VALUE, "the person is called 0, which means a missing parent");
  if (!hwp_ped_next_word(&self->ped, &sex))
    return hw_err_set(err, HW_E_SHAPE,
                      "the row ends before the sex; expected family, person, father, mother, sex "
                      "and the genotypes");
  if (!take_sex(sex, &row.sex))
    return hw_err_set(err, HW_E_VALUE,
                      "\"%.*s\" is no sex; expected 1 (male), 2 (female) or 0 (not known)",
                      (int)(sex.n < 40 ? sex.n : 40), sex.text);
  HW_TRY(read_genotypes(self, has_phenotype, err));
  void *array = self->rows;
  HW_TRY(
      hwp_ped_reserve(&array, (size_t)self->n_rows, &self->row_capacity, sizeof *self->rows, err));
  self->rows = array;
  self->rows[self->n_rows++] = row;
  return HW_OK;
}

bool hwp_ped_read_rows(hwp_ped_reader *self) {
  hw_err err = HW_ERR_INIT;
  bool has_phenotype = false;
  int32_t empty;
  if (hw_intern_add(&self->texts, "", 0, &empty, &err) != HW_OK) {
    (void)hwp_ped_report(self, &self->ped, &err);
    return false;
  }
  for (bool is_first = true; hwp_ped_next_line(&self->ped); is_first = false) {
    err = (hw_err)HW_ERR_INIT;
    if (is_first && find_phenotype(self, &has_phenotype, &err) != HW_OK) {
      (void)hwp_ped_report(self, &self->ped, &err);
      return false;
    }
    if (read_row(self, has_phenotype, &err) != HW_OK && !hwp_ped_report(self, &self->ped, &err))
      return false;
  }
  if (self->n_rows == 0 && self->errors->n == self->n_errors) {
    self->ped.line = 0;
    hw_err_set(&err, HW_E_VALUE, "the file has no persons");
    (void)hwp_ped_report(self, &self->ped, &err);
  }
  return self->errors->n == self->n_errors;
}
