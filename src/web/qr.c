/* QR codes, by libqrencode: the only file that knows the library.
 *
 * An authenticator takes its secret from a picture. The picture is a path in the page
 * itself, one rectangle for each run of dark modules: nothing is fetched, nothing is kept,
 * and a secret never stands in an address that something could log.
 *
 * Source: ISO/IEC 18004 (QR code): the quiet zone of four modules, error correction M. */
#include "web/qr.h"

#include <qrencode.h>
#include <string.h>

#include "base/check.h"
#include "base/secret.h"

static void add_row(hw_str *path, const unsigned char *row, int width, int y) {
  for (int x = 0; x < width;) {
    int n = 0;
    while (x + n < width && (row[x + n] & 1) != 0) n++; /* the lowest bit is the colour */
    if (n > 0)
      hw_str_append_format(path, "M%d %dh%dv1h-%dz", x + HWP_QR_QUIET, y + HWP_QR_QUIET, n, n);
    x += n > 0 ? n : 1;
  }
}

hw_status hwp_qr_path(const char *text, hw_str *path, int *size, hw_err *err) {
  const size_t n = strlen(text);
  *size = 0;
  if (n == 0 || n > HWP_QR_MOST)
    return hw_err_set(err, HW_E_VALUE, "a QR code holds 1 to %d bytes, not %zu", HWP_QR_MOST, n);
  QRcode *code = QRcode_encodeData((int)n, (const unsigned char *)text, 0, QR_ECLEVEL_M);
  if (code == NULL) return HW_NO_MEMORY(err, "a QR code");
  const size_t width = (size_t)code->width;
  for (size_t y = 0; y < width; y++) add_row(path, code->data + y * width, (int)width, (int)y);
  *size = (int)width + 2 * HWP_QR_QUIET;
  hw_secret_clear(code->data, width * width);
  QRcode_free(code);
  return hw_str_status(path) == HW_OK ? HW_OK : HW_NO_MEMORY(err, "a QR code");
}
