/* Runs a fuzz target over its corpus once: every file of the folders (or single
 * files) on the command line, in the order of their names, one TAP line each.
 * A crash ends the program and with it the test. */
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "fuzz.h"

static int n_run;

static bool run_file(const char *path) {
  char *bytes;
  size_t n_bytes;
  hw_err err = HW_ERR_INIT;
  if (hw_file_read(path, (size_t)1 << 30, &bytes, &n_bytes, &err) != HW_OK) {
    char text[1024];
    printf("not ok %d - %s\n", ++n_run, hw_err_text(&err, text, sizeof text));
    return false;
  }
  /* An exact copy without the NUL, so that AddressSanitizer sees a byte read behind it. */
  uint8_t *exact = malloc(n_bytes ? n_bytes : 1);
  if (exact) {
    memcpy(exact, bytes, n_bytes);
    LLVMFuzzerTestOneInput(exact, n_bytes);
  }
  free(exact);
  free(bytes);
  const char *slash = strrchr(path, '/');
  printf("%s %d - %s\n", exact ? "ok" : "not ok", ++n_run, slash ? slash + 1 : path);
  return exact != NULL;
}

static int is_visible(const struct dirent *entry) {
  return entry->d_name[0] != '.';
}

static bool run_folder(const char *folder) {
  struct dirent **entries;
  const int n = scandir(folder, &entries, is_visible, alphasort);
  if (n < 0) return run_file(folder);
  bool is_good = true;
  for (int i = 0; i < n; i++) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
    if (!run_file(path)) is_good = false;
    free(entries[i]);
  }
  free(entries);
  return is_good;
}

int main(int argc, char **argv) {
  bool is_good = true;
  setvbuf(stdout, NULL, _IOLBF, 0); /* the last line tells which file crashed */
  for (int i = 1; i < argc; i++)
    if (!run_folder(argv[i])) is_good = false;
  printf("1..%d\n", n_run);
  return is_good && n_run > 0 ? 0 : 1;
}
