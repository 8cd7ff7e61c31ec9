/* Records that hold genetic data as texts.
 *
 * The store's own digests find a row that was changed on the disk. What they
 * cannot find is a row that never made sense: likelihoods of another panel, a
 * table that is not the one its digest was taken of, a haplotype that is none.
 * One function says for every such kind what must hold, and it is asked when
 * records come in, when the database is checked, and before they are used.
 *
 * A panel of 95,000 markers takes a moment to read, so that each is read once;
 * an import or a search has a few of them. */
#include "app/genetic.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "app/haplotype_table.h"
#include "app/y_text.h"
#include "base/check.h"
#include "base/fold.h"

/* A panel that was read. */
typedef struct known_panel {
  struct known_panel *next;
  int64_t id;
  hw_panel *panel;
} known_panel;

struct hw_genetic {
  hw_store *store;
  known_panel *panels;
};

hw_status hw_genetic_new(hw_store *store, hw_genetic **out, hw_err *err) {
  *out = calloc(1, sizeof **out);
  if (*out == NULL) return HW_NO_MEMORY(err, "genetic data");
  (*out)->store = store;
  return HW_OK;
}

void hw_genetic_delete(hw_genetic *self) {
  if (self == NULL) return;
  while (self->panels != NULL) {
    known_panel *first = self->panels;
    self->panels = first->next;
    hw_panel_delete(first->panel);
    free(first);
  }
  free(self);
}

bool hw_genetic_has(hw_kind_id kind) {
  return kind == HW_KIND_SNP_PANEL || kind == HW_KIND_GENETIC_MAP || kind == HW_KIND_SNP_PROFILE ||
         kind == HW_KIND_HAPLOTYPE || kind == HW_KIND_HAPLOTYPE_TABLE;
}

/* --- tables --- */

static void digest_of(const char *text, size_t n, char out[HW_DIGEST_TEXT_SIZE]) {
  uint8_t digest[HW_DIGEST_SIZE];
  hw_digest_of(text, n, digest);
  hw_digest_text(digest, out);
}

hw_status hw_genetic_set_table(hw_record *record, int table_field, int digest_field,
                               const char *text, hw_genetic_table *out, hw_err *err) {
  *out = (hw_genetic_table){.text = HW_STR_INIT};
  HW_TRY(hw_fold_nfc(text, &out->text, err));
  if (hw_str_status(&out->text) != HW_OK) return HW_NO_MEMORY(err, "a table");
  digest_of(hw_str_text(&out->text), out->text.length, out->digest);
  hw_record_set_text_n(record, table_field, hw_str_text(&out->text), out->text.length);
  hw_record_set_text(record, digest_field, out->digest);
  return HW_OK;
}

/* A mistake in a field. @return HW_OK: it was told */
#define MISTAKE(mistake, field, ...)          \
  do {                                        \
    (void)hw_err_set((mistake), __VA_ARGS__); \
    hw_err_field((mistake), "%s", (field));   \
  } while (0)

/* @return false if the text is not the one that the digest was taken of */
static bool check_digest(const hw_record *record, int table_field, int digest_field,
                         hw_err *mistake) {
  char digest[HW_DIGEST_TEXT_SIZE];
  digest_of(hw_record_text(record, table_field), record->values[table_field].n, digest);
  if (strcmp(digest, hw_record_text(record, digest_field)) == 0) return true;
  MISTAKE(mistake, record->kind->fields[digest_field].name, HW_E_VALUE,
          "\"%.20s\" is not the digest of the table, which is %.20s…: the table was changed, or "
          "belongs to another record",
          hw_record_text(record, digest_field), digest);
  return false;
}

/* What reading a text found: a mistake of the record, or the machine's failure. */
static hw_status settle(hw_status status, const hw_err *why, const char *field, hw_err *mistake,
                        hw_err *err) {
  if (status == HW_OK) return HW_OK;
  if (hw_status_exit(status) != 2) {
    if (err != NULL) *err = *why;
    return status;
  }
  char text[900];
  *mistake = (hw_err)HW_ERR_INIT;
  (void)hw_err_set(mistake, status, "%s", hw_err_text(why, text, sizeof text));
  hw_err_field(mistake, "%s", field);
  return HW_OK;
}

static hw_status parse_panel(const hw_record *record, hw_panel **out, hw_err *err) {
  return hw_panel_parse(hw_record_text(record, HW_FIELD_SNP_PANEL_TABLE),
                        record->values[HW_FIELD_SNP_PANEL_TABLE].n, "table", out, err);
}

static hw_status check_panel(const hw_record *record, hw_err *mistake, hw_err *err) {
  hw_panel *panel = NULL;
  hw_err why = HW_ERR_INIT;
  if (!check_digest(record, HW_FIELD_SNP_PANEL_TABLE, HW_FIELD_SNP_PANEL_DIGEST, mistake))
    return HW_OK;
  HW_TRY(settle(parse_panel(record, &panel, &why), &why, "table", mistake, err));
  if (panel != NULL && panel->n_markers != hw_record_int(record, HW_FIELD_SNP_PANEL_MARKERS))
    MISTAKE(mistake, "n_markers", HW_E_VALUE, "%" PRId64 " markers, but the table has %" PRId32,
            hw_record_int(record, HW_FIELD_SNP_PANEL_MARKERS), panel->n_markers);
  hw_panel_delete(panel);
  return HW_OK;
}

static hw_status parse_map(const hw_record *record, hw_map **out, hw_err *err) {
  return hw_map_parse(hw_record_text(record, HW_FIELD_GENETIC_MAP_TABLE),
                      record->values[HW_FIELD_GENETIC_MAP_TABLE].n, "table", out, err);
}

static hw_status check_map(const hw_record *record, hw_err *mistake, hw_err *err) {
  hw_map *map = NULL;
  hw_err why = HW_ERR_INIT;
  if (!check_digest(record, HW_FIELD_GENETIC_MAP_TABLE, HW_FIELD_GENETIC_MAP_DIGEST, mistake))
    return HW_OK;
  HW_TRY(settle(parse_map(record, &map, &why), &why, "table", mistake, err));
  const bool is_37 = strcmp(hw_record_text(record, HW_FIELD_GENETIC_MAP_BUILD), "grch37") == 0;
  if (map != NULL && (map->build == HW_GRCH37) != is_37)
    MISTAKE(mistake, "build", HW_E_VALUE, "\"%s\", but the table is of another build",
            hw_record_text(record, HW_FIELD_GENETIC_MAP_BUILD));
  hw_map_delete(map);
  return HW_OK;
}

hw_status hw_genetic_damaged(const hw_record *record, hw_status status, const hw_err *why,
                             hw_err *err) {
  if (hw_status_exit(status) != 2) {
    if (err != NULL) *err = *why;
    return status;
  }
  char text[600];
  return hw_err_set(err, HW_E_DAMAGED, "%s '%s': %s (run 'homeward check')", record->kind->name,
                    hw_record_text(record, 0), hw_err_text(why, text, sizeof text));
}

/* --- panels --- */

static hw_status read_panel(hw_genetic *self, int64_t id, hw_arena *arena, hw_panel **out,
                            hw_err *err) {
  hw_record record;
  hw_err why = HW_ERR_INIT;
  HW_TRY(hw_store_get(self->store, HW_KIND_SNP_PANEL, id, arena, &record, err));
  if (!check_digest(&record, HW_FIELD_SNP_PANEL_TABLE, HW_FIELD_SNP_PANEL_DIGEST, &why))
    return hw_genetic_damaged(&record, HW_E_VALUE, &why, err);
  const hw_status status = parse_panel(&record, out, &why);
  return status == HW_OK ? HW_OK : hw_genetic_damaged(&record, status, &why, err);
}

static hw_status read_map(hw_genetic *self, int64_t id, hw_arena *arena, hw_map **out,
                          hw_err *err) {
  hw_record record;
  hw_err why = HW_ERR_INIT;
  HW_TRY(hw_store_get(self->store, HW_KIND_GENETIC_MAP, id, arena, &record, err));
  if (!check_digest(&record, HW_FIELD_GENETIC_MAP_TABLE, HW_FIELD_GENETIC_MAP_DIGEST, &why))
    return hw_genetic_damaged(&record, HW_E_VALUE, &why, err);
  const hw_status status = parse_map(&record, out, &why);
  return status == HW_OK ? HW_OK : hw_genetic_damaged(&record, status, &why, err);
}

hw_status hw_genetic_map(hw_genetic *self, int64_t id, hw_map **out, hw_err *err) {
  hw_arena arena;
  *out = NULL;
  hw_arena_init(&arena, 0);
  const hw_status status = read_map(self, id, &arena, out, err);
  hw_arena_clear(&arena);
  return status;
}

hw_status hw_genetic_panel(hw_genetic *self, int64_t id, const hw_panel **out, hw_err *err) {
  *out = NULL;
  for (const known_panel *known = self->panels; known != NULL; known = known->next)
    if (known->id == id) {
      *out = known->panel;
      return HW_OK;
    }
  known_panel *one = calloc(1, sizeof *one);
  if (one == NULL) return HW_NO_MEMORY(err, "a panel");
  hw_arena arena;
  hw_arena_init(&arena, 0);
  const hw_status status = read_panel(self, id, &arena, &one->panel, err);
  hw_arena_clear(&arena);
  if (status != HW_OK) {
    free(one);
    return status;
  }
  one->id = id;
  one->next = self->panels;
  self->panels = one;
  *out = one->panel;
  return HW_OK;
}

/* --- likelihoods --- */

static hw_status check_likelihoods(const hw_panel *panel, const hw_record *record, uint8_t *bytes,
                                   hw_err *mistake, hw_err *err) {
  hw_err why = HW_ERR_INIT;
  const char *text = hw_record_text(record, HW_FIELD_SNP_PROFILE_LIKELIHOODS);
  const hw_status status = hw_snp_parse(panel, text, bytes, &why);
  HW_TRY(settle(status, &why, "likelihoods", mistake, err));
  if (status != HW_OK) return HW_OK;
  const int32_t n = hw_snp_count_known(panel, bytes);
  if (n != hw_record_int(record, HW_FIELD_SNP_PROFILE_KNOWN))
    MISTAKE(mistake, "n_known", HW_E_VALUE,
            "%" PRId64 " known markers, but the likelihoods tell something of %" PRId32,
            hw_record_int(record, HW_FIELD_SNP_PROFILE_KNOWN), n);
  return HW_OK;
}

static hw_status check_profile(hw_genetic *self, const hw_record *record, hw_err *mistake,
                               hw_err *err) {
  const hw_panel *panel = NULL;
  if (hw_record_is_null(record, HW_FIELD_SNP_PROFILE_PANEL) ||
      hw_record_is_null(record, HW_FIELD_SNP_PROFILE_LIKELIHOODS))
    return HW_OK; /* the store tells what is missing */
  HW_TRY(hw_genetic_panel(self, hw_record_int(record, HW_FIELD_SNP_PROFILE_PANEL), &panel, err));
  const size_t n = (size_t)panel->first_genotype[panel->n_markers];
  uint8_t *bytes = malloc(n > 0 ? n : 1);
  if (bytes == NULL) return HW_NO_MEMORY(err, "likelihoods");
  const hw_status status = check_likelihoods(panel, record, bytes, mistake, err);
  free(bytes);
  return status;
}

/* --- haplotypes --- */

static hw_status check_haplotype(const hw_record *record, hw_err *mistake, hw_err *err) {
  hw_err why = HW_ERR_INIT;
  const char *text = hw_record_text(record, HW_FIELD_HAPLOTYPE_HAPLOTYPE);
  if (strcmp(hw_record_text(record, HW_FIELD_HAPLOTYPE_LINE), "mt") != 0) {
    if (!hw_record_is_null(record, HW_FIELD_HAPLOTYPE_RANGES))
      MISTAKE(mistake, "ranges", HW_E_VALUE, "only mtDNA has ranges");
    else
      return settle(hw_y_text_check(text, &why), &why, "haplotype", mistake, err);
    return HW_OK;
  }
  hw_mt *parsed = NULL;
  const hw_status status =
      hw_mt_parse(hw_record_text(record, HW_FIELD_HAPLOTYPE_RANGES), text, &parsed, &why);
  hw_mt_delete(parsed);
  return settle(status, &why, "haplotype", mistake, err);
}

static hw_status check_haplotype_table(const hw_record *record, hw_err *mistake, hw_err *err) {
  hw_haplotype_table table = {0};
  hw_err why = HW_ERR_INIT;
  const bool is_mt = strcmp(hw_record_text(record, HW_FIELD_HAPLOTYPE_TABLE_LINE), "mt") == 0;
  if (!check_digest(record, HW_FIELD_HAPLOTYPE_TABLE_TABLE, HW_FIELD_HAPLOTYPE_TABLE_DIGEST,
                    mistake))
    return HW_OK;
  const hw_status status = hw_haplotype_table_parse(
      &table, is_mt, hw_record_text(record, HW_FIELD_HAPLOTYPE_TABLE_TABLE),
      record->values[HW_FIELD_HAPLOTYPE_TABLE_TABLE].n, &why);
  const hw_status settled = settle(status, &why, "table", mistake, err);
  if (status == HW_OK && table.n_persons != hw_record_int(record, HW_FIELD_HAPLOTYPE_TABLE_N))
    MISTAKE(mistake, "n", HW_E_VALUE, "%" PRId64 " persons, but the table counts %" PRId64,
            hw_record_int(record, HW_FIELD_HAPLOTYPE_TABLE_N), table.n_persons);
  hw_haplotype_table_clear(&table);
  return settled;
}

/* --- all --- */

hw_status hw_genetic_check(hw_genetic *self, const hw_record *record, hw_err *mistake,
                           hw_err *err) {
  switch (record->kind->id) {
    case HW_KIND_SNP_PANEL:
      return check_panel(record, mistake, err);
    case HW_KIND_GENETIC_MAP:
      return check_map(record, mistake, err);
    case HW_KIND_SNP_PROFILE:
      return check_profile(self, record, mistake, err);
    case HW_KIND_HAPLOTYPE:
      return check_haplotype(record, mistake, err);
    case HW_KIND_HAPLOTYPE_TABLE:
      return check_haplotype_table(record, mistake, err);
    default:
      return HW_OK;
  }
}
