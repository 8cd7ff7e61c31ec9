/* A QR code of a text, as a path of an SVG picture. */
#ifndef HW_WEB_QR_H
#define HW_WEB_QR_H

#include <stddef.h>

#include "base/str.h"

/* Modules of light around it that readers need. */
#define HWP_QR_QUIET 4
/* Longest text, in bytes: codes stay large enough for a telephone to read them from a screen. */
#define HWP_QR_MOST 300

/* Writes the dark modules as a path ("M4 4h7v1h-7z…") of a picture that is *size modules wide and
 * high, quiet zone included. Error correction M: a seventh may be unreadable.
 * @param path  appended to; holds the text as plainly as the picture does: clear it if it is secret
 * @return HW_OK; HW_E_VALUE if the text is empty or too long; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hwp_qr_path(const char *text, hw_str *path, int *size, hw_err *err);

#endif
