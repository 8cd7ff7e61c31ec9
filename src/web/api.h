/** @file
 * The JSON API under /api/v1: its operations, and the schemas of what comes in and goes out.
 *
 * A schema lists the members of an object with where each stands in a C struct. Answers are written,
 * bodies are read, and the description (/api/v1/openapi.json) is made by walking the same schema, so
 * that none of them can say something else than the others. api_routes.def lists the operations;
 * each file api_NAME.c has the handlers and schemas of one part.
 *
 * Example:
 * @code
 *   typedef struct pair { const char *sample; double log10_lr; } pair;
 *   static const hwp_api_member members[] = {
 *       HWP_API_M(pair, sample, "sample", TEXT, 0, "code of the remains"),
 *       HWP_API_M(pair, log10_lr, "log10_lr", REAL, HWP_API_OR_NULL, "log10 of the ratio")};
 *   const hwp_api_schema hwp_api_pair = HWP_API_SCHEMA("pair", pair, members, "Who fits whom.");
 *   …
 *   return hwp_api_send(job, &hwp_api_pair, &(pair){"S1", 6.2}, err);
 * @endcode
 */
#ifndef HW_WEB_API_H
#define HW_WEB_API_H

#include "app/look.h"
#include "web/job.h"

/* --- schemas --- */

typedef enum hwp_api_type {
  HWP_API_TEXT,   /**< const char * */
  HWP_API_INT,    /**< int64_t */
  HWP_API_COUNT,  /**< int */
  HWP_API_REAL,   /**< double: 17 digits, "inf", "-inf", "undefined" */
  HWP_API_YES,    /**< bool */
  HWP_API_TEXTS,  /**< const char *const *, with their number */
  HWP_API_OBJECT, /**< a struct of `of` inside this one */
  HWP_API_MAYBE,  /**< const void *: a struct of `of`; NULL = null */
  HWP_API_LIST,   /**< const void *: several of `of`, with their number */
  HWP_API_JSON    /**< const char *: JSON that is stored as text; what is none is null */
} hwp_api_type;

enum {
  HWP_API_OR_NULL = 1, /**< may be null: an empty text, a negative number, a real that is NaN */
  HWP_API_MUST = 2,    /**< bodies: must be said. (Answers have all their members.) */
  HWP_API_RAW = 4,     /**< bodies: the text of a file, taken as it is */
  HWP_API_SECRET = 8   /**< bodies: a password; the description says so */
};

typedef struct hwp_api_schema hwp_api_schema;

typedef struct hwp_api_member {
  const char *name;
  hwp_api_type type;
  unsigned flags;
  size_t offset, count_offset;
  int most;                 /**< LIST, TEXTS of a body: elements; 0 = no bound of its own */
  const char *words;        /**< TEXT: "a|b|c", one of these; NULL = any */
  const hwp_api_schema *of; /**< OBJECT, MAYBE, LIST */
  const char *sentence;
} hwp_api_member;

struct hwp_api_schema {
  const char *name;     /**< in the description; unique */
  const char *sentence; /**< what it is */
  size_t size;          /**< of the struct */
  int n;
  const hwp_api_member *members; /**< NULL = an hwp_api_map */
};

/** Values under names that data decide: fields of a record, words with their counts. */
typedef struct hwp_api_item {
  const char *name;
  bool is_yes; /**< value.i is yes or no */
  hw_value value;
} hwp_api_item;
typedef struct hwp_api_map {
  int n;
  const hwp_api_item *items;
} hwp_api_map;

/* Where a member of a struct stands; does not compile if it is of another type. */
#define HWP_API_AT(type, s, m) (offsetof(s, m) + 0 * sizeof((type *)0 == &((s *)0)->m))
#define HWP_API_C_TEXT const char *
#define HWP_API_C_INT int64_t
#define HWP_API_C_COUNT int
#define HWP_API_C_REAL double
#define HWP_API_C_YES bool
#define HWP_API_C_JSON const char *

/** A member of a simple type: TEXT, INT, COUNT, REAL, YES, JSON. */
#define HWP_API_M(s, m, name, type, flags, sentence) \
  { name, HWP_API_##type, flags, HWP_API_AT(HWP_API_C_##type, s, m), 0, 0, NULL, NULL, sentence }
/** Where a page of a list goes on. */
#define HWP_API_NEXT(s)                            \
  HWP_API_M(s, next, "next", INT, HWP_API_OR_NULL, \
            "`from` of the next page; null = this is the last")
/** A text that is one of some words. */
#define HWP_API_W(s, m, name, flags, words, sentence) \
  { name, HWP_API_TEXT, flags, HWP_API_AT(const char *, s, m), 0, 0, words, NULL, sentence }
/** Texts. @param count  member of type int */
#define HWP_API_T(s, m, count, name, sentence)                                                   \
  {                                                                                              \
    name, HWP_API_TEXTS, 0, HWP_API_AT(const char *const *, s, m), HWP_API_AT(int, s, count), 0, \
        NULL, NULL, sentence                                                                     \
  }
/** An object inside, one behind a pointer, and several behind one. The pointers are not checked. */
#define HWP_API_O(s, m, name, schema, sentence) \
  { name, HWP_API_OBJECT, 0, offsetof(s, m), 0, 0, NULL, schema, sentence }
#define HWP_API_P(s, m, name, schema, sentence) \
  { name, HWP_API_MAYBE, HWP_API_OR_NULL, offsetof(s, m), 0, 0, NULL, schema, sentence }
#define HWP_API_L(s, m, count, name, schema, sentence) \
  { name, HWP_API_LIST, 0, offsetof(s, m), HWP_API_AT(int, s, count), 0, NULL, schema, sentence }

#define HWP_API_SCHEMA(name, s, members, sentence) \
  { name, sentence, sizeof(s), (int)(sizeof(members) / sizeof *(members)), members }
#define HWP_API_MAP_SCHEMA(name, sentence) \
  { name, sentence, sizeof(hwp_api_map), 0, NULL }

/** What is wrong, as every refusal tells it: {"error": {"status": 403, "message": "…"}}. */
typedef struct hwp_api_told {
  int status;
  const char *message;
} hwp_api_told;
extern const hwp_api_schema hwp_schema_told;

/* --- operations --- */

/** A field of the query. */
typedef struct hwp_api_query {
  const char *name;
  const char *words; /**< one of these; NULL = any */
  int64_t low, high; /**< high > 0: a whole number from low to high */
  const char *sentence;
} hwp_api_query;

/** What an operation gets besides the job: its body, read; NULL = none. */
typedef hw_status hwp_api_handler(hwp_job *job, const void *body, hw_err *err);

/** An operation. Its route (method, path, permissions, summary) is the one of the same number in
 * hwp_routes_api. */
typedef struct hwp_api_operation {
  const char *id; /**< name of the operation; unique */
  hwp_api_handler *run;
  const char *parts;             /**< names of the open parts of the path: "kind code"; "" = none */
  const hwp_api_query *queries;  /**< ended by a name NULL; NULL = none */
  const hwp_api_schema *body;    /**< NULL = none */
  size_t most_body;              /**< bytes of it */
  const hwp_api_schema *answer;  /**< NULL = a document that is described elsewhere */
  const hwp_api_schema *refusal; /**< what 422 can be instead of an error; NULL = nothing */
  bool has_files;                /**< the answer may be a PDF or HTML instead */
} hwp_api_operation;

extern const hwp_routes hwp_routes_api;
extern const hwp_api_operation hwp_api_operations[];

/** Bytes of a body, but of one with files. */
#define HWP_API_MOST_BODY ((size_t)64 << 10)
/** Bytes of a body with files: what the page takes, in base64. */
#define HWP_API_MOST_FILES ((size_t)12 << 20)
/** Rows of one page. */
enum { HWP_API_ROWS = 50, HWP_API_MOST_ROWS = 500 };

/** What runs for every route of the API: checks query and body, then calls the operation. */
hwp_handler hwp_api_run;
/** Answers with an object. */
HW_MUST_CHECK hw_status hwp_api_send(hwp_job *job, const hwp_api_schema *schema, const void *value,
                                     hw_err *err);
/** Appends it. */
HW_MUST_CHECK hw_status hwp_api_write(const hwp_api_schema *schema, const void *value, hw_str *out,
                                      hw_err *err);
/** Reads a body into a zeroed struct; texts are of the arena.
 * @param is_json  [out] false: it is not even JSON
 * @return HW_OK; HW_E_SYNTAX, HW_E_DUPLICATE, HW_E_UNKNOWN_KEY, HW_E_VALUE; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hwp_api_read(hw_arena *arena, const char *bytes, size_t n,
                                     const hwp_api_schema *schema, void *out, bool *is_json,
                                     hw_err *err);
/** True if a text is one of "a|b|c". */
bool hwp_api_has_word(const char *words, const char *text);
/** The description, as OpenAPI 3.1. @param cookie  name of the session's cookie */
HW_MUST_CHECK hw_status hwp_api_describe(const char *cookie, hw_str *out, hw_err *err);

/* --- what handlers share --- */

/** First record and most rows of the page that the query asks for. */
int64_t hwp_api_from(const hwp_job *job);
int hwp_api_limit(const hwp_job *job);
/** A copy of a code; "" for id 0. */
HW_MUST_CHECK hw_status hwp_api_code(hwp_job *job, hw_kind_id kind, int64_t id, const char **out,
                                     hw_err *err);

/** The two fields of the query that every list has. */
#define HWP_API_QUERY_FROM \
  { "from", NULL, 0, INT64_MAX, "number of the first record: `next` of the page before" }
#define HWP_API_QUERY_LIMIT \
  { "limit", NULL, 1, HWP_API_MOST_ROWS, "most records of the page; 50 if it is not said" }

/** Handlers and schemas of the parts: api_routes.def names them. */
#define HWP_API_ROUTE(name, method, pattern, may, flags, parts, queries, body, most, answer, \
                      refusal, has_files, summary)                                           \
  hwp_api_handler hwp_api_##name;
#include "web/api_routes.def"
#undef HWP_API_ROUTE

extern const hwp_api_query hwp_queries_page[], hwp_queries_find[], hwp_queries_record[],
    hwp_queries_identifications[], hwp_queries_identification[], hwp_queries_report[];
extern const hwp_api_schema hwp_schema_login_token, hwp_schema_login_request, hwp_schema_login,
    hwp_schema_empty, hwp_schema_logout, hwp_schema_whoami, hwp_schema_status, hwp_schema_found,
    hwp_schema_kinds, hwp_schema_records, hwp_schema_record_page, hwp_schema_identifications,
    hwp_schema_proposal, hwp_schema_proposed, hwp_schema_identification, hwp_schema_step,
    hwp_schema_stepped, hwp_schema_runs, hwp_schema_run, hwp_schema_comparisons, hwp_schema_reports,
    hwp_schema_report, hwp_schema_handovers, hwp_schema_handover, hwp_schema_audit,
    hwp_schema_import_request, hwp_schema_import, hwp_schema_import_refusal, hwp_schema_tasks,
    hwp_schema_task, hwp_schema_task_request;
/** Used by several. */
extern const hwp_api_schema hwp_schema_map;

#endif
