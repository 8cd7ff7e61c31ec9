/* What a record says, as a digest that does not depend on where it stands (record_content.c). */
#ifndef HW_APP_RECORD_CONTENT_H
#define HW_APP_RECORD_CONTENT_H

#include "base/digest.h"
#include "store/store.h"

/* BLAKE2b of kind and values, with codes in the place of references. A withdrawal does not count.
 * @param text  [out] hexadecimal. @return HW_OK; as hw_store_code */
HW_MUST_CHECK hw_status hwp_record_content(hw_store *store, const hw_record *record,
                                           char text[HW_DIGEST_TEXT_SIZE], hw_err *err);

/* Of a run that was imported and whose digest of the whole, which names rows, is not that of today. */
#define HWP_IMPORTED_DATA                                                                    \
  "it was imported, and the data are not those that it compared, or have other row numbers " \
  "than in the database that it comes from"

/* True if an audit entry is of an import: what it wrote may come from another database.
 * @return HW_OK; as hw_store_audit */
HW_MUST_CHECK hw_status hwp_entry_is_import(hw_store *store, int64_t entry, bool *out, hw_err *err);

#endif
