/* What a file is that is no text.
 *
 * Known by the bytes that its format begins with; each line below names the format
 * and the remedy. Text that is UTF-16 or has an old code page is not refused here:
 * some readers take it, and the others say what to do. */
#include "formats/foreign.h"

#include <string.h>

typedef struct signature {
  const char *bytes;
  size_t n;
  const char *message;
} signature;

#define SIGNATURE(bytes, message) \
  { (bytes), sizeof(bytes) - 1, (message) }
#define COMPRESSED "the file is compressed: unpack it first"
#define PICTURE "the file is a picture: what it shows cannot be imported"

static const signature SIGNATURES[] = {
    SIGNATURE("PK\x03\x04",
              "the file is a spreadsheet (.xlsx, .ods) or a ZIP archive: save the table as CSV in "
              "UTF-8, or unpack the archive"),
    SIGNATURE("\xD0\xCF\x11\xE0",
              "the file is a spreadsheet or document (.xls, .doc): save the table as CSV in UTF-8"),
    SIGNATURE("\x1F\x8B", COMPRESSED),
    SIGNATURE("BZh", COMPRESSED),
    SIGNATURE("\xFD"
              "7zXZ",
              COMPRESSED),
    SIGNATURE("\x28\xB5\x2F\xFD", COMPRESSED),
    SIGNATURE("7z\xBC\xAF", COMPRESSED),
    SIGNATURE("Rar!", COMPRESSED),
    SIGNATURE("%PDF-", "the file is a PDF document: ask for the table that it was made from"),
    SIGNATURE("{\\rtf", "the file is a document (RTF): save it as plain text in UTF-8"),
    SIGNATURE("ABIF",
              "the file holds the raw data of a run (.fsa, .hid): export the table of genotypes "
              "from the program that reads them"),
    SIGNATURE("SQLite format 3",
              "the file is a database: a case database is opened with -c, not imported"),
    SIGNATURE("\x89PNG", PICTURE),
    SIGNATURE("\xFF\xD8\xFF", PICTURE),
    SIGNATURE("GIF8", PICTURE),
    SIGNATURE("\xEF\xBB\xBF\xEF\xBB\xBF",
              "the file begins with two byte order marks (U+FEFF): remove one of them"),
};

/* A page that a web server sent instead of the file. */
static int is_web_page(const char *bytes, size_t n) {
  static const char word[] = "<!doctype html";
  for (size_t i = 0; i < sizeof word - 1; i++) {
    if (i == n) return 0;
    char c = bytes[i];
    if (c >= 'A' && c <= 'Z') c = (char)(c - 'A' + 'a');
    if (c != word[i]) return 0;
  }
  return 1;
}

hw_status hw_foreign_check(const char *bytes, size_t n, hw_err *err) {
  const char *message = NULL;
  for (size_t i = 0; i < sizeof SIGNATURES / sizeof *SIGNATURES; i++)
    if (n >= SIGNATURES[i].n && memcmp(bytes, SIGNATURES[i].bytes, SIGNATURES[i].n) == 0)
      message = SIGNATURES[i].message;
  if (is_web_page(bytes, n))
    message = "the file is a web page: the download was answered with something else";
  return message == NULL ? HW_OK : hw_err_set(err, HW_E_SYNTAX, "%s", message);
}
