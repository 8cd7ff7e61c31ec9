/* Shared by the exporters of tables. */
#ifndef HW_APP_EXPORT_INT_H
#define HW_APP_EXPORT_INT_H

#include "app/export.h"

/** True if the kind has fields that hold names. */
bool hwp_kind_has_names(hw_kind_id kind);
/** True if a name is part of the key: without names nothing of the kind can be told apart. */
bool hwp_kind_is_named(hw_kind_id kind);

/** Writes a kind as CSV or JSON lines; permission was asked for. */
HW_MUST_CHECK hw_status hwp_export_kind(hw_app *app, hw_kind_id kind,
                                        const hw_export_options *options, FILE *out,
                                        int64_t *n_rows, hw_err *err);

/** Asks for the permission and records that names leave the database. */
HW_MUST_CHECK hw_status hwp_export_record(hw_app *app, const char *what, const char *reason,
                                          hw_err *err);

#endif
