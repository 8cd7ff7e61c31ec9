/* Style sheet and scripts, which the program carries with it. Their paths bear a digest of
 * their bytes, so that a browser may keep them for ever. */
#ifndef HW_WEB_ASSETS_H
#define HW_WEB_ASSETS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

typedef struct hwp_asset {
  const char *name; /* "style.css" */
  const char *type;
  const char *bytes;
  size_t n_bytes;
  const char *digest;
} hwp_asset;

/* By name. @return false if there is none */
bool hwp_asset_find(const char *name, hwp_asset *out);
/* Path of one; NULL if there is none, or memory is exhausted. */
const char *hwp_asset_path(hw_arena *arena, const char *name);

/* For assets.c: what tools/embed makes. */
extern const char hwp_asset_style[], hwp_asset_script[], hwp_asset_icon[], hwp_asset_pedigree[];
extern const size_t hwp_asset_style_size, hwp_asset_script_size, hwp_asset_icon_size,
    hwp_asset_pedigree_size;
extern const char hwp_asset_style_digest[], hwp_asset_script_digest[], hwp_asset_icon_digest[],
    hwp_asset_pedigree_digest[];

#endif
