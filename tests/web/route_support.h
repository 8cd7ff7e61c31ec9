/** @file
 * The table of routes as tests walk it: every route, with the parameters that a database gives it.
 *
 * A route that is added later is walked too, without a line here.
 */
#ifndef HW_TESTS_WEB_ROUTE_SUPPORT_H
#define HW_TESTS_WEB_ROUTE_SUPPORT_H

#include "web/page_support.h"
#include "web/routes.h"

/** Told each target of a route. */
typedef void route_visit(void *context, const hwp_route *route, const char *target);

/** Visits every route of a method; each open part of its pattern becomes in turn what the database
 * has: codes of the kind that the part before it names, all kinds for "/records/" "*", each record
 * of every kind for "/records/" "*" "/" "*", and codes of any kind where the pattern names none.
 * @param app   sees everything; at most @p most records of a kind are taken
 * @return number of targets */
int route_each(hw_app *app, const char *method, int most, route_visit *visit, void *context);

/** The same, each open part being this text, percent-encoded by the caller. */
int route_each_with(const char *method, const char *part, route_visit *visit, void *context);

/** Sends what a form of this route would: the token in the field, or in the header of an API.
 * @param token  NULL = none. @param fields  of the form, without the token; "" = none */
int route_post(web_browser *self, const hwp_route *route, const char *target, const char *token,
               const char *fields);

/** Everything of the last response that a reader can see: body, first events of a stream, headers.
 * @param out  cleared and filled */
void route_bytes(web_browser *self, hw_str *out);

/** Adds one record of each kind, which refer to each other, whose texts are this one: all of them, or
 * those that only who may read names sees. Codes then begin with a word of their own.
 * @param app  as tester. @return number of fields that were filled */
int route_fill(hw_app *app, const char *text, bool names_only);

#endif
