/* A small panel and VCF text read against it, shared by the tests of VCF. All is made up. */
#ifndef HW_TESTS_VCF_READING_H
#define HW_TESTS_VCF_READING_H

#include "formats/vcf.h"
#include "support/assert.h"

#define HEADER_37                      \
  "##fileformat=VCFv4.2\n"             \
  "##contig=<ID=1,length=249250621>\n" \
  "##contig=<ID=X,length=155270560>\n" \
  "##INFO=<ID=AF,Number=A,Type=Float,Description=\"frequency\">\n"
#define COLUMNS "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
#define TWO COLUMNS "\tFORMAT\tA\tB\n"

/* What the last reading gave. */
extern hw_panel *panel;
extern hw_snp_file file;
extern hw_err err;

/* Of a group of tests: make the panel, delete it. */
int set_up(void **state);
int tear_down(void **state);

hw_status read_text(const char *text, const hw_panel *at, const hw_vcf_options *options);
void read_well(const char *text, const hw_panel *at, const hw_vcf_options *options);
void refuse(const char *text, const hw_panel *at, const hw_vcf_options *options, hw_status status,
            const char *part);
/* Bytes of a marker: "0 28 50". */
const char *bytes_of(int32_t profile, const char *marker);

#endif
