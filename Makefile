# SPDX-License-Identifier: GPL-2.0
# ctbc: see README.md; "make help" lists the targets.

VERSION := 0.1.0
KDIR ?= /lib/modules/$(shell uname -r)/build
PREFIX ?= /usr
O ?= $(CURDIR)/build

export CTBC_VERSION := $(VERSION)

all: module tool

module:
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules

tool:
	$(MAKE) -C user O=$(O)

clean:
	-$(MAKE) -C $(KDIR) M=$(CURDIR) clean
	$(MAKE) -C user O=$(O) clean

.PHONY: all module tool clean
