/* Forms.
 *
 * A field is a label, the control, a hint and what is wrong with it, joined by
 * aria-describedby, so that who does not see the page hears all of it. Whatever
 * was typed stays in the field when a form comes back with a mistake; passwords and
 * files do not. */
#include <string.h>

#include "web/page.h"

void hwp_form_begin(hwp_job *job, const char *action, bool has_files) {
  hwp_html *h = &job->html;
  hwp_open(h, "form", "method", "post", "action", action, "enctype",
           has_files ? "multipart/form-data" : NULL, NULL);
  if (job->who != NULL)
    hwp_void(h, "input", "type", "hidden", "name", "csrf", "value", job->who->csrf, NULL);
}

void hwp_form_end(hwp_job *job, const char *submit) {
  hwp_html *h = &job->html;
  if (submit != NULL) {
    hwp_open(h, "p", NULL);
    hwp_leaf(h, "button", submit, "type", "submit", NULL);
    hwp_close(h);
  }
  hwp_close(h);
}

void hwp_lookup_begin(hwp_job *job, const char *action) {
  hwp_open(&job->html, "form", "method", "get", "action", action, "class", "row", NULL);
}

static void write_choices(hwp_job *job, const hwp_field *field, const char *described) {
  hwp_html *h = &job->html;
  hwp_open(h, "select", "id", field->name, "name", field->name, "aria-describedby", described,
           "aria-invalid", field->error != NULL ? "true" : NULL, "required",
           field->is_required ? "" : NULL, NULL);
  for (int i = 0; i < field->n_choices; i++) {
    const char *choice = field->choices[i];
    const bool is_it = field->value != NULL && strcmp(field->value, choice) == 0;
    hwp_leaf(h, "option", field->labels != NULL ? field->labels[i] : choice, "value", choice,
             "selected", is_it ? "" : NULL, NULL);
  }
  hwp_close(h);
}

static void write_control(hwp_job *job, const hwp_field *field, const char *described) {
  hwp_html *h = &job->html;
  const char *type = field->type != NULL ? field->type : "text";
  const char *invalid = field->error != NULL ? "true" : NULL;
  const char *required = field->is_required ? "" : NULL;
  if (field->n_choices > 0) {
    write_choices(job, field, described);
  } else if (strcmp(type, "textarea") == 0) {
    hwp_leaf(h, "textarea", field->value, "id", field->name, "name", field->name, "rows", "5",
             "aria-describedby", described, "aria-invalid", invalid, "required", required, NULL);
  } else {
    const bool is_kept = strcmp(type, "password") != 0 && strcmp(type, "file") != 0;
    hwp_void(h, "input", "id", field->name, "name", field->name, "type", type, "value",
             is_kept ? field->value : NULL, "autocomplete", field->autocomplete, "aria-describedby",
             described, "aria-invalid", invalid, "required", required, NULL);
  }
}

void hwp_field_add(hwp_job *job, const hwp_field *field) {
  hwp_html *h = &job->html;
  const char *hint = hwp_format(job, "%s-hint", field->name);
  const char *wrong = hwp_format(job, "%s-wrong", field->name);
  const char *described = NULL;
  if (field->hint != NULL && field->error != NULL)
    described = hwp_format(job, "%s %s", wrong, hint);
  else if (field->hint != NULL)
    described = hint;
  else if (field->error != NULL)
    described = wrong;
  hwp_open(h, "div", "class", "field", NULL);
  hwp_open(h, "label", "for", field->name, NULL);
  hwp_text(h, field->label);
  if (field->is_required)
    hwp_leaf(h, "span", hwp_format(job, " (%s)", hwp_t(job, HW_T_WEB_REQUIRED)), "class", "hint",
             NULL);
  hwp_close(h);
  write_control(job, field, described);
  if (field->error != NULL)
    hwp_leaf(h, "div", field->error, "id", wrong, "class", "wrong", "role", "alert", NULL);
  if (field->hint != NULL) hwp_leaf(h, "div", field->hint, "id", hint, "class", "hint", NULL);
  hwp_close(h);
}
