/* The header of a table of profiles.
 *
 * Names are compared by their letters and digits alone. What is no known column
 * of a wide table is a marker. Two columns belong to one marker in any of the
 * forms that programs write: numbered (D3S1358_1 and _2, "D3S1358 Allele 1"),
 * repeated (D3S1358, D3S1358, or with an empty second header), and repeated with
 * a number made up by a program that wants names to differ (D3S1358,
 * D3S1358.1). A number that stands alone is part of the name; DYS389.1 and .2 are
 * two markers, which is what they have always been called.
 *
 * Columns are grouped by sorting their keys, so that a header of ten thousand
 * names costs no more than that. */
#include "app/profile_columns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "genetics/marker_name.h"

/* The first name of each text is the one that is written. */
static const struct {
  hwp_profile_text text;
  const char *name;
} KNOWN[] = {
    {HWP_PROFILE_CODE, "profile"},
    {HWP_PROFILE_PERSON, "person"},
    {HWP_PROFILE_SAMPLE, "sample"},
    {HWP_PROFILE_FAMILY, "family"},
    {HWP_PROFILE_RELATION, "relation"},
    {HWP_PROFILE_MISSING, "missing"},
    {HWP_PROFILE_SEX, "sex"},
    {HWP_PROFILE_ROLE, "role"},
    {HWP_PROFILE_KIT, "kit"},
    {HWP_PROFILE_LABORATORY, "laboratory"},
    {HWP_PROFILE_ANALYST, "analyst"},
    {HWP_PROFILE_SECOND_ANALYST, "second_analyst"},
    {HWP_PROFILE_TYPED_ON, "typed_on"},
    {HWP_PROFILE_REPLICATE, "replicate"},
    {HWP_PROFILE_DROPOUT, "dropout"},
    {HWP_PROFILE_DROP_IN, "drop_in"},
    {HWP_PROFILE_NOTE, "note"},
    {HWP_PROFILE_CODE, "profilecode"},
    {HWP_PROFILE_CODE, "profileid"},
    {HWP_PROFILE_CODE, "code"},
    {HWP_PROFILE_CODE, "id"},
    {HWP_PROFILE_PERSON, "personcode"},
    {HWP_PROFILE_PERSON, "personid"},
    {HWP_PROFILE_PERSON, "donor"},
    {HWP_PROFILE_PERSON, "individual"},
    {HWP_PROFILE_PERSON, "individualid"},
    {HWP_PROFILE_SAMPLE, "samplecode"},
    {HWP_PROFILE_SAMPLE, "sampleid"},
    {HWP_PROFILE_SAMPLE, "samplename"},
    {HWP_PROFILE_FAMILY, "familycode"},
    {HWP_PROFILE_FAMILY, "familyid"},
    {HWP_PROFILE_FAMILY, "case"},
    {HWP_PROFILE_FAMILY, "caseid"},
    {HWP_PROFILE_RELATION, "relationship"},
    {HWP_PROFILE_RELATION, "relationtomissing"},
    {HWP_PROFILE_RELATION, "kinship"},
    {HWP_PROFILE_MISSING, "ismissing"},
    {HWP_PROFILE_SEX, "gender"},
    {HWP_PROFILE_ROLE, "sampletype"},
    {HWP_PROFILE_ROLE, "category"},
    {HWP_PROFILE_KIT, "amplificationkit"},
    {HWP_PROFILE_LABORATORY, "lab"},
    {HWP_PROFILE_ANALYST, "analyst1"},
    {HWP_PROFILE_ANALYST, "firstanalyst"},
    {HWP_PROFILE_SECOND_ANALYST, "analyst2"},
    {HWP_PROFILE_TYPED_ON, "typingdate"},
    {HWP_PROFILE_TYPED_ON, "date"},
    {HWP_PROFILE_REPLICATE, "rep"},
    {HWP_PROFILE_REPLICATE, "replicatenumber"},
    {HWP_PROFILE_DROPOUT, "dropoutprobability"},
    {HWP_PROFILE_NOTE, "notes"},
    {HWP_PROFILE_NOTE, "comment"},
    {HWP_PROFILE_NOTE, "comments"},
    {HWP_PROFILE_NOTE, "remark"},
    {HWP_PROFILE_NOTE, "remarks"},
};

const char *hwp_profile_text_name(hwp_profile_text text) {
  return KNOWN[text].name;
}

/* Small letters and digits of a name. */
static void plain(const char *name, char *out, size_t size) {
  size_t n = 0;
  for (; *name != '\0' && n + 1 < size; name++) {
    char c = *name;
    if (c >= 'A' && c <= 'Z') c = (char)(c - 'A' + 'a');
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) out[n++] = c;
    if ((unsigned char)c >= 0x80) out[n++] = c; /* no name of ours: stays different */
  }
  out[n] = '\0';
}

int hwp_profile_text_find(const char *name) {
  char wanted[64], known[64];
  plain(name, wanted, sizeof wanted);
  for (size_t i = 0; i < sizeof KNOWN / sizeof *KNOWN; i++) {
    plain(KNOWN[i].name, known, sizeof known);
    if (strcmp(wanted, known) == 0) return (int)KNOWN[i].text;
  }
  return -1;
}

static bool is_named(const char *name, const char *wanted) {
  char text[64];
  plain(name, text, sizeof text);
  return strcmp(text, wanted) == 0;
}

static bool is_marker_column(const char *name) {
  return is_named(name, "marker") || is_named(name, "locus") || is_named(name, "markername") ||
         is_named(name, "locusname") || is_named(name, "system");
}

/* "allele", "allele1", "Allele 2", … */
static bool is_allele_column(const char *name) {
  char text[64];
  plain(name, text, sizeof text);
  if (strncmp(text, "allele", 6) != 0) return false;
  size_t at = text[6] == 's' ? 7 : 6;
  return strspn(text + at, "0123456789") == strlen(text + at);
}

bool hwp_profile_columns_are_long(int32_t n, char **names) {
  bool has_marker = false, has_allele = false;
  for (int32_t i = 0; i < n; i++) {
    has_marker = has_marker || is_marker_column(names[i]);
    has_allele = has_allele || is_allele_column(names[i]);
  }
  return has_marker && has_allele;
}

static char *trimmed(char *name) {
  while (*name == ' ' || *name == '\t') name++;
  size_t n = strlen(name);
  while (n > 0 && (name[n - 1] == ' ' || name[n - 1] == '\t')) n--;
  name[n] = '\0';
  return name;
}

static hw_status fail_at(hw_err *err, int32_t column, hw_status status) {
  if (err != NULL) err->column = (uint64_t)column + 1;
  return status;
}

static hw_status take_known(hwp_profile_columns *self, int text, int32_t column, const char *name,
                            hw_err *err) {
  if (self->known[text] < 0) {
    self->known[text] = column;
    return HW_OK;
  }
  hw_err_set(err, HW_E_DUPLICATE, "columns %d and %d (\"%.60s\") both say the %s: leave one out",
             self->known[text] + 1, column + 1, name, KNOWN[text].name);
  return fail_at(err, column, HW_E_DUPLICATE);
}

/* --- long --- */

static hw_status read_long(hwp_profile_columns *self, char **names, hw_err *err) {
  for (int32_t i = 0; i < self->n; i++) {
    int text = hwp_profile_text_find(names[i]);
    if (is_marker_column(names[i]) && self->marker < 0) {
      self->marker = i;
    } else if (is_allele_column(names[i])) {
      if (self->n_alleles == 64) {
        hw_err_set(err, HW_E_VALUE, "more than 64 columns of alleles");
        return fail_at(err, i, HW_E_VALUE);
      }
      self->alleles[self->n_alleles++] = i;
    } else if (text >= 0) {
      HW_TRY(take_known(self, text, i, names[i], err));
    } else if (self->n_unused < 64) {
      self->unused[self->n_unused++] = i;
    }
  }
  return HW_OK;
}

/* --- wide --- */

typedef struct heading {
  char key[HW_MARKER_KEY_SIZE];
  const char *name; /**< without number */
  const char *full; /**< as written */
  int32_t column;
  int number; /**< −1 = none */
} heading;

/* Length of a name without its number ("_1", ".2", " Allele 1", "(2)"), which is set; the whole
 * length and −1 if it has none. */
static size_t cut_number(const char *name, int *number) {
  size_t n = strlen(name), at = n;
  *number = -1;
  if (at > 2 && name[at - 1] == ')') at--;
  if (at < 3 || name[at - 1] < '0' || name[at - 1] > '8') return n;
  const int digit = name[--at] - '0';
  static const char *const WORDS[] = {"allele", "al", "a"};
  size_t before = at;
  while (before > 0 && strchr(" _.-(", name[before - 1]) != NULL) before--;
  for (size_t w = 0; w < sizeof WORDS / sizeof *WORDS; w++) {
    size_t length = strlen(WORDS[w]);
    char word[8];
    if (before <= length) continue;
    plain(name + before - length, word, length + 1);
    if (strncmp(word, WORDS[w], length) != 0) continue;
    size_t start = before - length;
    if (strchr(" _.-(", name[start - 1]) == NULL) continue;
    before = at = start;
    while (before > 0 && strchr(" _.-(", name[before - 1]) != NULL) before--;
    break;
  }
  if (before == at || before == 0) return n; /* no sign between: part of the name */
  *number = digit;
  return before;
}

static int compare_headings(const void *a, const void *b) {
  const heading *x = a, *y = b;
  int order = strcmp(x->key, y->key);
  return order != 0 ? order : (x->column > y->column) - (x->column < y->column);
}

static hw_status make_headings(hwp_profile_columns *self, char **names, heading *all, int *n_all,
                               hw_err *err) {
  *n_all = 0;
  for (int32_t i = 0; i < self->n; i++) {
    int text = names[i][0] != '\0' ? hwp_profile_text_find(names[i]) : -1;
    if (text >= 0) {
      HW_TRY(take_known(self, text, i, names[i], err));
      continue;
    }
    heading *this = &all[*n_all];
    const heading *last = *n_all > 0 && all[*n_all - 1].column == i - 1 ? this - 1 : NULL;
    if (names[i][0] == '\0' && last == NULL) {
      hw_err_set(err, HW_E_VALUE, "the column has no name");
      return fail_at(err, i, HW_E_VALUE);
    }
    *this = (heading){.column = i, .full = names[i], .number = -1};
    if (names[i][0] == '\0') { /* the second column of a marker whose name stands once */
      this->name = last->name;
      this->full = last->full;
      this->number = last->number;
    } else {
      size_t n = cut_number(names[i], &this->number);
      this->name = hw_arena_strndup(&self->arena, names[i], n);
      this->full = hw_arena_strdup(&self->arena, names[i]);
    }
    if (this->name == NULL || this->full == NULL) return HW_NO_MEMORY(err, "the header");
    hw_marker_name_key(this->name, this->key);
    (*n_all)++;
  }
  return HW_OK;
}

/* Names whose numbers stand alone, and those of DYS389, are markers of their own. */
static void undo_numbers(heading *sorted, int n) {
  for (int i = 0, end; i < n; i = end) {
    end = i + 1;
    while (end < n && strcmp(sorted[end].key, sorted[i].key) == 0) end++;
    if (end - i > 1 && strcmp(sorted[i].key, "DYS389") != 0) continue;
    for (int k = i; k < end; k++) {
      sorted[k].name = sorted[k].full;
      hw_marker_name_key(sorted[k].name, sorted[k].key);
    }
  }
}

static int compare_markers(const void *a, const void *b) {
  const hwp_marker_columns *x = a, *y = b;
  return (x->columns[0] > y->columns[0]) - (x->columns[0] < y->columns[0]);
}

static hw_status group(hwp_profile_columns *self, const heading *sorted, int n, hw_err *err) {
  hwp_marker_columns *markers = hw_arena_alloc_array(&self->arena, (size_t)n + 1, sizeof *markers);
  if (markers == NULL) return HW_NO_MEMORY(err, "the header");
  for (int i = 0; i < n; i++) {
    bool is_next = i == 0 || strcmp(sorted[i].key, sorted[i - 1].key) != 0;
    hwp_marker_columns *marker = &markers[is_next ? self->n_markers++ : self->n_markers - 1];
    if (is_next) marker->name = sorted[i].name;
    if (marker->n_columns == HWP_MARKER_COLUMNS) {
      hw_err_set(err, HW_E_DUPLICATE, "more than %d columns are called \"%.60s\"",
                 HWP_MARKER_COLUMNS, marker->name);
      return fail_at(err, sorted[i].column, HW_E_DUPLICATE);
    }
    marker->columns[marker->n_columns++] = sorted[i].column;
  }
  qsort(markers, (size_t)self->n_markers, sizeof *markers, compare_markers);
  self->markers = markers;
  return HW_OK;
}

static hw_status read_wide(hwp_profile_columns *self, char **names, hw_err *err) {
  size_t bytes;
  heading *all = hw_mul_size((size_t)self->n + 1, sizeof *all, &bytes) ? malloc(bytes) : NULL;
  if (all == NULL) return HW_NO_MEMORY(err, "the header");
  int n = 0;
  hw_status status = make_headings(self, names, all, &n, err);
  if (status == HW_OK && n > 0) {
    qsort(all, (size_t)n, sizeof *all, compare_headings);
    undo_numbers(all, n);
    qsort(all, (size_t)n, sizeof *all, compare_headings);
    status = group(self, all, n, err);
  }
  free(all);
  return status;
}

/* --- both --- */

hw_status hwp_profile_columns_read(hwp_profile_columns *self, int32_t n, char **names,
                                   hw_err *err) {
  hw_arena_init(&self->arena, 0);
  self->n = n;
  self->marker = -1;
  for (int i = 0; i < HWP_PROFILE_TEXTS; i++) self->known[i] = -1;
  for (int32_t i = 0; i < n; i++) names[i] = trimmed(names[i]);
  self->is_long = hwp_profile_columns_are_long(n, names);
  HW_TRY(self->is_long ? read_long(self, names, err) : read_wide(self, names, err));
  if (self->known[HWP_PROFILE_CODE] < 0 && self->known[HWP_PROFILE_PERSON] < 0 &&
      self->known[HWP_PROFILE_SAMPLE] < 0)
    return hw_err_set(err, HW_E_REFERENCE,
                      "no column says whose profile a row is: expected one called profile, sample "
                      "or person");
  if (!self->is_long && self->n_markers == 0)
    return hw_err_set(err, HW_E_REFERENCE, "no column is a marker");
  return HW_OK;
}

void hwp_profile_columns_clear(hwp_profile_columns *self) {
  hw_arena_clear(&self->arena);
  memset(self, 0, sizeof *self);
}
