# SPDX-License-Identifier: GPL-2.0
# ctbc: see README.md; "make help" lists the targets.

VERSION := 0.1.0
KDIR ?= /lib/modules/$(shell uname -r)/build
PREFIX ?= /usr
O ?= $(CURDIR)/build

export CTBC_VERSION := $(VERSION)

# Only these are needed to build the module, so only these are given to DKMS.
DKMS_FILES := Kbuild Makefile kernel uapi dkms.conf COPYING
DKMS_DIR := /usr/src/ctbc-$(VERSION)

.DEFAULT_GOAL := all

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(CURDIR)/Makefile | expand -t 16

all: module tool ## the module for the running kernel, or for KDIR=, and the tool

module: ## the module alone
	@[ -d "$(KDIR)" ] || { echo "no kernel headers in $(KDIR):" \
		"install linux-headers-$$(uname -r), or set KDIR" >&2; exit 1; }
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules

tool: ## the tool alone
	$(MAKE) -C user O=$(O)

install: install-tool ## tool, manual, configuration, and the module if built
	@if [ -e ctbc.ko ]; then \
		$(MAKE) -C $(KDIR) M=$(CURDIR) \
			INSTALL_MOD_PATH=$(DESTDIR) modules_install && \
		$(if $(DESTDIR),:,depmod "$$(modinfo -F vermagic ctbc.ko | cut -d ' ' -f 1)"); \
	fi

install-tool: ## tool, manual and configuration
	$(MAKE) -C user O=$(O) PREFIX=$(PREFIX) DESTDIR=$(DESTDIR) install

dkms-install: ## the module, built again for each kernel to come
	@command -v dkms >/dev/null || { \
		echo "install the packages dkms and linux-headers-amd64" >&2; exit 1; }
	-[ ! -e $(DKMS_DIR) ] || $(MAKE) dkms-remove
	mkdir -p $(DKMS_DIR)
	tar -c --exclude='*.o' --exclude='.*' --exclude='*.ko' $(DKMS_FILES) | \
		tar -x --no-same-owner -C $(DKMS_DIR)
	dkms add ctbc/$(VERSION)
	dkms install ctbc/$(VERSION)

dkms-remove: ## nothing of that stays behind
	-dkms remove ctbc/$(VERSION) --all
	rm -rf $(DKMS_DIR)

demo: ## a guided tour in a virtual machine
	selftests/demo/demo.sh

check: ## all tests; KERNEL=6.1|6.12|newest, T=AREA or AREA/test
	selftests/check $(addprefix --kernel ,$(KERNEL)) $(addprefix --test ,$(T))

check-debug: ## the same on the sanitizer kernels; KERNEL=6.12|newest, T=, SHORT=1
	selftests/debug/check $(addprefix --kernel ,$(KERNEL)) \
		$(addprefix --test ,$(T)) $(if $(SHORT),--short)

fuzz: ## look for inputs that break tool or module; SECONDS= each, T=TARGET
	selftests/fuzz/run $(addprefix --seconds ,$(SECONDS)) \
		$(addprefix --kernel ,$(KERNEL)) $(T)

bench: ## what it costs, beside others; KERNEL=, FIGURE=, SHORT=1; build/bench/report.md
	selftests/bench/bench $(addprefix --kernel ,$(KERNEL)) \
		$(addprefix --figure ,$(FIGURE)) $(if $(SHORT),--short)

storm: ## 200 loads under load, 500 kills...: some hours; KERNEL=, T=load|containers|kill
	selftests/storm/long $(addprefix --kernel ,$(KERNEL)) $(T)

style: ## all checks of the source
	selftests/style/run $(T)

style-planted: ## does each check of the source find what it is for?
	selftests/style/planted.sh

mutants: ## do the tests find defects of the module? M=NAME
	selftests/mutant/run $(M)

clean: ## what was built here; the cache of the tests stays
	-[ ! -d $(KDIR) ] || $(MAKE) -C $(KDIR) M=$(CURDIR) clean
	-[ ! -d user ] || $(MAKE) -C user O=$(O) clean

.PHONY: help all module tool install install-tool dkms-install dkms-remove \
	demo check check-debug fuzz bench storm style style-planted mutants clean
