/* Pages of boxes of remains: the picture, the inventory, persons with what speaks for and against
 * each join, to whom what is shown, and what hostile and empty boxes become. Synthetic. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/accession.h"
#include "app/reassociate.h"
#include "support/assert.h"
#include "web/page_support.h"

static hw_app app, hostile_app;
static hw_web *web, *hostile_web;

/* A box of two men: a pair of femurs and a tibia each; in between a button, a rib of a side nobody
 * noted, and three left humeri of nobody. */
static void add_box(hw_app *to) {
  decide_import(to, "sites", "code,name\nHILL,Hill\n");
  decide_import(to, "accessions",
                "code,site,how,received_on,received_from\n"
                "GRAVE,HILL,excavated,2019-05-04," PAGE_NAME "\nVOID,HILL,,,\n");
  decide_import(to, "specimens",
                "code,accession,element,side,portion,sex,age_from,age_to\n"
                "G1,GRAVE,femur,left,,male,20,30\nG2,GRAVE,femur,right,,male,20,30\n"
                "G3,GRAVE,tibia,left,proximal half,,,\nG4,GRAVE,femur,left,,female,50,60\n"
                "G5,GRAVE,femur,right,,,,\nG6,GRAVE,button,unknown,,,,\n"
                "G7,GRAVE,rib,unknown,,,,\nG8,GRAVE,humerus,left,,,,\nG9,GRAVE,humerus,left,,,,\n"
                "G10,GRAVE,humerus,left,,,,\n");
  decide_import(to, "samples", "code,investigation,specimen\nGS1,main,G1\nGS4,main,G4\n");
  decide_import(to, "individuals",
                "code,investigation,state,probability\nIND-1,main,proposed,0.97\n"
                "IND-2,main,confirmed,0.9\nIND-3,main,dissolved,0.5\n");
  decide_import(to, "individual_members",
                "individual,item_kind,item,probability\nIND-1,specimen,G1,0.99\n"
                "IND-1,specimen,G2,0.98\nIND-1,specimen,G3,0.9\nIND-2,specimen,G4,\n"
                "IND-2,specimen,G5,0.6\nIND-3,specimen,G8,\nIND-3,specimen,G9,\n"
                "IND-1,specimen,G5,0.1\n");
  decide_import(to, "contradictions",
                "code,kind,individual,specimen,text,state\n"
                "CON-1,sex,IND-1,G1,two sexes in one person,open\n");
  decide_import(to, "custody_events",
                "item_kind,item,number,at,action,to_holder,place\n"
                "accession,GRAVE,1,2019-05-04T08:00:00Z,received,Institute,Store 7\n");
}

static int begin(void **state) {
  if (decide_tests_begin(state) != 0) return -1;
  page_case(&app, &web);
  add_box(&app);
  page_hostile(&hostile_app, &hostile_web);
  return 0;
}

static int end(void **state) {
  hw_web_delete(web);
  hw_web_delete(hostile_web);
  hw_app_close(&app);
  hw_app_close(&hostile_app);
  return decide_tests_end(state);
}

static void lacks(const char *text, const char *what) {
  if (strstr(text, what) != NULL) fail_msg("the page tells '%s'", what);
}

static int count(const char *text, const char *what) {
  int n = 0;
  for (const char *at = strstr(text, what); at != NULL; at = strstr(at + 1, what)) n++;
  return n;
}

/* --- the use case --- */

static void a_bone_belongs_to_the_confirmed_person_and_to_no_dissolved_one(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_arena arena;
  hw_accession box;
  hw_arena_init(&arena, 0);
  hw_assert_ok(hw_accession_read(&app, "GRAVE", &arena, &box, &err), &err);
  assert_int_equal(box.n_bones, 10);
  assert_int_equal(box.n_persons, 2);
  assert_string_equal(hw_record_text(&box.persons[0].record, HW_FIELD_INDIVIDUAL_CODE), "IND-2");
  assert_int_equal(box.persons[0].n_here, 2);
  assert_int_equal(box.persons[1].n_here, 3);
  assert_int_equal(box.bones[4].person, 0); /* G5: the confirmed one goes before the proposed one */
  assert_int_equal(box.bones[7].person, -1);
  assert_int_equal(box.least, 3); /* three left humeri */
  assert_int_equal(box.least_by_pairs, 3);
  assert_int_equal(box.n_unplaced, 1);
  assert_int_equal(hw_accession_read(&app, "NONE", &arena, &box, &err), HW_E_REFERENCE);
  hw_arena_clear(&arena);
}

static const hw_accession_join *join_of(const hw_accession_joins *joins, int32_t bone) {
  for (int32_t i = 0; i < joins->n; i++)
    if (joins->joins[i].bone == bone) return &joins->joins[i];
  fail_msg("bone %d is in no join", (int)bone);
  return NULL;
}

/* What a bone weighs is the difference of its group with it and without it, and its parts add up. */
static void joins_weigh_what_a_re_association_weighs(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_arena arena;
  hw_accession box;
  const hw_accession_joins *joins = NULL;
  hw_stored_specimens stored;
  hw_reassociate *run = NULL;
  hw_reassociate_factors pair;
  hw_arena_init(&arena, 0);
  hw_assert_ok(hw_accession_read(&app, "GRAVE", &arena, &box, &err), &err);
  hw_assert_ok(hw_accession_weigh(&app, &box, &arena, &joins, &err), &err);
  const hw_stored_specimens_options what = {.accession = "GRAVE"};
  hw_assert_ok(hw_stored_specimens_load(&app, &what, &stored, &err), &err);
  hw_assert_ok(hw_reassociate_new(&stored.problem, NULL, &run, &err), &err);
  /* IND-2 has two bones: each weighs what both weigh together. */
  assert_int_equal(joins[0].n, 2);
  hw_assert_ok(hw_reassociate_group_factors(run, (const int32_t[]){3, 4}, 2, &pair, &err), &err);
  for (int32_t i = 0; i < 2; i++) {
    const hw_accession_join *one = &joins[0].joins[i];
    hw_assert_close(one->total, pair.total / 2.30258509299404568, 1e-12, 1e-12);
    hw_assert_close(one->total, joins[0].log10_all, 1e-12, 1e-12);
    hw_assert_close(
        one->total,
        one->dna + one->bones + one->sex + one->age + one->measurements + one->provenience, 1e-12,
        1e-12);
  }
  /* G1 is male as G2 is. */
  assert_int_equal(joins[1].n, 3);
  assert_true(join_of(&joins[1], 0)->sex > 0);
  assert_true(join_of(&joins[1], 2)->sex == 0);
  hw_reassociate_delete(run);
  hw_stored_specimens_clear(&stored);
  hw_arena_clear(&arena);
}

/* --- pages --- */

static void the_page_shows_bones_persons_joins_and_custody(void **state) {
  (void)state;
  web_browser b = page_browser(web, "tester");
  const char *text = page_get(&b, "/accessions/GRAVE");
  hw_assert_contains(text, "<title>G1: left femur; G4: left femur</title>");
  hw_assert_contains(text, "<title>G3: left tibia, proximal half</title>");
  hw_assert_contains(text, "humerus left: at least 3 persons");
  hw_assert_contains(text, "1 bone is not in the picture because the side is not recorded.");
  hw_assert_contains(text, "1 bone is not in the picture because the element is not in the table");
  hw_assert_contains(text, "/records/individual/IND-1");
  hw_assert_contains(text, "/records/individual/IND-2");
  lacks(text, "IND-3");
  hw_assert_contains(text, "97.0");
  hw_assert_contains(text, "speaks for it");
  hw_assert_contains(text, "two sexes in one person");
  hw_assert_contains(text, "/remains/GS1");
  hw_assert_contains(text, "Store 7");
  hw_assert_contains(text, "href=\"/runs/new\"");
  hw_assert_contains(text, "homeward reassociate -c CASE --accession &#39;GRAVE&#39; --apply");
  hw_assert_contains(text, "/sites/HILL");
  /* All bones once, and a small picture for each person. */
  assert_int_equal(count(text, "<svg"), 1 + 2 + 1);
  page_keep(&b, "accession");
  web_browser_clear(&b);
}

static void the_page_speaks_vietnamese(void **state) {
  (void)state;
  web_browser b = page_browser(web, "tester");
  web_set_cookie(&b, "homeward-language", "vi");
  const char *text = page_get(&b, "/accessions/GRAVE");
  hw_assert_contains(text, "Hộp hài cốt GRAVE");
  hw_assert_contains(text, "<title>G1: xương đùi trái; G4: xương đùi trái</title>");
  hw_assert_contains(text, "Bảng kê xương");
  hw_assert_contains(text, "ít nhất 3 người");
  hw_assert_contains(text, "điều ủng hộ");
  page_keep(&b, "accession-vi");
  web_browser_clear(&b);
}

static void names_and_forms_are_for_who_may(void **state) {
  (void)state;
  web_browser b = page_browser(web, "plain");
  const char *text = page_get(&b, "/accessions/GRAVE");
  lacks(text, PAGE_NAME);
  lacks(text, "href=\"/runs/new\"");
  web_browser_clear(&b);
  b = page_browser(web, "reader");
  hw_assert_contains(page_get(&b, "/accessions/GRAVE"), PAGE_NAME);
  web_browser_clear(&b);
}

static void links_to_boxes_lead_here(void **state) {
  (void)state;
  web_browser b = page_browser(web, "tester");
  hw_assert_contains(page_get(&b, "/remains/GS1"), "href=\"/accessions/GRAVE\"");
  hw_assert_contains(page_get(&b, "/records/accession"), "href=\"/accessions/VOID\"");
  web_browser_clear(&b);
}

static void an_empty_box_says_what_to_do(void **state) {
  (void)state;
  web_browser b = page_browser(web, "tester");
  const char *text = page_get(&b, "/accessions/VOID");
  hw_assert_contains(text, "No bone of this accession is recorded yet.");
  hw_assert_contains(text, "href=\"/import\"");
  assert_int_equal(count(text, "<svg"), 0);
  hw_assert_contains(page_get(&b, "/accessions/BOX"),
                     "No persons are proposed for these bones yet.");
  assert_int_equal(web_get(&b, "/accessions/NONE"), 404);
  web_browser_clear(&b);
}

static void a_large_database_weighs_only_if_asked(void **state) {
  (void)state;
  hw_str table = HW_STR_INIT;
  hw_str_append(&table, "code,investigation\n");
  for (int i = 0; i < 620; i++) hw_str_append_format(&table, "MANY-%d,main\n", i);
  decide_import(&app, "samples", hw_str_text(&table));
  hw_str_clear(&table);
  web_browser b = page_browser(web, "plain");
  const char *text = page_get(&b, "/accessions/GRAVE");
  lacks(text, "speaks for it");
  hw_assert_contains(text, "href=\"/accessions/GRAVE?weigh=1\"");
  hw_assert_contains(page_get(&b, "/accessions/GRAVE?weigh=1"), "speaks for it");
  web_browser_clear(&b);
}

static void a_box_of_another_investigation_is_refused(void **state) {
  (void)state;
  decide_import(&app, "investigations", "code\nnorth\n");
  decide_import(&app, "actors", "code,login,permissions\nguest,guest,write names\n");
  decide_import(&app, "accesses", "actor,investigation\nguest,north\n");
  page_password(&app, "guest");
  web_browser b = page_browser(web, "guest");
  assert_int_equal(web_get(&b, "/accessions/GRAVE"), 403);
  lacks(web_body(&b), "G1");
  web_browser_clear(&b);
}

static void hostile_boxes_stay_text(void **state) {
  (void)state;
  web_browser b = page_browser(hostile_web, "tester");
  const char *text = page_get(&b, "/accessions/B%22%3E%3Cscript%3Ex%3C%2Fscript%3E%27%26");
  lacks(text, "<script>x");
  hw_assert_contains(text, "&lt;script&gt;x");
  web_browser_clear(&b);
}

static void a_box_of_a_whole_grave_stays_light(void **state) {
  (void)state;
  const hw_element *elements = NULL;
  const int32_t n = hw_elements(&elements);
  hw_str bones = HW_STR_INIT, persons = HW_STR_INIT, members = HW_STR_INIT;
  decide_import(&app, "accessions", "code\nPIT\n");
  hw_str_append(&bones, "code,accession,element,side\n");
  hw_str_append(&persons, "code,investigation,state\n");
  hw_str_append(&members, "individual,item_kind,item\n");
  for (int p = 0; p < 10; p++) {
    hw_str_append_format(&persons, "PIT-%d,main,proposed\n", p);
    for (int32_t e = 0; e < n; e++)
      for (int side = 0; side < (elements[e].per_side > 0 ? 2 : 1); side++) {
        hw_str_append_format(&bones, "P%d-%d-%d,PIT,%s,%s\n", p, (int)e, side, elements[e].name,
                             elements[e].per_side == 0 ? "midline"
                             : side == 0               ? "left"
                                                       : "right");
        hw_str_append_format(&members, "PIT-%d,specimen,P%d-%d-%d\n", p, p, (int)e, side);
      }
  }
  decide_import(&app, "specimens", hw_str_text(&bones));
  decide_import(&app, "individuals", hw_str_text(&persons));
  decide_import(&app, "individual_members", hw_str_text(&members));
  web_browser b = page_browser(web, "tester");
  assert_int_equal(web_get(&b, "/accessions/PIT"), 200);
  page_keep(&b, "pit");
  const char *text = page_get(&b, "/accessions/PIT");
  hw_assert_contains(text, "Only the first 600 bones are shown and counted.");
  web_browser_clear(&b);
  hw_str_clear(&bones);
  hw_str_clear(&persons);
  hw_str_clear(&members);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_bone_belongs_to_the_confirmed_person_and_to_no_dissolved_one),
      cmocka_unit_test(joins_weigh_what_a_re_association_weighs),
      cmocka_unit_test(the_page_shows_bones_persons_joins_and_custody),
      cmocka_unit_test(the_page_speaks_vietnamese),
      cmocka_unit_test(names_and_forms_are_for_who_may),
      cmocka_unit_test(links_to_boxes_lead_here),
      cmocka_unit_test(an_empty_box_says_what_to_do),
      cmocka_unit_test(a_large_database_weighs_only_if_asked),
      cmocka_unit_test(a_box_of_another_investigation_is_refused),
      cmocka_unit_test(hostile_boxes_stay_text),
      cmocka_unit_test(a_box_of_a_whole_grave_stays_light),
  };
  return cmocka_run_group_tests(tests, begin, end);
}
