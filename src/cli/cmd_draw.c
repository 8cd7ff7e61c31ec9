/* homeward draw: the pedigree of a family or of a hypothesis, as SVG or PDF.
 *
 * What a case file says of a person is what the picture shows: the code, how many
 * markers of which kind are typed, whether the person is sought; the genotypes on
 * demand. A case file does not say who has died, so no symbol is struck through.
 *
 * The file appears under its name only when it is complete. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/str.h"
#include "cli/cli.h"
#include "homeward/casefile.h"
#include "homeward/drawing.h"

typedef struct draw_settings {
  const char *only, *family, *output, *language, *theme, *title;
  bool genotypes, no_legend;
} draw_settings;

static const cli_option options[] = {
    {"output", "FILE", CLI_TEXT, offsetof(draw_settings, output), 0, 0,
     "Where the picture goes; the name ends in .svg or .pdf, or is - for SVG on standard output.",
     'o', true},
    {"family", "NAME", CLI_TEXT, offsetof(draw_settings, family), 0, 0,
     "The family, or the hypothesis, to draw. Needed where the case has several.", 0, false},
    {"case", "ID", CLI_TEXT, offsetof(draw_settings, only), 0, 0,
     "The case of this id, where the file holds several.", 0, false},
    {"language", "CODE", CLI_TEXT, offsetof(draw_settings, language), 0, 0,
     "Language of the legend: en or vi (default en).", 0, false},
    {"theme", "NAME", CLI_TEXT, offsetof(draw_settings, theme), 0, 0,
     "Colours: light, dark, or print, which is grey (default light).", 0, false},
    {"title", "TEXT", CLI_TEXT, offsetof(draw_settings, title), 0, 0,
     "Title of the picture (default: the case and the family).", 0, false},
    {"genotypes", NULL, CLI_FLAG, offsetof(draw_settings, genotypes), 0, 0,
     "Write the genotypes under each typed person.", 0, false},
    {"no-legend", NULL, CLI_FLAG, offsetof(draw_settings, no_legend), 0, 0, "Leave the legend out.",
     0, false},
};

/* Bytes of names that a message lists. */
enum { MOST_NAMES = 120 };

/* What is drawn, whatever it was called. */
typedef struct subject {
  const char *case_id, *name;
  const hw_case *owner;
  const hw_pedigree *pedigree;
  int32_t n_profiles, n_missing;
  const hw_profile *profiles;
  const int32_t *profile_person, *missing;
} subject;

static subject subject_of_family(const hw_case *c, const hw_family *f) {
  return (subject){.case_id = c->id,
                   .name = f->name,
                   .owner = c,
                   .pedigree = &f->pedigree,
                   .n_profiles = f->n_profiles,
                   .n_missing = f->n_missing,
                   .profiles = f->profiles,
                   .profile_person = f->profile_person,
                   .missing = f->missing};
}

static subject subject_of_hypothesis(const hw_case *c, const hw_hypothesis *h) {
  return (subject){.case_id = c->id,
                   .name = h->name,
                   .owner = c,
                   .pedigree = &h->pedigree,
                   .n_profiles = c->n_profiles,
                   .profiles = c->profiles,
                   .profile_person = h->profile_person};
}

/* Counts what a case has under the wanted name, keeping the first; names are listed for a message. */
static int count_subjects(const hw_case *c, const char *name, subject *out, hw_str *names) {
  int n = 0;
  for (int32_t i = 0; i < c->n_families + c->n_hypotheses; i++) {
    const subject one = i < c->n_families
                            ? subject_of_family(c, &c->families[i])
                            : subject_of_hypothesis(c, &c->hypotheses[i - c->n_families]);
    if (names->length < MOST_NAMES) {
      if (names->length > 0) hw_str_append(names, ", ");
      hw_str_append(names, one.name);
      if (names->length >= MOST_NAMES) hw_str_append(names, " ...");
    }
    if (name != NULL && strcmp(name, one.name) != 0) continue;
    if (n++ == 0) *out = one;
  }
  return n;
}

static hw_status choose(const hw_case_list *list, const draw_settings *settings, subject *out,
                        hw_err *err) {
  int n_cases = 0, n = 0;
  hw_str names = HW_STR_INIT;
  for (int32_t i = 0; i < list->n_cases; i++) {
    if (settings->only != NULL && strcmp(settings->only, list->cases[i].id) != 0) continue;
    n_cases++;
    subject first = {0};
    const int found = count_subjects(&list->cases[i], settings->family, &first, &names);
    if (found > 0 && n == 0) *out = first;
    n += found;
  }
  hw_status status = HW_OK;
  if (n_cases == 0)
    status = hw_err_set(err, HW_E_REFERENCE, "there is no case '%s'",
                        settings->only != NULL ? settings->only : "");
  else if (n == 0)
    status = hw_err_set(err, HW_E_REFERENCE, "there is no family or hypothesis '%s'; there are %s",
                        settings->family != NULL ? settings->family : "", hw_str_text(&names));
  else if (n > 1 && n_cases > 1)
    status =
        hw_err_set(err, HW_E_USAGE, "the file holds %d cases: choose one with --case ID", n_cases);
  else if (n > 1)
    status = hw_err_set(err, HW_E_USAGE,
                        "there are %d families or hypotheses: choose one with --family NAME (%s)",
                        n, hw_str_text(&names));
  hw_str_clear(&names);
  return status;
}

/* ---- what is said of a person ---- */

static bool is_typed_at(const hw_observation *o) {
  return o->kind != HW_OBS_MISSING && (o->kind != HW_OBS_SET || o->n_seen > 0);
}

/* A marker whose alleles are bases. */
static bool is_snp(const hw_marker *marker) {
  for (hw_allele a = 0; a < marker->n_alleles; a++) {
    const char *name = marker->allele_names[a];
    if (a != marker->silent && (strlen(name) != 1 || strchr("ACGT", name[0]) == NULL)) return false;
  }
  return true;
}

/* "21 STR, 2 X-STR"; "" if nothing is typed. */
static void describe_kinds(const hw_case *c, const hw_profile *profile, hw_str *out) {
  int n_str = 0, n_x = 0, n_snp = 0;
  for (int32_t m = 0; m < profile->n_markers; m++) {
    if (!is_typed_at(&profile->observations[m])) continue;
    if (is_snp(&c->markers[m]))
      n_snp++;
    else if (hw_marker_is_x(&c->markers[m]))
      n_x++;
    else
      n_str++;
  }
  if (n_str > 0) hw_str_append_format(out, "%d STR", n_str);
  if (n_x > 0) hw_str_append_format(out, "%s%d X-STR", out->length > 0 ? ", " : "", n_x);
  if (n_snp > 0) hw_str_append_format(out, "%s%d SNP", out->length > 0 ? ", " : "", n_snp);
}

static void append_allele(hw_str *out, const hw_marker *marker, hw_allele allele) {
  hw_str_append(out, allele == HW_ALLELE_NONE ? "?" : marker->allele_names[allele]);
}

static void append_genotype(hw_str *out, const hw_marker *marker, const hw_observation *o) {
  hw_str_append_format(out, "%s ", marker->name);
  if (o->kind == HW_OBS_SET) {
    for (int32_t i = 0; i < o->n_seen; i++) {
      if (i > 0) hw_str_append(out, ",");
      append_allele(out, marker, o->seen[i]);
    }
    return;
  }
  append_allele(out, marker, o->a);
  if (o->kind == HW_OBS_SINGLE) return;
  hw_str_append(out, "/");
  append_allele(out, marker, o->b);
}

/* Moves a text into the arena. */
static hw_status keep(hw_arena *arena, hw_str *text, const char **out, hw_err *err) {
  hw_status status = hw_str_status(text);
  *out = status == HW_OK ? hw_arena_strdup(arena, hw_str_text(text)) : NULL;
  hw_str_clear(text);
  return *out != NULL ? HW_OK : HW_NO_MEMORY(err, "the labels of a pedigree");
}

static hw_status note_genotypes(hw_arena *arena, const subject *what, const hw_profile *profile,
                                hw_drawn_person *notes, hw_err *err) {
  const char **lines = hw_arena_alloc_array(arena, (size_t)profile->n_markers + 1, sizeof *lines);
  if (lines == NULL) return HW_NO_MEMORY(err, "the labels of a pedigree");
  for (int32_t m = 0; m < profile->n_markers; m++) {
    if (!is_typed_at(&profile->observations[m])) continue;
    hw_str text = HW_STR_INIT;
    append_genotype(&text, &what->owner->markers[m], &profile->observations[m]);
    HW_TRY(keep(arena, &text, &lines[notes->n_genotypes++], err));
  }
  notes->genotypes = lines;
  return HW_OK;
}

static hw_status note_persons(hw_arena *arena, const subject *what, bool genotypes,
                              hw_drawn_person *notes, hw_err *err) {
  for (int32_t i = 0; i < what->pedigree->n_persons; i++)
    notes[i].lines[0] = what->pedigree->persons[i].id;
  for (int32_t i = 0; i < what->n_missing; i++) notes[what->missing[i]].is_sought = true;
  for (int32_t i = 0; i < what->n_profiles; i++) {
    const int32_t person = what->profile_person[i];
    if (person == HW_PERSON_NONE) continue;
    hw_str text = HW_STR_INIT;
    describe_kinds(what->owner, &what->profiles[i], &text);
    if (text.length > 0) notes[person].is_typed = true;
    HW_TRY(keep(arena, &text, &notes[person].lines[1], err));
    if (genotypes) HW_TRY(note_genotypes(arena, what, &what->profiles[i], &notes[person], err));
  }
  return HW_OK;
}

/* ---- the file ---- */

/* "case: family", or what the user wants. */
static hw_status make_title(hw_arena *arena, const subject *what, const draw_settings *settings,
                            const char **out, hw_err *err) {
  hw_str text = HW_STR_INIT;
  if (settings->title != NULL)
    hw_str_append(&text, settings->title);
  else
    hw_str_append_format(&text, "%s: %s", what->case_id, what->name);
  return keep(arena, &text, out, err);
}

static hw_status make_picture(hw_arena *arena, const subject *what, const draw_settings *settings,
                              hw_canvas_form form, char **bytes, size_t *n_bytes, hw_err *err) {
  hw_drawn_person *notes =
      hw_arena_alloc_array(arena, (size_t)what->pedigree->n_persons + 1, sizeof *notes);
  if (notes == NULL) return HW_NO_MEMORY(err, "the labels of a pedigree");
  const char *title = NULL;
  hw_fonts *fonts = NULL;
  HW_TRY(note_persons(arena, what, settings->genotypes, notes, err));
  HW_TRY(make_title(arena, what, settings, &title, err));
  HW_TRY(hw_fonts_new(&fonts, err));
  const hw_pedigree_picture picture = {.pedigree = what->pedigree,
                                       .persons = notes,
                                       .words = hw_pedigree_words_of(settings->language),
                                       .title = title,
                                       .has_legend = !settings->no_legend};
  const hw_canvas_options about = {.theme = strcmp(settings->theme, "dark") == 0 ? HW_THEME_DARK
                                            : strcmp(settings->theme, "print") == 0
                                                ? HW_THEME_PRINT
                                                : HW_THEME_LIGHT,
                                   .title = title,
                                   .language = settings->language};
  const hw_status status =
      hw_pedigree_draw_file(&picture, form, fonts, &about, bytes, n_bytes, err);
  hw_fonts_delete(fonts);
  return status;
}

static hw_status write_file(const char *path, const char *bytes, size_t n_bytes, hw_err *err) {
  cli_file file = {0};
  hw_status status = cli_file_open(&file, path, err);
  if (status == HW_OK) {
    (void)fwrite(bytes, 1, n_bytes, file.stream); /* a failure is told by cli_file_commit */
    status = cli_file_commit(&file, err);
  }
  cli_file_clear(&file);
  return status;
}

static hw_status draw(const hw_case_list *list, const char *path, const draw_settings *settings,
                      hw_canvas_form form, hw_err *err) {
  subject chosen = {0};
  char *bytes = NULL;
  size_t n_bytes = 0;
  hw_status status = choose(list, settings, &chosen, err);
  if (status != HW_OK) {
    hw_err_place(err, path, 0, 0);
    return status;
  }
  hw_arena arena;
  hw_arena_init(&arena, 0);
  status = make_picture(&arena, &chosen, settings, form, &bytes, &n_bytes, err);
  if (status == HW_OK) status = write_file(settings->output, bytes, n_bytes, err);
  free(bytes);
  hw_arena_clear(&arena);
  return status;
}

static bool ends_in(const char *text, const char *end) {
  const size_t n = strlen(text), m = strlen(end);
  return n > m && strcmp(text + n - m, end) == 0;
}

static bool is_one_of(const char *word, const char *const *words, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (strcmp(word, words[i]) == 0) return true;
  return false;
}

static int check_settings(const draw_settings *settings) {
  static const char *const languages[] = {"en", "vi"}, *const themes[] = {"light", "dark", "print"};
  if (strcmp(settings->output, "-") != 0 && !ends_in(settings->output, ".svg") &&
      !ends_in(settings->output, ".pdf"))
    return cli_usage(&cli_command_draw,
                     "--output %s: pictures are SVG or PDF: let the name end in .svg or .pdf",
                     settings->output);
  if (!is_one_of(settings->language, languages, CLI_COUNT_OF(languages)))
    return cli_usage(&cli_command_draw, "--language %s: there are en and vi", settings->language);
  if (!is_one_of(settings->theme, themes, CLI_COUNT_OF(themes)))
    return cli_usage(&cli_command_draw, "--theme %s: there are light, dark and print",
                     settings->theme);
  return -1;
}

static int run(int argc, char **argv) {
  draw_settings settings = {.language = "en", .theme = "light"};
  char **operands = NULL;
  int n = 0;
  int status = cli_parse(&cli_command_draw, argc, argv, &settings, &operands, &n);
  if (status < 0) status = check_settings(&settings);
  if (status >= 0) return status;
  hw_case_source source;
  status = cli_read_cases(operands[0], false, &source);
  if (status >= 0) return status;
  hw_err err = HW_ERR_INIT;
  const hw_canvas_form form = ends_in(settings.output, ".pdf") ? HW_CANVAS_PDF : HW_CANVAS_SVG;
  hw_status done = draw(&source.list, operands[0], &settings, form, &err);
  /* A Familias file may hold hypotheses beside its families. */
  if (done == HW_E_REFERENCE && source.fam != NULL && source.fam->dvi != NULL &&
      source.fam->kinship != NULL)
    done = draw(&(hw_case_list){.n_cases = 1, .cases = source.fam->kinship}, operands[0], &settings,
                form, &err);
  status = done == HW_OK ? CLI_FINE : cli_error(&err);
  hw_case_source_clear(&source);
  return status;
}

const cli_command cli_command_draw = {
    .name = "draw",
    .operands = "FILE",
    .n_operands_least = 1,
    .n_operands_most = 1,
    .brief = "a pedigree as a picture, SVG or PDF",
    .description =
        "Draws a family or a hypothesis of a homeward-case/1 file, or of a Familias .fam file, "
        "after the standard of the National Society of Genetic Counselors: squares are men, "
        "circles women, diamonds persons of unknown sex; a double line joins mates who are "
        "related; lines of twins meet, with a bar where they are identical.\n"
        "\n"
        "The missing person is hatched and bears the letter M; a typed relative is dotted and "
        "bears T (in Vietnamese X), with the number of markers typed below the code. A parent "
        "whom nobody knows is a dashed symbol with a question mark. A person whose mate belongs "
        "to another generation is drawn twice, the second time dashed.\n"
        "\n"
        "The same input gives the same bytes. Text is laid out by the widths of DejaVu Sans "
        "(package fonts-dejavu-core), which PDF embeds.\n",
    .examples = "  homeward draw case.json --family F001 -o F001.svg\n"
                "  homeward draw case.json --family F001 --language vi --genotypes -o F001.pdf\n"
                "  homeward draw paternity.json --family father --theme print -o father.pdf\n",
    .options = options,
    .n_options = CLI_COUNT_OF(options),
    .run = run,
};
