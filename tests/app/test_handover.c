/* Handovers: what may be handed over, what is, and what it leaves behind. */
#include "app/handover.h"

#include <string.h>

#include "app/custody.h"
#include "app/decide_support.h"
#include "support/assert.h"
#include "support/faults.h"

static hw_app app;
static hw_err err;
static const char *id; /* confirmed: S1 is F1-X */

static int open_case(void **state) {
  (void)state;
  decide_new_case(&app);
  decide_import(&app, "person_names",
                "person,kind,name\nF1-X,alias,Mẫu Hai\nF1-X,full,Trần Văn Mẫu\n");
  decide_import(
      &app, "samples",
      "code,investigation,specimen,parent,kind\nS1b,main,B1,,bone\nE1,main,,S1,extract\n");
  decide_import(&app, "custody_events",
                "item_kind,item,number,at,action,from_holder,to_holder,seal\n"
                "specimen,B1,1,2026-01-05T08:00:00Z,received,,store,\n"
                "specimen,B1,2,2026-01-06T08:00:00Z,sealed,,store,K-7\n"
                "sample,E1,1,2026-01-06T08:00:00Z,received,,lab,\n"
                "sample,E1,2,2026-01-07T08:00:00Z,consumed,,lab,\n");
  decide_run(&app, 3);
  id = decide_propose(&app, "F1-X", "S1");
  return 0;
}

static int close_case(void **state) {
  (void)state;
  hw_app_close(&app);
  return 0;
}

static void confirm(void) {
  decide_review(&app, id);
  decide_do(&app, "board", id, "confirmed");
}

static hw_handover_request request_of(const char *identification) {
  return (hw_handover_request){.identification = identification,
                               .handed_on = "2026-07-27",
                               .recipient = "Trần Thị Mẫu",
                               .place = "nghĩa trang của xã",
                               .minutes = "BB-12",
                               .seal_state = "intact"};
}

static hw_status record(const hw_handover_request *request, const char **code) {
  return hw_handover_record(&app, request, &decide_arena, code, &err);
}

static void only_what_is_confirmed_is_handed_over(void **state) {
  (void)state;
  const char *code = NULL;
  const hw_handover_item *items = NULL;
  int n = 0;
  hw_handover_request request = request_of(id);
  hw_assert_status(record(&request, &code), HW_E_STATE, &err);
  assert_string_equal(
      err.message,
      "ID-1 is candidate: remains are handed over when their identification is confirmed");
  hw_assert_status(hw_handover_propose(&app, id, &decide_arena, &items, &n, &err), HW_E_STATE,
                   &err);
  request.identification = "ID-9";
  hw_assert_status(record(&request, &code), HW_E_REFERENCE, &err);
  assert_int_equal(app_test_count(&app, HW_KIND_HANDOVER), 0);
}

static void all_that_is_of_the_person_goes_and_is_found_again(void **state) {
  (void)state;
  const char *code = NULL, *holder = NULL, *seal = NULL;
  const hw_handover *list = NULL;
  hw_handover read;
  int n = 0;
  confirm();
  hw_handover_request request = request_of(id);
  hw_assert_ok(record(&request, &code), &err);
  assert_string_equal(code, "HO-1");
  hw_assert_ok(hw_handover_read(&app, "HO-1", &decide_arena, &read, &err), &err);
  assert_string_equal(read.identification, "ID-1");
  assert_string_equal(read.person, "F1-X");
  assert_string_equal(read.names, "Trần Văn Mẫu");
  assert_string_equal(read.sample, "S1");
  assert_string_equal(read.recipient, "Trần Thị Mẫu");
  assert_string_equal(read.place, "nghĩa trang của xã");
  assert_string_equal(read.minutes, "BB-12");
  assert_string_equal(read.handed_on, "2026-07-27");
  assert_string_equal(read.recorded_by, "tester");
  assert_null(read.withdrawn);
  /* Not the extract, which was consumed, and not the box, in which others lie. */
  assert_int_equal(read.n_items, 3);
  for (int i = 0; i < read.n_items; i++) {
    const hw_handover_item *item = &read.items[i];
    hw_assert_ok(
        hw_custody_holder(app.store, item->kind, item->id, &decide_arena, &holder, &seal, &err),
        &err);
    assert_string_equal(holder, "recipient of HO-1");
    if (item->kind != HW_KIND_SPECIMEN) {
      assert_string_equal(item->holder, "not recorded");
      continue;
    }
    assert_string_equal(item->code, "B1");
    assert_string_equal(item->what, "femur, left");
    assert_string_equal(item->accession, "BOX");
    assert_string_equal(item->holder, "store");
    assert_string_equal(item->seal, "K-7");
  }
  assert_int_equal(decide_faults(&app), 0);
  hw_assert_ok(hw_handover_list(&app, false, &decide_arena, &list, &n, &err), &err);
  assert_int_equal(n, 1);
  assert_int_equal(list[0].n_items, 3);
  /* Not twice. */
  hw_assert_status(record(&request, &code), HW_E_STATE, &err);
  assert_string_equal(err.message, "the sample S1 was handed over already (HO-1)");
  /* Names are for who may read them. */
  hw_assert_ok(hw_app_become(&app, "clerk", &err), &err);
  hw_assert_ok(hw_handover_read(&app, "HO-1", &decide_arena, &read, &err), &err);
  assert_true(read.has_hidden_names);
  assert_string_equal(read.recipient, "");
  assert_string_equal(read.names, "");
  hw_assert_status(record(&request, &code), HW_E_DENIED, &err);
  hw_assert_contains(err.message, "lacks the permission 'names'");
  hw_assert_ok(hw_app_become(&app, "reader", &err), &err);
  hw_assert_status(record(&request, &code), HW_E_DENIED, &err);
  hw_assert_contains(err.message, "lacks the permission 'write'");
}

static void boxes_go_when_nothing_else_lies_in_them(void **state) {
  (void)state;
  const hw_handover_item *items = NULL;
  int n = 0;
  decide_import(&app, "accessions", "code,container\nBOX9,wooden box\n");
  hw_assert_ok(hw_app_begin(&app, HW_MAY_WRITE, "test", "", &err), &err);
  hw_record bone = *app_test_get(&app, HW_KIND_SPECIMEN, "B1");
  int64_t box = 0;
  hw_assert_ok(hw_store_find_code(app.store, HW_KIND_ACCESSION, "BOX9", &box, &err), &err);
  hw_record_set_int(&bone, HW_FIELD_SPECIMEN_ACCESSION, box);
  hw_assert_ok(hw_store_replace(app.store, &bone, &err), &err);
  hw_assert_ok(hw_store_commit(app.store, &err), &err);
  confirm();
  hw_assert_ok(hw_handover_propose(&app, id, &decide_arena, &items, &n, &err), &err);
  assert_int_equal(n, 4);
  assert_int_equal(items[3].kind, HW_KIND_ACCESSION);
  assert_string_equal(items[3].what, "wooden box");
}

static void members_of_a_confirmed_individual_go_too(void **state) {
  (void)state;
  const hw_handover_item *items = NULL;
  int n = 0;
  decide_import(&app, "individuals", "code,investigation\nG1,main\n");
  decide_import(&app, "individual_members",
                "individual,item_kind,item\nG1,specimen,B1\nG1,specimen,B4\n");
  confirm();
  hw_assert_ok(hw_handover_propose(&app, id, &decide_arena, &items, &n, &err), &err);
  assert_int_equal(n, 3); /* it is proposed only */
  hw_assert_ok(decide_set(&app, "board", HW_KIND_INDIVIDUAL, "G1", "confirmed", &err), &err);
  hw_assert_ok(hw_handover_propose(&app, id, &decide_arena, &items, &n, &err), &err);
  assert_int_equal(n, 5); /* B4 and its sample S4 */
}

static void items_can_be_chosen(void **state) {
  (void)state;
  const char *code = NULL;
  hw_handover read;
  hw_handover_thing things[] = {{HW_KIND_SAMPLE, "S1"}, {HW_KIND_SPECIMEN, "B2"}};
  hw_handover_request request = request_of(id);
  confirm();
  request.n_items = 2;
  request.items = things;
  hw_assert_status(record(&request, &code), HW_E_VALUE, &err);
  assert_string_equal(err.message, "the specimen B2 is not known to be of this person's remains");
  things[1] = (hw_handover_thing){HW_KIND_SAMPLE, "S1"};
  hw_assert_status(record(&request, &code), HW_E_VALUE, &err);
  assert_string_equal(err.message, "the sample S1 is named twice");
  things[1] = (hw_handover_thing){HW_KIND_SAMPLE, "E1"};
  hw_assert_status(record(&request, &code), HW_E_STATE, &err);
  assert_string_equal(err.message, "the sample E1 was consumed or handed over before");
  things[1] = (hw_handover_thing){HW_KIND_SAMPLE, "S77"};
  hw_assert_status(record(&request, &code), HW_E_REFERENCE, &err);
  request.n_items = 1;
  request.code = "BG-2026-1";
  hw_assert_ok(record(&request, &code), &err);
  hw_assert_ok(hw_handover_read(&app, "BG-2026-1", &decide_arena, &read, &err), &err);
  assert_int_equal(read.n_items, 1);
}

static void what_is_asked_must_be_whole(void **state) {
  (void)state;
  const char *code = NULL;
  confirm();
  hw_handover_request request = request_of(id);
  request.handed_on = "2026-07";
  hw_assert_status(record(&request, &code), HW_E_VALUE, &err);
  assert_string_equal(err.message, "a handover needs its day, for example 2026-07-27");
  request.handed_on = NULL;
  hw_assert_status(record(&request, &code), HW_E_VALUE, &err);
  request.handed_on = "2026-13-40";
  hw_assert_status(record(&request, &code), HW_E_VALUE, &err);
  request.handed_on = "2025-07-27";
  hw_assert_status(record(&request, &code), HW_E_VALUE, &err);
  assert_string_equal(err.message,
                      "B1 was handed over on 2025-07-27, but its chain of custody goes on until "
                      "2026-01-06T08:00:00Z");
  request = request_of(id);
  request.recipient = "";
  hw_assert_status(record(&request, &code), HW_E_VALUE, &err);
  assert_string_equal(err.message, "a handover needs a recipient");
  request = request_of(id);
  request.seal_state = "red";
  hw_assert_status(record(&request, &code), HW_E_VALUE, &err);
  assert_string_equal(err.message, "\"red\" is no state of a seal: expected intact or broken");
  request = request_of(id);
  request.operation = "OP-1";
  hw_assert_status(record(&request, &code), HW_E_REFERENCE, &err);
  assert_int_equal(app_test_count(&app, HW_KIND_HANDOVER), 0);
  assert_int_equal(app_test_count(&app, HW_KIND_HANDOVER_ITEM), 0);
  assert_int_equal(app_test_count(&app, HW_KIND_CUSTODY), 4);
}

static void open_contradictions_stop_it(void **state) {
  (void)state;
  const char *code = NULL;
  confirm();
  decide_import(&app, "contradictions", "code,kind,specimen,text,state\nC-9,age,B1,too old,open\n");
  hw_handover_request request = request_of(id);
  hw_assert_status(record(&request, &code), HW_E_STATE, &err);
  assert_string_equal(err.message,
                      "ID-1 has 1 contradiction that is not resolved: 'homeward decide ID-1' "
                      "tells which");
  hw_assert_ok(decide_set(&app, "r1", HW_KIND_CONTRADICTION, "C-9", "resolved", &err), &err);
  hw_assert_ok(record(&request, &code), &err);
}

static void a_handover_is_taken_back_with_a_reason(void **state) {
  (void)state;
  const char *code = NULL;
  const hw_handover *list = NULL;
  int n = 0;
  confirm();
  hw_handover_request request = request_of(id);
  hw_assert_ok(record(&request, &code), &err);
  hw_assert_status(hw_handover_withdraw(&app, "HO-1", "", &err), HW_E_VALUE, &err);
  assert_string_equal(err.message, "withdrawing a handover needs a reason");
  hw_assert_ok(hw_handover_withdraw(&app, "HO-1", "the wrong day", &err), &err);
  assert_int_equal(app_test_count(&app, HW_KIND_HANDOVER), 0);
  assert_int_equal(app_test_count(&app, HW_KIND_HANDOVER_ITEM), 0);
  assert_int_equal(decide_faults(&app), 0);
  hw_assert_status(hw_handover_withdraw(&app, "HO-1", "again", &err), HW_E_STATE, &err);
  hw_assert_ok(hw_handover_list(&app, true, &decide_arena, &list, &n, &err), &err);
  assert_int_equal(n, 1);
  assert_string_equal(list[0].withdrawn, "the wrong day");
  hw_assert_ok(record(&request, &code), &err);
  assert_string_equal(code, "HO-2");
  assert_int_equal(decide_faults(&app), 0);
  /* What was moved since stays. */
  decide_import(&app, "custody_events",
                "item_kind,item,number,at,action,from_holder,to_holder\n"
                "accession,BOX,1,2026-08-01T08:00:00Z,received,,store\n");
  hw_assert_ok(hw_app_begin(&app, HW_MAY_WRITE, "test", "", &err), &err);
  hw_record event;
  hw_record_init(&event, HW_KIND_CUSTODY);
  hw_record_set_text(&event, HW_FIELD_CUSTODY_ITEM_KIND, "sample");
  hw_record_set_int(&event, HW_FIELD_CUSTODY_ITEM, app_test_get(&app, HW_KIND_SAMPLE, "S1")->id);
  hw_record_set_int(&event, HW_FIELD_CUSTODY_NUMBER, 9);
  hw_record_set_text(&event, HW_FIELD_CUSTODY_AT, "2026-08-01T08:00:00Z");
  hw_record_set_text(&event, HW_FIELD_CUSTODY_ACTION, "returned");
  hw_record_set_text(&event, HW_FIELD_CUSTODY_TO, "store");
  hw_assert_ok(hw_store_add(app.store, &event, &err), &err);
  hw_assert_ok(hw_store_commit(app.store, &err), &err);
  hw_assert_status(hw_handover_withdraw(&app, "HO-2", "why", &err), HW_E_STATE, &err);
  assert_string_equal(err.message, "the sample S1 was moved since: its chain of custody goes on");
  assert_int_equal(app_test_count(&app, HW_KIND_HANDOVER), 1);
}

static void exhausted_memory_leaves_nothing_half_done(void **state) {
  (void)state;
  const char *code = NULL;
  confirm();
  hw_handover_request request = request_of(id);
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_status status = record(&request, &code);
    if (!hw_faults_end()) {
      hw_assert_ok(status, &err);
      break;
    }
    assert_int_equal(status, HW_E_NO_MEMORY);
    assert_int_equal(app_test_count(&app, HW_KIND_HANDOVER), 0);
    assert_int_equal(app_test_count(&app, HW_KIND_CUSTODY), 4);
  }
  assert_int_equal(decide_faults(&app), 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_case, close_case)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(only_what_is_confirmed_is_handed_over),
      CASE(all_that_is_of_the_person_goes_and_is_found_again),
      CASE(boxes_go_when_nothing_else_lies_in_them),
      CASE(members_of_a_confirmed_individual_go_too),
      CASE(items_can_be_chosen),
      CASE(what_is_asked_must_be_whole),
      CASE(open_contradictions_stop_it),
      CASE(a_handover_is_taken_back_with_a_reason),
      CASE(exhausted_memory_leaves_nothing_half_done),
  };
  return cmocka_run_group_tests(tests, decide_tests_begin, decide_tests_end);
}
