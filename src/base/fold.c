/* scratch. */
#include "base/fold.h"
hw_status hw_fold_nfc(const char *t, hw_str *o, hw_err *e){(void)e;hw_str_append(o,t);return HW_OK;}
hw_status hw_fold_key(const char *t, hw_str *o, hw_err *e){(void)e;hw_str_append(o,t);return HW_OK;}
hw_status hw_fold_exact(const char *t, hw_str *o, hw_err *e){(void)e;hw_str_append(o,t);return HW_OK;}
