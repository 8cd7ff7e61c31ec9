/* XML: events, lines, bounds, and that nothing outside the bytes is read. */
#include "formats/xml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "support/assert.h"
#include "support/faults.h"

static hw_err err;

/* Reads everything and writes it as "<name uri|a=v|>", "text", "</name>". */
static hw_status flatten(const char *bytes, size_t n, hw_str *out) {
  hw_xml *xml = NULL;
  hw_xml_event event;
  hw_status status = hw_xml_new(bytes, n, &xml, &err);
  while (status == HW_OK) {
    status = hw_xml_next(xml, &event, &err);
    if (status != HW_OK || event == HW_XML_END_OF_FILE) break;
    if (event == HW_XML_TEXT) hw_str_append_format(out, "[%s]", hw_xml_text(xml));
    if (event == HW_XML_END) hw_str_append_format(out, "</%s>", hw_xml_name(xml));
    if (event != HW_XML_START) continue;
    const hw_xml_attribute *attributes;
    const int32_t n_attributes = hw_xml_attributes(xml, &attributes);
    hw_str_append_format(out, "<%s{%s}%d", hw_xml_name(xml), hw_xml_uri(xml),
                         (int)hw_xml_line(xml));
    for (int32_t i = 0; i < n_attributes; i++)
      hw_str_append_format(out, " %s{%s}=%s", attributes[i].name, attributes[i].uri,
                           attributes[i].value);
    hw_str_append(out, ">");
  }
  hw_xml_delete(xml);
  return status;
}

static void assert_events(const char *text, const char *expected) {
  hw_str out = HW_STR_INIT;
  hw_assert_ok(flatten(text, strlen(text), &out), &err);
  assert_string_equal(hw_str_text(&out), expected);
  hw_str_clear(&out);
}

static void elements_attributes_and_texts_are_told(void **state) {
  (void)state;
  assert_events("<a/>", "<a{}1></a>");
  assert_events("<?xml version='1.0'?><!-- c -->\n<a b='1'>\n<c/>x</a>\n<!-- d -->\n",
                "<a{}2 b{}=1>[\n]<c{}3></c>[x]</a>");
  assert_events("<p:a xmlns:p='urn:1' xmlns='urn:2' p:x='&lt;&#65;'><b/></p:a>",
                "<a{urn:1}1 x{urn:1}=<A><b{urn:2}1></b></a>");
  assert_events("\xEF\xBB\xBF<a>\xE1\xBB\x87</a>", "<a{}1>[\xE1\xBB\x87]</a>");
  assert_events("<a>\r\n</a>", "<a{}1>[\n]</a>");
}

static void a_text_is_told_in_one_piece(void **state) {
  (void)state;
  assert_events("<a>1<!-- no -->2<![CDATA[<3>]]>4<?p i?>&amp;5</a>", "<a{}1>[12<3>4&5]</a>");
  assert_events("<a><![CDATA[]]></a>", "<a{}1></a>");
}

static void lines_are_exact(void **state) {
  (void)state;
  assert_events("<!--\n<x>\n--><?p\n<x>?>\n<a\nb='\n\n'>\n<![CDATA[\n<x>\n]]><c/></a>",
                "<a{}5 b{}=  >[\n\n<x>\n]<c{}11></c></a>");
  hw_str text = HW_STR_INIT;
  hw_xml *xml = NULL;
  hw_xml_event event;
  hw_str_append(&text, "<a>\n");
  for (int i = 2; i < 150000; i++)
    hw_str_append(&text, i % 3 == 0 ? "<b>x</b>\n" : i % 3 == 1 ? "<b/>\n" : "<!-- <b> -->\n");
  hw_str_append(&text, "</a>");
  hw_assert_ok(hw_xml_new(hw_str_text(&text), text.length, &xml, &err), &err);
  uint64_t last = 1, n = 0;
  for (;;) {
    hw_assert_ok(hw_xml_next(xml, &event, &err), &err);
    if (event == HW_XML_END_OF_FILE) break;
    if (event != HW_XML_START || strcmp(hw_xml_name(xml), "b") != 0) continue;
    const uint64_t line = hw_xml_line(xml);
    assert_true(line > last && line % 3 != 2);
    last = line;
    n++;
  }
  assert_int_equal(n, 99998);
  assert_int_equal(last, 149998);
  hw_xml_delete(xml);
  hw_str_clear(&text);
}

static void assert_refused(const char *bytes, size_t n, hw_status status, const char *expected) {
  hw_str out = HW_STR_INIT;
  char line[1024];
  hw_assert_status(flatten(bytes, n, &out), status, &err);
  assert_string_equal(hw_err_text(&err, line, sizeof line), expected);
  hw_str_clear(&out);
}

static void what_is_not_xml_is_refused(void **state) {
  (void)state;
#define REFUSED(text, expected) assert_refused(text, sizeof text - 1, HW_E_SYNTAX, expected)
  REFUSED("", "line 1: the file is empty");
  REFUSED("abc", "line 1: the file does not begin as XML does, with \"<\"");
  REFUSED("<a>\n<b></a>",
          "line 2: the XML is not well formed: Opening and ending tag mismatch: b line 2 and a");
  REFUSED("<a>\n\n",
          "line 3: the XML ends before its elements are closed; the file may have been cut off");
  REFUSED("<a/><b/>",
          "line 1: the XML is not well formed: Extra content at the end of the document");
  REFUSED("<a b=1/>", "line 1: the XML is not well formed: AttValue: \" or ' expected");
  REFUSED("<a>&eacute;</a>", "line 1: the XML is not well formed: Entity 'eacute' not defined");
  REFUSED("<a>&#0;</a>",
          "line 1: the XML is not well formed: xmlParseCharRef: invalid xmlChar value 0");
  REFUSED("<a>\n\0</a>", "line 2: a NUL byte: this is not XML as text");
  REFUSED("<a>\n\xC3(</a>", "line 2: the text is not UTF-8; save the file as UTF-8");
  REFUSED("\xFE\xFF\0<", "line 1: the file is UTF-16; save it as UTF-8");
  REFUSED("<!DOCTYPE a>\n<a/>",
          "line 1: a document type (<!DOCTYPE) and entities are not accepted; remove it");
  REFUSED("<?xml version='1.0' encoding='windows-1258'?><a>\xC4\x91</a>",
          "line 1: the file says that its encoding is WINDOWS-1258; save it as UTF-8");
  REFUSED("<a xmlns:p=''/>",
          "line 1: the XML is not well formed: xmlns:p: Empty XML namespace is not allowed");
#undef REFUSED
  assert_events("<?xml version='1.0' encoding='iso-8859-1'?><a>x</a>", "<a{}1>[x]</a>");
}

static char *repeat(const char *before, const char *piece, size_t n, const char *after,
                    size_t *length) {
  const size_t a = strlen(before), b = strlen(piece), c = strlen(after);
  char *text = malloc(a + n * b + c + 1);
  assert_non_null(text);
  memcpy(text, before, a);
  for (size_t i = 0; i < n; i++) memcpy(text + a + i * b, piece, b);
  memcpy(text + a + n * b, after, c + 1);
  *length = a + n * b + c;
  return text;
}

static void assert_bound(const char *before, const char *piece, size_t n, const char *after,
                         const char *expected) {
  size_t length;
  char *text = repeat(before, piece, n, after, &length);
  if (expected) {
    assert_refused(text, length, HW_E_VALUE, expected);
  } else {
    hw_str out = HW_STR_INIT;
    hw_assert_ok(flatten(text, length, &out), &err);
    hw_str_clear(&out);
  }
  free(text);
}

static void depth_texts_and_attributes_are_bounded(void **state) {
  (void)state;
  size_t n;
  char *open = repeat("", "<a>", HW_XML_MAX_DEPTH, "", &n);
  assert_bound(open, "</a>", HW_XML_MAX_DEPTH, "", NULL);
  free(open);
  assert_bound("\n", "<a>", 100000, "", "line 2: elements are nested deeper than 32 levels");
  assert_bound("<a>", "x", HW_XML_MAX_TEXT, "</a>", NULL);
  assert_bound("<a>", "x", HW_XML_MAX_TEXT + 1, "</a>", "line 1: a text is longer than 64 KiB");
  assert_bound("<a>", "<!-- -->x", HW_XML_MAX_TEXT + 1, "</a>",
               "line 1: a text is longer than 64 KiB");
  assert_bound("<a b='", "x", HW_XML_MAX_TEXT, "'/>", NULL);
  assert_bound("<a b='", "x", HW_XML_MAX_TEXT + 1, "'/>",
               "line 1: an attribute is longer than 64 KiB");
  char many[2000] = "<a";
  for (int i = 0; i < 65; i++)
    snprintf(many + strlen(many), sizeof many - strlen(many), " b%d='1'", i);
  assert_bound(many, "/>", 1, "", "line 1: an element has more than 64 attributes");
  hw_xml *xml = NULL;
  hw_assert_status(hw_xml_new("", HW_XML_MAX_BYTES + 1, &xml, &err), HW_E_VALUE, &err);
  assert_string_equal(err.message, "the document is larger than 256 MiB; split it");
  assert_null(xml);
}

static void a_failure_ends_reading(void **state) {
  (void)state;
  hw_xml *xml = NULL;
  hw_xml_event event;
  hw_assert_ok(hw_xml_new("<a></b>", 7, &xml, &err), &err);
  hw_status status;
  while ((status = hw_xml_next(xml, &event, &err)) == HW_OK && event != HW_XML_END_OF_FILE)
    continue;
  assert_int_equal(status, HW_E_SYNTAX);
  hw_assert_status(hw_xml_next(xml, &event, &err), HW_E_SYNTAX, &err);
  hw_xml_delete(xml);
  hw_xml_delete(NULL);
}

#define XSD(body)                                                            \
  "<schema xmlns='http://www.w3.org/2001/XMLSchema' targetNamespace='urn:a'" \
  " elementFormDefault='qualified'>" body "</schema>"

static hw_status validate(const char *text, const char *schema, hw_errors *errors) {
  memset(errors, 0, sizeof *errors);
  return hw_xml_validate(text, strlen(text), schema, strlen(schema), errors);
}

static void documents_are_validated_with_lines(void **state) {
  (void)state;
  static const char SCHEMA[] =
      XSD("<element name='r'><complexType><sequence><element name='n' type='integer' "
          "maxOccurs='9'/></sequence></complexType></element>");
  hw_errors errors;
  char line[1024];
  hw_assert_ok(validate("<r xmlns='urn:a'><n>1</n></r>", SCHEMA, &errors), &errors.kept[0]);
  hw_assert_ok(validate("\xEF\xBB\xBF<r xmlns='urn:a'><n>1</n></r>", SCHEMA, &errors),
               &errors.kept[0]);
  hw_assert_status(validate("<r xmlns='urn:a'>\n<n>x</n>\n<n>2</n>\n<n>y</n></r>", SCHEMA, &errors),
                   HW_E_SYNTAX, NULL);
  assert_int_equal(errors.n, 2);
  assert_string_equal(hw_err_text(&errors.kept[0], line, sizeof line),
                      "line 2: the schema does not permit this: Element 'n': 'x' is not a valid "
                      "value of the atomic type 'xs:integer'");
  assert_int_equal(errors.kept[1].line, 4);
  hw_assert_status(validate("<r xmlns='urn:b'/>", SCHEMA, &errors), HW_E_SYNTAX, NULL);
  hw_assert_status(validate("<r xmlns='urn:a'/>", "<schema/>", &errors), HW_E_BUG, NULL);
}

/* A schema that permits any element of urn:b which somebody declares; the document says where such
 * a declaration stands. Who fetches it finds the document valid. */
static void schemas_that_a_document_names_are_not_fetched(void **state) {
  (void)state;
  static const char SCHEMA[] =
      XSD("<element name='r'><complexType><sequence><any namespace='urn:b' "
          "processContents='strict'/></sequence></complexType></element>");
  char path[] = "/tmp/homeward-test-XXXXXX", text[600];
  const int handle = mkstemp(path);
  assert_true(handle >= 0);
  FILE *file = fdopen(handle, "w");
  assert_non_null(file);
  fputs("<schema xmlns='http://www.w3.org/2001/XMLSchema' targetNamespace='urn:b'>"
        "<element name='e'/></schema>",
        file);
  fclose(file);
  static const char *const FORMS[] = {"xsi:schemaLocation='urn:b %s'",
                                      "xsi:schemaLocation = \"urn:b\n%s\"",
                                      "xsi:noNamespaceSchemaLocation='%s'"};
  for (size_t i = 0; i < sizeof FORMS / sizeof *FORMS; i++) {
    hw_errors errors;
    hw_str form = HW_STR_INIT;
    const char *mark = strstr(FORMS[i], "%s");
    hw_str_append_bytes(&form, FORMS[i], (size_t)(mark - FORMS[i]));
    hw_str_append(&form, path);
    hw_str_append(&form, mark + 2);
    snprintf(text, sizeof text,
             "<r xmlns='urn:a' xmlns:b='urn:b' "
             "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' %s>\n<b:e/></r>",
             hw_str_text(&form));
    hw_assert_status(validate(text, SCHEMA, &errors), HW_E_SYNTAX, NULL);
    hw_assert_contains(errors.kept[0].message, "No matching global element declaration");
    hw_str_clear(&form);
  }
  unlink(path);
}

static void exhausted_memory_is_reported(void **state) {
  (void)state;
  static const char TEXT[] = "<a b='1'>some text<c d='2'/></a>";
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_str out = HW_STR_INIT;
    const hw_status status = flatten(TEXT, sizeof TEXT - 1, &out);
    const bool is_short = hw_str_status(&out) != HW_OK;
    hw_str_clear(&out);
    const bool failed = hw_faults_end();
    if (!is_short) hw_assert_status(status, failed ? HW_E_NO_MEMORY : HW_OK, &err);
    if (!failed) break;
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(elements_attributes_and_texts_are_told),
      cmocka_unit_test(a_text_is_told_in_one_piece),
      cmocka_unit_test(lines_are_exact),
      cmocka_unit_test(what_is_not_xml_is_refused),
      cmocka_unit_test(depth_texts_and_attributes_are_bounded),
      cmocka_unit_test(a_failure_ends_reading),
      cmocka_unit_test(documents_are_validated_with_lines),
      cmocka_unit_test(schemas_that_a_document_names_are_not_fetched),
      cmocka_unit_test(exhausted_memory_is_reported),
  };
  return cmocka_run_group_tests_name("xml", tests, NULL, NULL);
}
