# SPDX-License-Identifier: GPL-2.0
#
# The fuzz targets: the tool's sources and one program for each file in targets/.
#
#	make -f targets.mk O=DIR [CC=gcc FUZZER=]
#
# For the tree that "image" makes; "build" calls it with a copy of the sources.
# A target names the functions that it stands in for in a comment line
# " * wraps: FUNCTION...": calls of the tool, and of nobody else, reach the
# target's __wrap_FUNCTION.

CC := clang
TOP := $(dir $(lastword $(MAKEFILE_LIST)))../..
FUZZ := $(TOP)/selftests/fuzz
LIBS := libnl-genl-3.0 json-c libcap-ng

SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all
FUZZER := -fsanitize=fuzzer
CFLAGS := -std=gnu11 -O1 -g -fno-omit-frame-pointer -Wall -Wextra \
	-DCTCTL_VERSION='"0"' -I$(TOP)/uapi $(shell pkg-config --cflags $(LIBS)) \
	$(SANITIZE) $(FUZZER:%=%-no-link) $(EXTRA_CFLAGS)
LDLIBS := $(shell pkg-config --libs $(LIBS))

TOOL := $(patsubst $(TOP)/user/%.c,$(O)/obj/%.o,$(wildcard $(TOP)/user/*.c)) \
	$(O)/obj/user/seccomp_filter.o
TARGETS := $(patsubst $(FUZZ)/targets/%.c,$(O)/%,$(wildcard $(FUZZ)/targets/*.c))

all: $(TARGETS)

$(O)/obj/%.o: $(TOP)/user/%.c $(FUZZ)/targets.mk
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<

# Generated; the tool's Makefile knows how.
$(O)/obj/user/seccomp_filter.o: $(TOP)/user/gen/seccomp.c
	@$(MAKE) -s -C $(TOP)/user CC=$(CC) O=$(O)/obj $@

# libFuzzer has a main() of its own.
$(O)/obj/ctctl.o: CFLAGS += -Dmain=ctctl_main

$(O)/obj/fuzz/%.o: $(FUZZ)/%.c $(FUZZ)/targets.mk
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<

$(O)/obj/targets/%.o: $(FUZZ)/targets/%.c $(FUZZ)/targets.mk
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) -I$(FUZZ) -MMD -MP -c -o $@ $<

wraps = $(shell sed -n 's/^ \* wraps: //p' $(FUZZ)/targets/$(notdir $@).c)
comma := ,

# An archive, so that a target takes what it calls and no more.
$(O)/obj/fuzz.a: $(O)/obj/fuzz/fuzz.o $(O)/obj/fuzz/reply.o
	@rm -f $@
	@ar rcs $@ $^

# The tool in one piece first: libFuzzer reads folders and files itself.
$(TARGETS): $(O)/%: $(O)/obj/targets/%.o $(TOOL) $(O)/obj/fuzz.a
	@$(CC) -nostdlib -r -o $(O)/obj/$*.tool $(TOOL) \
		$(addprefix -Wl$(comma)--wrap=,$(wraps))
	@$(CC) $(CFLAGS) $(FUZZER) -o $@ $< $(O)/obj/$*.tool $(O)/obj/fuzz.a $(LDLIBS)
	@rm -f $(O)/obj/$*.tool

-include $(wildcard $(O)/obj/*.d $(O)/obj/*/*.d)

.SECONDARY:
.PHONY: all
