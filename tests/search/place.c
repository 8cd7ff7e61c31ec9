/* A folder of its own for a test (see place.h). */
#include "search/place.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/assert.h"

enum { MOST_NAMES = 64, NAME_SIZE = 512 };

static char folder[NAME_SIZE];
static char names[MOST_NAMES][2 * NAME_SIZE];
static int n_names;

char *place_file(const char *name) {
  if (!folder[0]) {
    const char *base = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%s/homeward-search-XXXXXX", base ? base : "/tmp");
    assert_non_null(mkdtemp(folder));
  }
  assert_true(n_names < MOST_NAMES);
  snprintf(names[n_names], sizeof names[n_names], "%s/%s", folder, name);
  return names[n_names++];
}

/* Calls @p each for every name in a folder. */
static int walk(const char *path, int (*each)(const char *path)) {
  DIR *dir = opendir(path);
  int n = 0;
  if (!dir) return 0;
  for (struct dirent *entry; (entry = readdir(dir));) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    char inner[3 * NAME_SIZE];
    snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
    n += each(inner);
  }
  closedir(dir);
  return n;
}

static int count_one(const char *path) {
  (void)path;
  return 1;
}

static int remove_one(const char *path) {
  if (remove(path) == 0) return 1;
  walk(path, remove_one);
  return remove(path) == 0;
}

int place_count(void) {
  return walk(folder, count_one);
}

void place_clear(void) {
  if (folder[0]) remove_one(folder);
  folder[0] = '\0';
  n_names = 0;
}
