# Front door. The build itself is meson's (meson.build); every target first lets tools/setup
# install what is missing, and does nothing twice.

BUILD ?= build
PREFIX ?= /usr/local
DESTDIR ?=

.PHONY: all demo check check-cluster bench bench-calibration bench-snp-power bench-web install format clean help setup

all: setup $(BUILD)/build.ninja
	@ninja -C $(BUILD) --quiet
	@echo "built $(BUILD)/homeward, version $$($(BUILD)/homeward --version 2>/dev/null | head -n 1)"

setup:
	@tools/setup

$(BUILD)/build.ninja: | setup
	@meson setup $(BUILD) --prefix=$(PREFIX) -Dtests=disabled > $(BUILD)-setup.log 2>&1 || \
	  { cat $(BUILD)-setup.log; rm -f $(BUILD)-setup.log; exit 1; }
	@mv $(BUILD)-setup.log $(BUILD)/setup.log

# A synthetic case, identified; the result beside the truth.
demo: all
	@tools/demo $(BUILD)/homeward

# Every check that a change must pass; last line "N passed, N failed".
check:
	@tools/setup --dev
	@tools/check

# A search on a Slurm cluster of two nodes, made for the test and gone after it.
check-cluster: all
	@tools/setup --cluster
	@tests/cluster/cluster.py $(BUILD)/homeward

bench: all
	@tools/bench $(BUILD)

# Are the posteriors true? Simulated cases with their truth; a table, and a plot in the build folder.
bench-calibration: all
	@tools/calibration $(BUILD)/homeward

# Which SNPs and which coverage reach which degree? PAIRS a cell, default 100.
bench-snp-power: all
	@tools/snp_power $(BUILD) $(PAIRS)

# Two hundred users of the web application at once; of a database in LOAD, or of one that is made there
# (bench/web/run tells of its variables).
bench-web: all
	@bench/web/run $(BUILD) $(LOAD)

# PREFIX says where to, DESTDIR puts a folder in front (packages).
install: all
	@meson configure $(BUILD) -Dprefix=$(PREFIX) > /dev/null
	@DESTDIR=$(DESTDIR) meson install -C $(BUILD) --quiet
	@if [ -z "$(DESTDIR)" ] && [ "$$(id -u)" = 0 ]; then ldconfig; fi
	@echo "installed under $(DESTDIR)$(PREFIX)"

format:
	@tools/setup --dev
	@tools/format

clean:
	@rm -rf $(BUILD) build-check

help:
	@echo "make          build the program (build/homeward) and the library"
	@echo "make demo     a synthetic case: remains are identified, the truth beside it"
	@echo "make check    every test and check, gcc, clang and sanitizers"
	@echo "make check-cluster  a search on a cluster of two nodes on this machine"
	@echo "make bench    speed on this machine"
	@echo "make bench-calibration  are the posteriors true? simulated cases, table and plot"
	@echo "make bench-snp-power  power of SNP panels by coverage and degree"
	@echo "make bench-web  many users of the web application at once"
	@echo "make install  to PREFIX (default /usr/local), below DESTDIR"
	@echo "make format   lay out the sources with clang-format"
	@echo "make clean    remove what was built"
