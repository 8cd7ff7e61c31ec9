/* GEDCOM: the order of reading.
 *
 *   bytes ─ character set ─▶ UTF-8 ─▶ records ─▶ persons, families, pointers
 *         ─▶ kinds of links ─▶ descent ─▶ pedigrees (validated, thrown away)
 *
 * Pointers are resolved only if every record could be read: a person lost to a
 * bad line would make a reference error of each of its relatives. */
#include "formats/gedcom.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "formats/gedcom_int.h"

void hw_gedcom_clear(hw_gedcom *self) {
  if (self == NULL) return;
  hw_arena_clear(&self->arena);
  memset(self, 0, sizeof *self);
}

bool hwp_ged_report(hwp_ged_reader *self, hw_err *err) {
  if (err->line == 0 && self->records.n_lines > 0)
    hw_err_place(err, NULL, self->records.lines[0].number, 0);
  hw_err_place(err, self->name, 0, 0);
  return hw_errors_add(self->errors, err);
}

void hwp_ged_tell(hwp_ged_reader *self, hwp_ged_liberty kind, uint64_t line, const char *text) {
  if (self->count[kind]++ > 0) return;
  self->first_line[kind] = line;
  self->first_text[kind] = text;
}

hw_status hwp_ged_reserve(void **array, size_t n, size_t *capacity, size_t size, hw_err *err) {
  if (n < *capacity) return HW_OK;
  size_t larger = *capacity < 64 ? 64 : *capacity, bytes;
  while (larger <= n && hw_mul_size(larger, 2, &larger)) {
  }
  void *moved = hw_mul_size(larger, size, &bytes) && larger > n ? realloc(*array, bytes) : NULL;
  if (moved == NULL) return HW_NO_MEMORY(err, "the GEDCOM file");
  *array = moved;
  *capacity = larger;
  return HW_OK;
}

static void reader_delete(hwp_ged_reader *self) {
  hw_text_clear(&self->text);
  hwp_ged_records_clear(&self->records);
  hw_arena_clear(&self->scratch);
  hw_str_clear(&self->buffer);
  hw_intern_clear(&self->xrefs);
  free(self->targets);
  free(self->persons);
  free(self->has_open_adoption);
  free(self->families);
  free(self->note_texts);
  for (int r = 0; r < HWP_GED_N_ROLES; r++) free(self->links[r].list);
  free(self);
}

/* The file ends without TRLR. A line that is too long is a mistake of its own, half a line is not. */
static void tell_cut(hwp_ged_reader *self) {
  const uint64_t line = self->records.n_read;
  const int n = hw_errors_kept(self->errors);
  if (n > 0 && self->errors->kept[n - 1].line == line &&
      self->errors->kept[n - 1].status == HW_E_VALUE)
    return;
  hw_errors_forget(self->errors, line);
  hw_err err = HW_ERR_INIT;
  hw_err_set(&err, HW_E_SYNTAX,
             "the file ends without \"0 TRLR\"; it is cut short, fetch it again");
  hw_err_place(&err, NULL, line, 0);
  (void)hwp_ged_report(self, &err);
}

/* Reads records up to TRLR. */
static void read_records(hwp_ged_reader *self) {
  bool has_record = true, has_end = false;
  while (!has_end) {
    hw_err err = HW_ERR_INIT;
    hw_status status = hwp_ged_next(&self->records, &has_record, &err);
    if (status == HW_OK && !has_record) {
      tell_cut(self);
      return;
    }
    has_end = status == HW_OK && hwp_ged_is(self->records.lines[0].tag, "TRLR");
    if (status == HW_OK && !has_end) status = hwp_ged_read_record(self, &err);
    if (status != HW_OK && !hwp_ged_report(self, &err)) return;
  }
}

static hw_status tell_liberties(hwp_ged_reader *self, hw_err *err) {
  static const char *const texts[HWP_GED_N_LIBERTIES] = {
      [HWP_GED_UNREAD_TAG] = "entries have a tag that is not read, the first is ",
      [HWP_GED_ODD_DATE] = "dates stay text (a phrase, another calendar or form), the first is ",
      [HWP_GED_OTHER_SEX] = "persons have a sex other than M, F and U, which became unknown",
      [HWP_GED_SECOND_EVENT] = "second births or deaths of one person were not read",
      [HWP_GED_ONE_SIDED] = "links stand on one side only and were followed, the first is ",
      [HWP_GED_UNUSED_FAMILY] =
          "persons have birth parents and another family of unstated kind, which is no descent"};
  for (int i = 0; i < HWP_GED_N_LIBERTIES; i++)
    if (self->count[i] > 0)
      HW_TRY(hw_notes_add(&self->notes, self->first_line[i], err, "%llu %s%.100s",
                          (unsigned long long)self->count[i], texts[i], self->first_text[i]));
  return HW_OK;
}

/* The person that an error of a pedigree speaks of stands in its field; there is a line for it. */
static void place_error(const hw_gedcom *ged, hw_err *err) {
  const char *open = strstr(err->field, "person[");
  const long person = open ? strtol(open + 7, NULL, 10) : -1;
  if (person < 0 || person >= ged->n_persons) return;
  err->field[0] = '\0';
  hw_err_place(err, NULL, ged->persons[person].line, 0);
}

static hw_status finish(hwp_ged_reader *self, hw_err *err) {
  hw_gedcom *out = self->out;
  hw_arena *arena = &out->arena;
  if (self->n_persons == 0) return hw_err_set(err, HW_E_VALUE, "the file has no persons (INDI)");
  out->persons =
      hw_arena_copy(arena, self->persons, (size_t)self->n_persons * sizeof *self->persons);
  out->n_persons = self->n_persons;
  if (self->n_families > 0)
    out->families =
        hw_arena_copy(arena, self->families, (size_t)self->n_families * sizeof *self->families);
  out->n_families = self->n_families;
  if (out->persons == NULL || (self->n_families > 0 && out->families == NULL))
    return HW_NO_MEMORY(err, "the persons");
  hw_gedcom_trees trees = {0};
  const hw_status status = hw_gedcom_trees_build(out, &trees, err);
  hw_gedcom_trees_clear(&trees);
  if (status != HW_OK) {
    place_error(out, err);
    return status;
  }
  HW_TRY(tell_liberties(self, err));
  return hw_notes_finish(&self->notes, &out->notes, &out->n_notes, err);
}

static void read_all(hwp_ged_reader *self, const char *bytes, size_t n_bytes) {
  hw_err err = HW_ERR_INIT;
  hw_status status = hwp_ged_decode(self, bytes, n_bytes, &err);
  if (status == HW_OK) {
    hwp_ged_records_init(&self->records, self->text.bytes, self->text.n_bytes);
    status = hwp_ged_read_head(self, &err);
  }
  if (status == HW_OK) {
    read_records(self);
    self->records.n_lines = 0; /* errors are no longer about a record */
    if (self->errors->n == self->n_errors) hwp_ged_resolve(self);
    if (self->errors->n == self->n_errors) status = finish(self, &err);
  }
  if (status != HW_OK) (void)hwp_ged_report(self, &err);
}

hw_status hw_gedcom_parse(const char *bytes, size_t n_bytes, const char *name, hw_gedcom *out,
                          hw_errors *errors) {
  memset(out, 0, sizeof *out);
  hwp_ged_reader *self = calloc(1, sizeof *self);
  if (self == NULL) {
    hw_err err = HW_ERR_INIT;
    (void)HW_NO_MEMORY(&err, "the reader");
    hw_err_place(&err, name, 0, 0);
    hw_errors_add(errors, &err);
    return HW_E_NO_MEMORY;
  }
  self->out = out;
  self->errors = errors;
  self->n_errors = errors->n;
  self->name = name;
  self->notes.arena = &out->arena;
  self->xrefs.arena = &self->scratch;
  read_all(self, bytes, n_bytes);
  const bool has_failed = errors->n > self->n_errors;
  reader_delete(self);
  if (!has_failed) return HW_OK;
  hw_gedcom_clear(out);
  return hw_errors_status(errors, NULL);
}

hw_status hw_gedcom_read(const char *path, hw_gedcom *out, hw_errors *errors) {
  char *bytes;
  size_t n_bytes;
  hw_err err = HW_ERR_INIT;
  memset(out, 0, sizeof *out);
  hw_status status = hw_file_read(path, HW_GEDCOM_MAX_BYTES, &bytes, &n_bytes, &err);
  if (status != HW_OK) {
    hw_errors_add(errors, &err);
    return status;
  }
  status = hw_gedcom_parse(bytes, n_bytes, path, out, errors);
  free(bytes);
  return status;
}
