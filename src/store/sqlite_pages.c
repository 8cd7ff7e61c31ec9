/* A checksum on every page: a layer between SQLite and the file system.
 *
 * SQLite does not notice a changed byte in a page as long as the page still
 * makes sense: it would hand out another allele. So the last bytes of every page
 * are set apart ("reserved space", byte 20 of the header) and hold
 *
 *     4 bytes  "HWP1", the mark of this scheme
 *     4 bytes  number of the page, most significant byte first
 *     8 bytes  checksum of all before, the page's number included (page_sum.c)
 *
 * SQLite leaves them alone and knows nothing of it: this file registers a "VFS",
 * which passes everything to the system's own, except that in the main file of
 * a database
 *
 *   - a page that is written gets its checksum, in a copy;
 *   - a page that is read is verified; if the checksum does not fit, reading
 *     fails, or (in an examination) the page is handed on as it is.
 *
 * SQLite never sees these fields: they are zero in the pages it gets, and so in
 * its log. Should another program copy the log into the file (the sqlite3 shell
 * does, if it is the last to close a case that a killed process has left), those
 * pages have no checksum at all and are told apart from damaged ones.
 *
 * Writes that fail for want of room are all reported as a full disk.
 *
 * In write-ahead mode pages reach the main file when the log is copied into it;
 * the log itself has SQLite's own checksums, which are verified when it is read
 * after a crash. Nothing is mapped into memory, for that would go past us.
 *
 * Reads of part of a page (newer SQLite reads long values that way) are served
 * from the whole page. The one exception are the first 100 bytes of the file,
 * which SQLite reads without a lock when it opens a database: another process
 * may be writing them, and SQLite reads page 1 again, whole, before it relies on
 * anything.
 *
 * Byte 18, "write version", stands as 3 in the file and as 2 in SQLite's memory.
 * SQLite without this layer takes 3 for the future and opens the file for
 * reading only: other programs can read a case, but cannot write pages without
 * checksums into it by accident.
 *
 * In an examination the bytes of the header that are the same in every case
 * database are put right in memory, so that a flipped byte there does not keep
 * SQLite from reading the rest. */
#include "store/sqlite_pages.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "base/check.h"
#include "store/page_sum.h"

const char hwp_pages_vfs[] = "homeward";

enum { SUMMED = HWP_PAGE_SIZE - 8, MARK = HWP_PAGE_SIZE - HWP_PAGE_RESERVED };
/* Write version: in SQLite's memory and in the file. */
enum { AT_WRITE_VERSION = 18, VERSION_INSIDE = 2, VERSION_OUTSIDE = 3 };

static const unsigned char PAGE_MARK[4] = {'H', 'W', 'P', '1'};

/* --- the header --- */

/* Parts of the header that are the same in every case database, as they stand in the file. Those
 * that are set with the first table may be zero before. */
static const struct {
  int at, n;
  const char *bytes;
  bool comes_later;
} FIXED[] = {
    {0, 16, "SQLite format 3", false},
    {16, 2, "\x10\x00", false}, /* size of a page */
    {18, 2, "\x03\x02", false}, /* write and read version: write-ahead log */
    {20, 1, "\x10", false},     /* reserved bytes */
    {21, 3, "\x40\x20\x20", false},
    {44, 4, "\x00\x00\x00\x04", true},  /* schema format */
    {52, 4, "\x00\x00\x00\x00", false}, /* no auto-vacuum */
    {56, 4, "\x00\x00\x00\x01", true},  /* UTF-8 */
    {64, 4, "\x00\x00\x00\x00", false},
    {68, 4, "HWCD", false}, /* application id */
    {72, 20, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", false},
};
_Static_assert(HWP_PAGE_SIZE == 0x1000 && HWP_PAGE_RESERVED == 0x10, "as in FIXED");

static int count_equal(const unsigned char *bytes, int part) {
  int n = 0;
  for (int i = 0; i < FIXED[part].n; i++)
    n += bytes[FIXED[part].at + i] == (unsigned char)FIXED[part].bytes[i];
  return n;
}

hwp_header_kind hwp_header_look(const unsigned char *bytes, size_t n) {
  enum { MAGIC = 0, APPLICATION = 9 };
  if (n < HWP_HEADER_SIZE) return HWP_HEADER_OTHER;
  /* Few bytes may differ, so that another program's database is not taken for a damaged case. */
  if (count_equal(bytes, MAGIC) < 12 || count_equal(bytes, APPLICATION) < 3)
    return HWP_HEADER_OTHER;
  for (int part = 0; part < (int)(sizeof FIXED / sizeof FIXED[0]); part++)
    if (!FIXED[part].comes_later && count_equal(bytes, part) != FIXED[part].n)
      return HWP_HEADER_DAMAGED;
  return HWP_HEADER_OURS;
}

static void mend_header(unsigned char *bytes) {
  for (size_t part = 0; part < sizeof FIXED / sizeof FIXED[0]; part++)
    memcpy(bytes + FIXED[part].at, FIXED[part].bytes, (size_t)FIXED[part].n);
}

/* --- one page --- */

static uint32_t load_32(const unsigned char *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static uint64_t load_64(const unsigned char *bytes) {
  return (uint64_t)load_32(bytes) << 32 | load_32(bytes + 4);
}

static void store_32(unsigned char *bytes, uint32_t value) {
  for (int i = 0; i < 4; i++) bytes[i] = (unsigned char)(value >> (24 - 8 * i));
}

static void seal(unsigned char *bytes, int64_t page) {
  if (page == 1 && bytes[AT_WRITE_VERSION] == VERSION_INSIDE)
    bytes[AT_WRITE_VERSION] = VERSION_OUTSIDE;
  memcpy(bytes + MARK, PAGE_MARK, sizeof PAGE_MARK);
  store_32(bytes + MARK + 4, (uint32_t)page);
  const uint64_t sum = hwp_page_sum(bytes, SUMMED, (uint64_t)page);
  store_32(bytes + SUMMED, (uint32_t)(sum >> 32));
  store_32(bytes + SUMMED + 4, (uint32_t)sum);
}

static hwp_page_state look(const unsigned char *bytes, int64_t page) {
  const uint64_t sum = load_64(bytes + SUMMED);
  if (sum == hwp_page_sum(bytes, SUMMED, (uint64_t)page) &&
      load_32(bytes + MARK + 4) == (uint32_t)page)
    return HWP_PAGE_GOOD;
  static const unsigned char NOTHING[HWP_PAGE_RESERVED] = {0};
  if (memcmp(bytes + MARK, NOTHING, sizeof NOTHING) == 0) return HWP_PAGE_FOREIGN;
  const uint32_t claimed = load_32(bytes + MARK + 4);
  if (claimed != (uint32_t)page && sum == hwp_page_sum(bytes, SUMMED, claimed))
    return HWP_PAGE_MISPLACED;
  return HWP_PAGE_BAD;
}

const char *hwp_page_state_text(hwp_page_state state) {
  static const char *const TEXTS[] = {
      [HWP_PAGE_GOOD] = "it was, and no longer is", /* a fault of the disk that comes and goes */
      [HWP_PAGE_BAD] = "its checksum does not fit",
      [HWP_PAGE_FOREIGN] = "it has no checksum, another program has written it",
      [HWP_PAGE_MISPLACED] = "another page stands in its place",
      [HWP_PAGE_MISSING] = "the file ends before it",
      [HWP_PAGE_UNREADABLE] = "it cannot be read",
  };
  return TEXTS[state];
}

/* --- the file --- */

/* An open file; the operating system's own file lies behind it in the same memory. */
typedef struct pages_file {
  sqlite3_file base;
  bool is_main;        /* a database, not a log or temporary file */
  hwp_pages *report;   /* NULL until the connection has attached itself */
  sqlite3_file *below; /* the operating system's */
  unsigned char page[HWP_PAGE_SIZE];
} pages_file;

static pages_file *file_of(sqlite3_file *file) {
  return (pages_file *)file;
}

static sqlite3_file *below_of(sqlite3_file *file) {
  return file_of(file)->below;
}

/* A quota or a limit on files is to the user what a full disk is. SQLite's own file system leaves
 * the reason in errno. */
static int if_full(int result) {
  const bool is_full = errno == ENOSPC || errno == EDQUOT || errno == EFBIG;
  return is_full && (result == SQLITE_IOERR_WRITE || result == SQLITE_IOERR_SHMSIZE) ? SQLITE_FULL
                                                                                     : result;
}

static int file_close(sqlite3_file *file) {
  return below_of(file)->pMethods->xClose(below_of(file));
}

/* Reads one whole page into `bytes`. SQLite takes SQLITE_IOERR_SHORT_READ for a page of zeros; that
 * is right in an empty file only, since SQLite knows how many pages there are and asks for no
 * others: elsewhere the file was cut off. */
static int read_page(pages_file *self, unsigned char *bytes, int64_t page) {
  const int result =
      self->below->pMethods->xRead(self->below, bytes, HWP_PAGE_SIZE, (page - 1) * HWP_PAGE_SIZE);
  hwp_pages *report = self->report;
  const bool is_passing = report && report->is_passing;
  if (result != SQLITE_OK && result != SQLITE_IOERR_SHORT_READ) return result;
  sqlite3_int64 size = 1;
  if (result == SQLITE_IOERR_SHORT_READ) (void)self->below->pMethods->xFileSize(self->below, &size);
  const hwp_page_state state = size > 0 ? look(bytes, page) : HWP_PAGE_GOOD;
  if (state != HWP_PAGE_GOOD) {
    if (report) {
      report->bad_page = page;
      report->bad_state = result == SQLITE_OK ? state : HWP_PAGE_MISSING;
    }
    if (!is_passing) return SQLITE_IOERR_DATA;
  }
  memset(bytes + MARK, 0, HWP_PAGE_RESERVED);
  if (result == SQLITE_OK && page == 1) {
    if (is_passing) mend_header(bytes);
    if (bytes[AT_WRITE_VERSION] == VERSION_OUTSIDE) bytes[AT_WRITE_VERSION] = VERSION_INSIDE;
  }
  return result;
}

/* The header, which may be in the middle of being written. */
static int read_header(pages_file *self, unsigned char *bytes, int n, sqlite3_int64 at) {
  unsigned char header[HWP_HEADER_SIZE];
  const int result = self->below->pMethods->xRead(self->below, header, sizeof header, 0);
  if (result != SQLITE_OK && result != SQLITE_IOERR_SHORT_READ) return result;
  if (result == SQLITE_OK) {
    if (self->report && self->report->is_passing) mend_header(header);
    if (header[AT_WRITE_VERSION] == VERSION_OUTSIDE) header[AT_WRITE_VERSION] = VERSION_INSIDE;
  }
  memcpy(bytes, header + at, (size_t)n);
  return result;
}

static int file_read(sqlite3_file *file, void *buffer, int n, sqlite3_int64 at) {
  pages_file *self = file_of(file);
  unsigned char *bytes = buffer;
  if (!self->is_main) return self->below->pMethods->xRead(self->below, buffer, n, at);
  if (n == HWP_PAGE_SIZE && at % HWP_PAGE_SIZE == 0)
    return read_page(self, bytes, at / HWP_PAGE_SIZE + 1);
  if (at + n <= HWP_HEADER_SIZE) return read_header(self, bytes, n, at);
  int result = SQLITE_OK;
  while (n > 0 && result == SQLITE_OK) {
    const int skip = (int)(at % HWP_PAGE_SIZE);
    const int here = n < HWP_PAGE_SIZE - skip ? n : HWP_PAGE_SIZE - skip;
    result = read_page(self, self->page, at / HWP_PAGE_SIZE + 1);
    if (result == SQLITE_OK || result == SQLITE_IOERR_SHORT_READ)
      memcpy(bytes, self->page + skip, (size_t)here);
    bytes += here;
    at += here;
    n -= here;
  }
  return result;
}

/* SQLite writes whole pages; anything else would be without a checksum and is refused. */
static int file_write(sqlite3_file *file, const void *bytes, int n, sqlite3_int64 at) {
  pages_file *self = file_of(file);
  errno = 0;
  if (!self->is_main) return if_full(self->below->pMethods->xWrite(self->below, bytes, n, at));
  if (n != HWP_PAGE_SIZE || at % HWP_PAGE_SIZE != 0) return SQLITE_IOERR_WRITE;
  memcpy(self->page, bytes, HWP_PAGE_SIZE);
  seal(self->page, at / HWP_PAGE_SIZE + 1);
  return if_full(self->below->pMethods->xWrite(self->below, self->page, n, at));
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size) {
  return below_of(file)->pMethods->xTruncate(below_of(file), size);
}

static int file_sync(sqlite3_file *file, int flags) {
  return below_of(file)->pMethods->xSync(below_of(file), flags);
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size) {
  return below_of(file)->pMethods->xFileSize(below_of(file), size);
}

static int file_lock(sqlite3_file *file, int level) {
  return below_of(file)->pMethods->xLock(below_of(file), level);
}

static int file_unlock(sqlite3_file *file, int level) {
  return below_of(file)->pMethods->xUnlock(below_of(file), level);
}

static int file_check_lock(sqlite3_file *file, int *out) {
  return below_of(file)->pMethods->xCheckReservedLock(below_of(file), out);
}

static int file_control(sqlite3_file *file, int what, void *argument) {
  return below_of(file)->pMethods->xFileControl(below_of(file), what, argument);
}

static int file_sector_size(sqlite3_file *file) {
  return below_of(file)->pMethods->xSectorSize(below_of(file));
}

static int file_device(sqlite3_file *file) {
  return below_of(file)->pMethods->xDeviceCharacteristics(below_of(file));
}

static int file_shm_map(sqlite3_file *file, int region, int size, int extend, void volatile **out) {
  errno = 0;
  return if_full(below_of(file)->pMethods->xShmMap(below_of(file), region, size, extend, out));
}

static int file_shm_lock(sqlite3_file *file, int offset, int n, int flags) {
  return below_of(file)->pMethods->xShmLock(below_of(file), offset, n, flags);
}

static void file_shm_barrier(sqlite3_file *file) {
  below_of(file)->pMethods->xShmBarrier(below_of(file));
}

static int file_shm_unmap(sqlite3_file *file, int is_last) {
  return below_of(file)->pMethods->xShmUnmap(below_of(file), is_last);
}

/* Version 2: without xFetch, nothing is mapped. */
static const sqlite3_io_methods FILE_METHODS = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_check_lock,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_device,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
};

/* --- the layer --- */

static sqlite3_vfs *vfs_below(sqlite3_vfs *vfs) {
  return vfs->pAppData;
}

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
                    int *out_flags) {
  sqlite3_vfs *below = vfs_below(vfs);
  pages_file *self = file_of(file);
  self->is_main = (flags & SQLITE_OPEN_MAIN_DB) != 0;
  self->base.pMethods = NULL;
  self->report = NULL;
  self->below = (sqlite3_file *)(void *)(self + 1);
  const int result = below->xOpen(below, name, self->below, flags, out_flags);
  if (result == SQLITE_OK) self->base.pMethods = &FILE_METHODS;
  return result;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync) {
  return vfs_below(vfs)->xDelete(vfs_below(vfs), name, sync);
}

static int vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *out) {
  return vfs_below(vfs)->xAccess(vfs_below(vfs), name, flags, out);
}

static int vfs_full_name(sqlite3_vfs *vfs, const char *name, int n, char *out) {
  return vfs_below(vfs)->xFullPathname(vfs_below(vfs), name, n, out);
}

static int vfs_randomness(sqlite3_vfs *vfs, int n, char *out) {
  return vfs_below(vfs)->xRandomness(vfs_below(vfs), n, out);
}

static int vfs_sleep(sqlite3_vfs *vfs, int us) {
  return vfs_below(vfs)->xSleep(vfs_below(vfs), us);
}

static int vfs_time(sqlite3_vfs *vfs, double *out) {
  return vfs_below(vfs)->xCurrentTime(vfs_below(vfs), out);
}

static int vfs_last_error(sqlite3_vfs *vfs, int n, char *out) {
  return vfs_below(vfs)->xGetLastError(vfs_below(vfs), n, out);
}

static int vfs_time_ms(sqlite3_vfs *vfs, sqlite3_int64 *out) {
  return vfs_below(vfs)->xCurrentTimeInt64(vfs_below(vfs), out);
}

/* SQLite keeps its layers in a list through this struct, for the life of the process. */
static sqlite3_vfs layer = {
    .iVersion = 2,
    .zName = hwp_pages_vfs,
    .xOpen = vfs_open,
    .xDelete = vfs_delete,
    .xAccess = vfs_access,
    .xFullPathname = vfs_full_name,
    .xRandomness = vfs_randomness,
    .xSleep = vfs_sleep,
    .xCurrentTime = vfs_time,
    .xGetLastError = vfs_last_error,
    .xCurrentTimeInt64 = vfs_time_ms,
};
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int registered = SQLITE_ERROR;

static void register_layer(void) {
  sqlite3_vfs *below = sqlite3_vfs_find(NULL);
  if (!below || below->iVersion < 2) return;
  layer.szOsFile = below->szOsFile + (int)sizeof(pages_file);
  layer.mxPathname = below->mxPathname;
  layer.pAppData = below;
  registered = sqlite3_vfs_register(&layer, 0);
}

hw_status hwp_pages_register(hw_err *err) {
  pthread_once(&once, register_layer);
  if (registered == SQLITE_OK) return HW_OK;
  return hw_err_set(err, HW_E_BUG, "SQLite does not take the layer of page checksums (%s)",
                    sqlite3_errstr(registered));
}

/* The connection's main file, or NULL before it is open. */
static pages_file *main_file(sqlite3 *handle) {
  sqlite3_file *file = NULL;
  if (sqlite3_file_control(handle, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK)
    return NULL;
  return file && file->pMethods == &FILE_METHODS && file_of(file)->is_main ? file_of(file) : NULL;
}

void hwp_pages_attach(hwp_pages *self, sqlite3 *handle) {
  pages_file *file = main_file(handle);
  if (file) file->report = self;
}

int hwp_pages_file_size(sqlite3 *handle, int64_t *out) {
  pages_file *self = main_file(handle);
  sqlite3_int64 size = 0;
  const int result = self ? self->below->pMethods->xFileSize(self->below, &size) : SQLITE_MISUSE;
  *out = size;
  return result;
}

int hwp_pages_sample(sqlite3 *handle, unsigned char *bytes, int *n) {
  int64_t size;
  int result = hwp_pages_file_size(handle, &size);
  if (result != SQLITE_OK) return result;
  if (*n > size) *n = (int)size;
  sqlite3_file *below = main_file(handle)->below;
  return *n > 0 ? below->pMethods->xRead(below, bytes, *n, 0) : SQLITE_OK;
}

hwp_page_state hwp_pages_verify(sqlite3 *handle, int64_t page) {
  pages_file *self = main_file(handle);
  if (!self) return HWP_PAGE_UNREADABLE;
  switch (self->below->pMethods->xRead(self->below, self->page, HWP_PAGE_SIZE,
                                       (page - 1) * HWP_PAGE_SIZE)) {
    case SQLITE_OK:
      return look(self->page, page);
    case SQLITE_IOERR_SHORT_READ:
      return HWP_PAGE_MISSING;
    default:
      return HWP_PAGE_UNREADABLE;
  }
}
