/** @file
 * The manifest of a folder that `homeward export all` wrote: which files, of how many rows, with
 * which digests, and of which state of the database.
 *
 * Example:
 * @code
 *   hw_manifest manifest;
 *   HW_TRY(hw_manifest_read("export", &manifest, err));
 *   for (int i = 0; i < manifest.n_files; i++) puts(manifest.files[i].path);
 *   hw_manifest_clear(&manifest);
 * @endcode
 */
#ifndef HW_APP_MANIFEST_H
#define HW_APP_MANIFEST_H

#include "base/arena.h"
#include "base/digest.h"
#include "store/kind.h"

/** Name of the manifest in its folder. */
#define HW_MANIFEST_NAME "manifest.json"

typedef struct hw_manifest_file {
  hw_kind_id kind;
  const char *path; /**< with the folder */
  int64_t n_rows;
  char digest[HW_DIGEST_TEXT_SIZE]; /**< of its bytes */
} hw_manifest_file;

typedef struct hw_manifest {
  int64_t head_seq; /**< newest audit entry of the database */
  char head_hash[HW_DIGEST_TEXT_SIZE];
  bool has_names;
  int n_files;
  hw_manifest_file files[HW_KIND_COUNT]; /**< in an order in which they can be imported */
  hw_arena arena;
} hw_manifest;

/** Writes the manifest; the folder's name is part of the paths. */
HW_MUST_CHECK hw_status hw_manifest_write(const char *folder, const hw_manifest *self, hw_err *err);

/** Reads a manifest and compares every file with its digest. Free with hw_manifest_clear, also
 * after a failure.
 * @return HW_OK; HW_E_NOT_FOUND (no manifest); HW_E_SYNTAX, HW_E_VALUE (not one of ours);
 *         HW_E_VALUE (a file is not what was exported) */
HW_MUST_CHECK hw_status hw_manifest_read(const char *folder, hw_manifest *out, hw_err *err);
void hw_manifest_clear(hw_manifest *self);

/** "FOLDER/samples.csv", in an arena; NULL = memory is exhausted. */
const char *hw_manifest_path(const char *folder, hw_kind_id kind, hw_arena *arena);

#endif
