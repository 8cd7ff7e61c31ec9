/* Values of records that are words, in the reader's language.
 *
 * Choices of the model are words by their type. Other columns take any text and mostly hold one of a
 * few: the bones of a skeleton, parts of them, facts that sources state, permissions, what the program
 * itself found. This table says which columns these are and how their texts are read. A text that the
 * catalogue does not know is somebody's own and stays. */
#include <string.h>

#include "web/pages.h"

typedef enum reading {
  A_WORD,     /* WORD_… of the catalogue */
  WORDS,      /* several, parted by blanks */
  A_SAYING,   /* SAYS_… of the catalogue: what the program writes among people's own texts */
  A_STEP,     /* the same, else a word */
  A_SENTENCE, /* of the program: src/language/said_vi.def */
  A_KIND,     /* a word, or the plural of a kind of record, which is the name of its table */
  A_HOLDER,   /* who has an item: a name, or what a handover writes in its place */
  CHANGES     /* "state: open -> closed; …" of a history, or "femur, left" of an item */
} reading;

static const struct column {
  const char *name;
  reading reading;
} columns[] = {
    {"action", A_STEP},       {"alleles", A_SENTENCE}, {"can_become", WORDS},
    {"element", A_WORD},      {"field", A_WORD},       {"finding", A_SENTENCE},
    {"format", A_KIND},       {"from", A_HOLDER},      {"from_holder", A_HOLDER},
    {"holder", A_HOLDER},     {"is", A_WORD},          {"kind", A_KIND},
    {"left_out", A_SENTENCE}, {"mark", A_WORD},        {"method", A_WORD},
    {"missing", A_WORD},      {"permissions", WORDS},  {"portion", A_WORD},
    {"reason", A_SAYING},     {"relation", A_WORD},    {"seal_state", A_WORD},
    {"sex", A_WORD},          {"side", A_WORD},        {"state", A_WORD},
    {"text", A_SENTENCE},     {"to", A_HOLDER},        {"to_holder", A_HOLDER},
    {"verdict", A_WORD},      {"what", CHANGES},
};

static const char *as_words(hwp_job *job, const char *text) {
  const char *out = "";
  for (const char *at = text; *at != '\0';) {
    const size_t n = strcspn(at, " ");
    const char *word = hwp_format(job, "%.*s", (int)n, at);
    const char *known = hw_text_named(job->language, "WORD_", word, NULL);
    if (known == NULL) return text;
    out = hwp_format(job, "%s%s%s", out, out[0] != '\0' ? ", " : "", known);
    at += n;
    while (*at == ' ') at++;
  }
  return out;
}

static const char *as_step(hwp_job *job, const char *text) {
  const char *found = hw_text_named(job->language, "SAYS_", text, NULL);
  return found != NULL ? found : hwp_word(job, text);
}

static const char *as_kind(hwp_job *job, const char *text) {
  const hw_kind *kind = hw_kind_find(text);
  return kind != NULL && strcmp(kind->plural, text) == 0 ? hwp_kinds_label(job, kind->id)
                                                         : hwp_word(job, text);
}

static const char *as_holder(hwp_job *job, const char *text) {
  static const char recipient[] = "recipient of ";
  if (strcmp(text, "not recorded") == 0) return hwp_t(job, HW_T_HANDOVERS_NOT_RECORDED);
  if (strncmp(text, recipient, sizeof recipient - 1) != 0) return text;
  return hwp_fill(job, HW_T_HANDOVERS_RECIPIENT_OF, 1, text + sizeof recipient - 1);
}

/* "femur, left, complete", or a sentence of the program. */
static const char *as_list(hwp_job *job, const char *text) {
  const char *out = "", *said = hwp_said(job, text, NULL);
  if (said != text) return said;
  for (const char *at = text;;) {
    const char *end = strstr(at, ", ");
    const size_t n = end != NULL ? (size_t)(end - at) : strlen(at);
    const char *word = hwp_word(job, hwp_format(job, "%.*s", (int)n, at));
    out = hwp_format(job, "%s%s%s", out, at > text ? ", " : "", word);
    if (end == NULL) return out;
    at = end + 2;
  }
}

/* "state: open -> closed" with the field and its values in words. */
static const char *as_change(hwp_job *job, const char *text, size_t n) {
  static const char arrow[] = " -> ";
  const char *piece = hwp_format(job, "%.*s", (int)n, text);
  const size_t n_name = strspn(piece, "abcdefghijklmnopqrstuvwxyz0123456789_");
  if (n_name == 0 || strncmp(piece + n_name, ": ", 2) != 0) return as_list(job, piece);
  const char *field = hwp_format(job, "%.*s", (int)n_name, piece);
  const char *known = hw_text_named(job->language, "FIELD_", field, NULL);
  if (known != NULL) field = known;
  const char *before = piece + n_name + 2, *after = strstr(before, arrow);
  if (after == NULL) return hwp_format(job, "%s: %s", field, before);
  return hwp_format(job, "%s: %s \xe2\x86\x92 %s", field,
                    hwp_word(job, hwp_format(job, "%.*s", (int)(after - before), before)),
                    hwp_word(job, after + strlen(arrow)));
}

static const char *as_changes(hwp_job *job, const char *text) {
  const char *out = "";
  for (const char *at = text;;) {
    const char *end = strstr(at, "; ");
    const size_t n = end != NULL ? (size_t)(end - at) : strlen(at);
    out = hwp_format(job, "%s%s%s", out, at > text ? "; " : "", as_change(job, at, n));
    if (end == NULL) return out;
    at = end + 2;
  }
}

const char *hwp_column_text(hwp_job *job, const char *column, const char *text) {
  for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
    if (strcmp(columns[i].name, column) != 0) continue;
    switch (columns[i].reading) {
      case A_WORD:
        return hwp_word(job, text);
      case WORDS:
        return as_words(job, text);
      case A_SAYING:
        return hwp_says(job, text);
      case A_STEP:
        return as_step(job, text);
      case A_SENTENCE:
        return hwp_said(job, text, NULL);
      case A_KIND:
        return as_kind(job, text);
      case A_HOLDER:
        return as_holder(job, text);
      case CHANGES:
        return as_changes(job, text);
    }
  }
  return text;
}
