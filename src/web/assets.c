/* Style sheet and scripts.
 *
 * The files are src/web/assets/; the build makes C of them. A page names them by
 * /assets/DIGEST/NAME: a new version has another path, and no browser needs to ask
 * whether what it kept is still right. */
#include "web/assets.h"

#include <string.h>

#include "base/str.h"

bool hwp_asset_find(const char *name, hwp_asset *out) {
  const hwp_asset all[] = {
      {"style.css", "text/css; charset=utf-8", hwp_asset_style, hwp_asset_style_size,
       hwp_asset_style_digest},
      {"app.js", "text/javascript; charset=utf-8", hwp_asset_script, hwp_asset_script_size,
       hwp_asset_script_digest},
      {"icon.svg", "image/svg+xml", hwp_asset_icon, hwp_asset_icon_size, hwp_asset_icon_digest},
      {"pedigree.js", "text/javascript; charset=utf-8", hwp_asset_pedigree, hwp_asset_pedigree_size,
       hwp_asset_pedigree_digest},
  };
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    if (strcmp(all[i].name, name) == 0) {
      *out = all[i];
      return true;
    }
  return false;
}

const char *hwp_asset_path(hw_arena *arena, const char *name) {
  hwp_asset asset;
  if (!hwp_asset_find(name, &asset)) return NULL;
  hw_str path = HW_STR_INIT;
  hw_str_append_format(&path, "/assets/%s/%s", asset.digest, asset.name);
  return hw_str_take(&path, arena);
}
