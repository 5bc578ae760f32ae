# SPDX-License-Identifier: MIT
# make | demo | check | bench | torture | plants | sanitize | threads | fuzz | coverage |
# mutate | lint | install | clean.  Settings: on the command line or in config.mk.
-include config.mk
VERSION  := 0.1.0
SONAME   := libumi.so.0
PREFIX   ?= /usr/local
BUILD    ?= build
CC       ?= cc
CFLAGS   ?= -O2 -g
DEPS     := sqlite3 yaml-0.1 libsodium expat zlib libzstd
WARN     := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wvla -Wswitch-enum \
            -Wstrict-prototypes -Wmissing-prototypes -Werror=implicit $(WERROR)
CPPFLAGS += -I. -I$(BUILD) -D_POSIX_C_SOURCE=200809L -DUMI_VERSION='"$(VERSION)"' \
            $(shell pkg-config --cflags $(DEPS))
LDLIBS   += $(shell pkg-config --libs $(DEPS)) -lmpfr -lgmp -lm -lpthread
CLI_LIBS := -lhpdf
COMPILE   = $(CC) -std=c11 $(WARN) $(CPPFLAGS) -MMD -MP $(CFLAGS) -fPIC

LIB_SRC  := $(sort $(wildcard engine/*/*.c rules/*/*.c ledger/*/*.c))
CLI_SRC  := $(sort $(wildcard cli/*.c cli/*/*.c))
SUP_SRC  := $(sort $(wildcard tests/support/*.c))
TEST_SRC := $(sort $(wildcard tests/*/test_*.c))
BENCH_SRC := $(sort $(wildcard tests/bench/bench_*.c))
FUZZ_SRC := $(sort $(wildcard tests/fuzz/fuzz_*.c))
SQL      := $(sort $(wildcard ledger/store/sql/*.sql))
DATA     := $(sort $(wildcard rules/data/*.yaml rules/data/*/*.yaml))
HEADERS  := $(sort $(wildcard engine/*/*.h rules/*/*.h ledger/*/*.h))
PUBLIC   := $(filter-out %_int.h,$(HEADERS))
GEN      := $(BUILD)/gen/sql.h
LIB_OBJ  := $(LIB_SRC:%.c=$(BUILD)/%.o) $(BUILD)/gen/data.o
CLI_OBJ  := $(CLI_SRC:%.c=$(BUILD)/%.o)
SUP_OBJ  := $(SUP_SRC:%.c=$(BUILD)/%.o)
TESTS    := $(TEST_SRC:%.c=$(BUILD)/%)
SCRIPTS  := $(sort $(wildcard tests/*/check_*.sh))
BENCHES  := $(BENCH_SRC:%.c=$(BUILD)/%)
ALL_C    := $(wildcard engine/*.h) $(HEADERS) $(LIB_SRC) $(CLI_SRC) \
            $(wildcard cli/*.h cli/*/*.h tests/*/*.[ch])

all: $(BUILD)/libumi.a $(BUILD)/libumi.so $(BUILD)/umi

$(BUILD)/libumi.a: $(LIB_OBJ)
	@rm -f $@
	@$(AR) rcs $@ $^
$(BUILD)/libumi.so: $(LIB_OBJ) engine/umi.map
	@echo "LD $@"
	@$(CC) -shared $(CFLAGS) $(LDFLAGS) -Wl,--version-script=engine/umi.map -Wl,-soname,$(SONAME) -o $@ $(LIB_OBJ) $(LDLIBS)
$(BUILD)/umi: $(CLI_OBJ) $(BUILD)/libumi.a
	@echo "LD $@"
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(CLI_LIBS) $(LDLIBS)
$(BUILD)/tests/%: $(BUILD)/tests/%.o $(SUP_OBJ) $(BUILD)/libumi.a
	@echo "LD $@"
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka -ljansson -ldl
# the writers of reports are the program's, and it is no library
$(BUILD)/tests/cli/test_report_files: $(filter-out %/main.o,$(CLI_OBJ))
$(BUILD)/tests/cli/test_report_files: LDLIBS := $(BUILD)/libumi.a $(CLI_LIBS) $(LDLIBS)
$(BUILD)/%.o: %.c Makefile | $(GEN)
	@mkdir -p $(@D)
	@echo "CC $<"
	@$(COMPILE) -c -o $@ $<
$(BUILD)/gen/sql.h: $(SQL) ledger/store/embed.awk
	@mkdir -p $(@D)
	awk -f ledger/store/embed.awk $(SQL) > $@
$(BUILD)/gen/data.c: $(DATA) rules/data/embed.awk
	@mkdir -p $(@D)
	LC_ALL=C awk -f rules/data/embed.awk $(DATA) /dev/null > $@
$(BUILD)/gen/data.o: $(BUILD)/gen/data.c
	@echo "CC $<"
	@$(COMPILE) -c -o $@ $<

check: all $(TESTS) $(BUILD)/cli-tests
	@BUILD=$(BUILD) sh tests/run.sh $(TESTS) $(SCRIPTS)
$(BUILD)/cli-tests: $(BUILD)/umi
	@touch $@
demo: all
	@BUILD=$(BUILD) sh tests/demo/demo.sh
bench: all $(BENCHES)
	@BUILD=$(BUILD) sh tests/bench/run.sh $(BENCHES)
torture: all $(TESTS)
	@TORTURE=1 BUILD=$(BUILD) sh tests/run.sh $(TESTS) $(SCRIPTS)
	@$(MAKE) plants
	@$(MAKE) mutate
# Grave faults that the tests must notice.
plants: all $(TESTS)
	@BUILD=$(BUILD) nice -n 10 python3 tests/support/plants.py $(PLANTS_ARGS)
sanitize:
	@# what no memory can hold is refused here as it is without the sanitizer
	ASAN_OPTIONS=allocator_may_return_null=1 $(MAKE) BUILD=build-san WERROR=-Werror CFLAGS="-O1 -g -fsanitize=address,undefined \
	    -fno-sanitize-recover=all -fno-omit-frame-pointer" check
# Work on two cores, watched.
threads:
	$(MAKE) BUILD=build-tsan CFLAGS="-O1 -g -fsanitize=thread" $(THREADS:%=build-tsan/tests/%)
	@for t in $(THREADS); do build-tsan/tests/$$t || exit 1; done
coverage:
	$(MAKE) BUILD=build-cov CFLAGS="-O0 -g --coverage" check
	@# an assertion that holds has a side that is never taken
	gcovr --gcov-ignore-parse-errors --root . --object-directory build-cov --filter 'engine/' --branches -s \
	    --exclude-unreachable-branches --exclude-lines-by-pattern '.*\bassert\(.*'
	gcovr --gcov-ignore-parse-errors --root . --object-directory build-cov --filter '(engine|rules|ledger)/' -s | tail -n 4
	@# what every figure stands on: every line, and nearly every branch
	gcovr --gcov-ignore-parse-errors --root . --object-directory build-cov --filter 'engine/(base|loan/schedule)' -s \
	    --exclude-unreachable-branches --exclude-lines-by-pattern '.*\bassert\(.*' \
	    --fail-under-line 100 --fail-under-branch 95
THREADS  := engine/test_task ledger/test_segments ledger/test_post ledger/test_resume
# Tests that must notice faults in engine/base and engine/loan/schedule*.
MUTATE   := $(addprefix engine/test_,alloc base dates digits edges exact hash json money_words numbers \
            schedule_dates schedule_limits schedule_plain schedule_span status text) \
            $(addprefix ledger/test_,quote quote_proved quote_refused)
mutate: export COMPILE_ONE = $(COMPILE)
mutate: $(MUTATE:%=$(BUILD)/mutate/%)
	@BUILD=$(BUILD) nice -n 10 python3 tests/support/mutate.py $(MUTATE_ARGS) $^
$(BUILD)/mutate/libumi.so: $(LIB_OBJ)
	@mkdir -p $(@D)
	@$(CC) -shared $(LDFLAGS) -o $@ $^ $(LDLIBS)
$(BUILD)/mutate/%: $(BUILD)/tests/%.o $(SUP_OBJ) $(BUILD)/mutate/libumi.so
	@mkdir -p $(@D)
	@$(CC) $(LDFLAGS) -o $@ $^ -Wl,-rpath,$(abspath $(BUILD)/mutate) $(LDLIBS) -lcmocka -ljansson -ldl
fuzz:
	@sh tests/fuzz/run.sh $(or $(SECONDS),20) $(FUZZ_SRC)
golden: all
	$(BUILD)/umi --lang en man > docs/man/umi.1
	nm -D --defined-only $(BUILD)/libumi.so | awk '{ print $$3 }' | LC_ALL=C sort > engine/umi.sym
lint:
	@clang-format --dry-run --Werror $(ALL_C)
	@sh tests/support/lint.sh $(ALL_C)
install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/pkgconfig $(DESTDIR)$(PREFIX)/share/man/man1
	for h in engine/umi.h $(PUBLIC) ledger/store/tables.def; do install -D -m 644 $$h $(DESTDIR)$(PREFIX)/include/umi/$$h; done
	install -D -m 644 $(GEN) $(DESTDIR)$(PREFIX)/include/umi/gen/sql.h
	install -m 644 $(BUILD)/libumi.a $(DESTDIR)$(PREFIX)/lib
	install -m 755 $(BUILD)/libumi.so $(DESTDIR)$(PREFIX)/lib/libumi.so.$(VERSION)
	ln -sf libumi.so.$(VERSION) $(DESTDIR)$(PREFIX)/lib/$(SONAME)
	ln -sf $(SONAME) $(DESTDIR)$(PREFIX)/lib/libumi.so
	install -m 755 $(BUILD)/umi $(DESTDIR)$(PREFIX)/bin
	sed 's|@PREFIX@|$(PREFIX)|;s|@VERSION@|$(VERSION)|;s|@DEPS@|$(DEPS)|' umi.pc.in \
	    > $(DESTDIR)$(PREFIX)/lib/pkgconfig/umi.pc
	install -m 644 docs/man/*.1 $(DESTDIR)$(PREFIX)/share/man/man1
clean:
	rm -rf build build-san build-cov build-fuzz build-tsan

.PHONY: all golden check demo bench torture plants sanitize threads coverage mutate fuzz lint install clean
.SECONDARY:
-include $(LIB_OBJ:.o=.d) $(CLI_OBJ:.o=.d) $(SUP_OBJ:.o=.d) $(TESTS:=.d) $(BENCHES:=.d)
