# Troth.  `make run` on a fresh Debian 12 installs what is missing, builds and starts a site;
# `make test` does its own set-up too.  Other words: all deps rules bench fuzz kills check-all pictures messages clean.
# `make kills` ends processes at thousands of moments and steps (KILLS=n at random, 2000); check-all is everything.
# V=1 shows commands.  SAN=1 builds into build-san/ and bin-san/ under ASan and UBSan,
# FUZZ=1 (clang) into build-fuzz/ with libFuzzer.  New .c files join by being there.

STATE ?= var
HTTP  ?= 8080
HTTPS ?= 8443

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules --no-print-directory
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc)
endif
Q := $(if $(V),,@)

# ---- kinds of build ----
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wvla
BASE := -std=c17 -D_GNU_SOURCE -I. $(WARN) -g -include ledger/base/banned.h
HARD := -O2 -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE -fcf-protection -fno-plt
ifdef SAN
CC     := gcc
B      := build-san
BIN    := bin-san
MODE   := -Werror -O1 -g1 -fPIE -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined
LDMODE := -pie -fuse-ld=gold -fsanitize=address,undefined
else ifdef FUZZ
CC     := clang
B      := build-fuzz
BIN    := bin-fuzz
# gcc is the one that judges: clang's other opinions stay quiet here
MODE   := -w -O1 -fPIE -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined
LDMODE := -pie -fsanitize=address,undefined
else
CC     := gcc
B      := build
BIN    := bin
MODE   := -Werror $(HARD)
LDMODE := -pie -Wl,-z,relro,-z,now
endif
CFLAGS_ALL  := $(BASE) $(MODE) $(CFLAGS)
LDFLAGS_ALL := $(LDMODE) -Wl,--as-needed $(LDFLAGS)
LIBS := -lsqlite3 -lz -lssl -lcrypto -lsodium -lseccomp -lcurl -lunbound -lpsl -lidn2 -lunistring -lzxcvbn -lqrencode -lpthread -lm

# ---- sets of sources ----
LEDGER_C  := $(filter-out %/main.c,$(wildcard ledger/base/*.c ledger/store/*.c ledger/*.c))
PRIVACY_C := $(filter-out %/main.c,$(wildcard privacy/*.c privacy/vault/*.c privacy/facts/*.c privacy/rights/*.c privacy/keeper/*.c))
PORTAL_C  := $(wildcard portal/base/*.c portal/*/client.c portal/*/*_shared.c)
room       = $(filter-out %/main.c %/tmplc.c $(PORTAL_C),$(foreach r,$(1),$(wildcard portal/$(r)/*.c)))
# What is no process of its own is a room of the site.
SITE_C    := $(call room,$(filter-out base signer prover clerk postbox control,$(patsubst portal/%/,%,$(wildcard portal/*/))))
SIGNER_C  := $(call room,signer)
PROVER_C  := $(call room,prover)
CLERK_C   := $(call room,clerk)
POSTBOX_C := $(call room,postbox)
CONTROL_C := $(call room,control)
PAGES     := $(wildcard portal/pages/*.html)
PAGES_C   := $(PAGES:portal/pages/%.html=build/pages/%.c)
PROMISES  := $(sort $(wildcard tests/promises/p*.mjs))
POLICY    := $(sort $(wildcard portal/public/policy/*.txt))
MO        := $(patsubst portal/po/%.po,build/share/%.mo,$(wildcard portal/po/*.po))

obj = $(patsubst %.c,$(B)/%.o,$(1:build/%=%))

LEDGER_A  := $(B)/libledger.a
PRIVACY_A := $(B)/libprivacy.a $(LEDGER_A)
PORTAL_A  := $(B)/libportal.a $(PRIVACY_A)
ROOMS_A   := $(B)/libsite.a $(B)/libsigner.a $(B)/libprover.a $(B)/libclerk.a $(B)/libpostbox.a $(B)/libcontrol.a

# ---- programs: name, source of main, archives ----
PROGRAMS :=
define program
ifneq ($(wildcard $(2)),)
PROGRAMS += $(BIN)/$(1)
$(BIN)/$(1): $(call obj,$(2)) $(3) $(B)/flags
endif
endef
$(eval $(call program,troth-ledger,ledger/main.c,$(LEDGER_A)))
$(eval $(call program,troth-keeper,privacy/keeper/main.c,$(PRIVACY_A)))
$(eval $(call program,troth-portal,portal/main.c,$(B)/libsite.a $(PORTAL_A)))
$(eval $(call program,troth-signer,portal/signer/main.c,$(B)/libsigner.a $(PORTAL_A)))
$(eval $(call program,troth-prover,portal/prover/main.c,$(B)/libprover.a $(PORTAL_A)))
$(eval $(call program,troth-clerk,portal/clerk/main.c,$(B)/libclerk.a $(PORTAL_A)))
$(eval $(call program,troth-postbox,portal/postbox/main.c,$(B)/libpostbox.a $(PORTAL_A)))
# control holds the ceremony and the settings of every room: it may draw on all of them
$(eval $(call program,troth,portal/control/main.c,$(B)/libcontrol.a $(filter-out %/libcontrol.a,$(ROOMS_A)) $(PORTAL_A)))

# ---- tests: linked with the archives of the highest floor they include, no more ----
UNIT_C  := $(wildcard tests/unit/test_*.c)
FUZZ_C  := $(wildcard tests/fuzz/fuzz_*.c)
BENCH_C := $(wildcard tests/bench/bench_*.c)
# Whatever else lies in these folders is help that several tests share.
HELP_C  := $(filter-out $(UNIT_C) $(FUZZ_C) $(BENCH_C) tests/fuzz/driver.c,$(wildcard tests/unit/*.c tests/fuzz/*.c tests/bench/*.c))
TEST_C  := $(UNIT_C) $(FUZZ_C) $(BENCH_C)
# TEST.c:ledger, TEST.c:privacy, TEST.c:portal/ROOM for what it and its tests/ headers include.
INCLUDES := $(if $(TEST_C),$(shell for t in $(TEST_C); do \
	sed -nE 's,^.include "(ledger|privacy|portal/[a-z]+)/.*,\1,p' \
	    $$t $$(sed -nE 's,^.include "(tests/[^"]*)".*,\1,p' $$t) | sort -u | sed "s,^,$$t:,"; done))
PROCESS_ROOMS := signer prover clerk postbox control
process_a = $(foreach r,$(PROCESS_ROOMS),$(if $(filter $(1):portal/$(r),$(INCLUDES)),$(B)/lib$(r).a))
site_a    = $(if $(filter-out $(PROCESS_ROOMS:%=$(1):portal/%) $(1):portal/base,$(filter $(1):portal/%,$(INCLUDES))),$(B)/libsite.a)
portal_a  = $(if $(filter $(1):portal/control,$(INCLUDES)),$(ROOMS_A),$(call process_a,$(1)) $(call site_a,$(1))) $(PORTAL_A)
floor = $(if $(HELP_C),$(B)/libtests.a) $(if $(filter $(1):portal/%,$(INCLUDES)),$(call portal_a,$(1)),$(if $(filter $(1):privacy,$(INCLUDES)),$(PRIVACY_A),$(LEDGER_A)))
TEST_PROGRAMS := $(patsubst %.c,$(B)/%,$(TEST_C))
KILLER := build/tests/peers/killer.so
SCAN := build/tests/peers/scan
define test_program
$(B)/$(1:.c=): $(call obj,$(1)) $(2) $(call floor,$(1)) $(B)/flags
endef
DRIVER := $(if $(FUZZ),,$(call obj,tests/fuzz/driver.c))
$(foreach t,$(UNIT_C) $(BENCH_C),$(eval $(call test_program,$(t),)))
$(foreach t,$(FUZZ_C),$(eval $(call test_program,$(t),$(DRIVER))))

# Every message id of pages and code; translators merge it: msgmerge -U portal/po/de.po build/troth.pot
messages: build/troth.pot
MSG_C := $(filter-out %/tmplc.c,$(wildcard privacy/*.c privacy/*/*.c portal/*.c portal/*/*.c))
build/troth.pot: Makefile build/pages/pages.pot $(MSG_C)
	$(Q)xgettext --from-code=UTF-8 --keyword=MSG --language=C --sort-by-file -o build/code.pot $(MSG_C)
	$(Q)msgcat --use-first -o $@ build/pages/pages.pot build/code.pot

.PHONY: all messages policy deps test-deps run test tests rules links bench fuzz kills pictures check-all clean FORCE

all: $(PROGRAMS) $(MO)
tests: all $(TEST_PROGRAMS) $(KILLER) $(SCAN)

# ---- how things are made ----
# A changed set of flags rebuilds everything, a changed set of files its archive.
remember = $(Q)mkdir -p $(@D); printf '%s\n' '$(1)' | cmp -s - $@ || printf '%s\n' '$(1)' > $@
$(B)/flags: FORCE
	$(call remember,$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) $(LIBS))

$(B)/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(if $(V),,@echo "  CC    $<")
	$(Q)$(CC) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

# A page names more in its parameters than every page needs.
$(B)/pages/%.o: build/pages/%.c build/pages/pages.h $(B)/flags
	@mkdir -p $(@D)
	$(if $(V),,@echo "  CC    $<")
	$(Q)$(CC) $(CFLAGS_ALL) -Wno-unused-parameter -MMD -MP -c -o $@ $<

# Pages are compiled once for every kind of build.
build/pages/%.c: portal/pages/%.html build/tmplc
	@mkdir -p $(@D)
	$(if $(V),,@echo "  PAGE  $<")
	$(Q)build/tmplc $< > $@
# They stay: make would remove what it made on the way to something else, and make it again next time.
.SECONDARY: $(PAGES_C)
build/pages/pages.h: $(PAGES) build/tmplc
	@mkdir -p $(@D)
	$(Q)build/tmplc --header $(PAGES) > $@
build/pages/pages.pot: $(PAGES) build/tmplc
	@mkdir -p $(@D)
	$(Q)build/tmplc --messages $(PAGES) > $@
ifneq ($(PAGES),)
$(call obj,$(SITE_C) $(CONTROL_C) $(CLERK_C) $(UNIT_C) $(FUZZ_C)) $(B)/portal/main.o: | build/pages/pages.h
endif

# Every version of the two policies, agreement.1.txt, in German agreement.1.de.txt: a paragraph a line becomes a string each.
build/policy/texts.c: $(POLICY) Makefile
	@mkdir -p $(@D)
	$(if $(V),,@echo "  POLICY")
	$(Q){ printf '#include "portal/public/policy_text.h"\n'; \
	for f in $(POLICY); do \
		printf 'static const char *const %s[] = {\n' "$$(basename $$f .txt | tr . _)"; sed 's/[\\"?]/\\&/g; s/.*/\t"&",/' $$f; echo '};'; \
	done; \
	echo 'const struct policy_text policy_texts[] = {'; \
	for f in $(POLICY); do \
		n=$$(basename $$f .txt); t=$$(echo $$n | tr . _); rest=$${n#*.}; lang=$${rest#*.}; [ "$$lang" != "$$rest" ] || lang=en; \
		printf '\t{ POLICY_%s, %s, "%s", { %s, COUNT(%s) } },\n' "$$(echo $${n%%.*} | tr a-z A-Z)" "$${rest%%.*}" $$lang $$t $$t; \
	done; \
	printf '};\nconst size_t policy_text_count = COUNT(policy_texts);\n'; } > $@
# The tests of the promises, p01.mjs and so on, which the statement shows: a line becomes a string.
build/promises/texts.c: $(PROMISES) Makefile
	@mkdir -p $(@D)
	$(if $(V),,@echo "  PROMISES")
	$(Q){ printf '#include "portal/public/promise.h"\n'; \
	for f in $(PROMISES); do \
		printf 'static const char *const %s[] = {\n' "$$(basename $$f .mjs)"; sed 's/[\\"?]/\\&/g; s/\t/\\t/g; s/.*/\t"&",/' $$f; echo '};'; \
	done; \
	echo 'const struct promise_text promise_texts[] = {'; \
	for f in $(PROMISES); do \
		n=$$(basename $$f .mjs); printf '\t{ "p%s", %s, COUNT(%s) },\n' "$$(echo $$n | sed 's/^p0*//')" $$n $$n; \
	done; \
	printf '};\nconst size_t promise_text_count = COUNT(promise_texts);\n'; } > $@
$(B)/promises/%.o: build/promises/%.c $(B)/flags
	@mkdir -p $(@D)
	$(if $(V),,@echo "  CC    $<")
	$(Q)$(CC) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<
$(B)/policy/%.o: build/policy/%.c $(B)/flags
	@mkdir -p $(@D)
	$(if $(V),,@echo "  CC    $<")
	$(Q)$(CC) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

# Loaded into processes under test, of both kinds of build: made once, without sanitizers.
$(KILLER): $(wildcard tests/peers/killer*.c tests/peers/killer*.h) ledger/base/banned.h
	@mkdir -p $(@D)
	$(if $(V),,@echo "  TOOL  $@")
	$(Q)gcc $(BASE) -O2 -fPIC -shared -o $@ $(filter %.c,$^)

# It reads what processes under test have left behind.
$(SCAN): tests/peers/scan.c ledger/base/banned.h
	@mkdir -p $(@D)
	$(if $(V),,@echo "  TOOL  $<")
	$(Q)gcc $(BASE) -O2 -o $@ $<

# The page compiler is a tool of the build: made once, without sanitizers.
build/tmplc: portal/web/tmplc.c portal/web/tmplc_run.h ledger/base/banned.h
	@mkdir -p $(@D)
	$(if $(V),,@echo "  TOOL  $<")
	$(Q)gcc $(BASE) -O1 -o $@ $<

build/share/%.mo: portal/po/%.po
	@mkdir -p $(@D)
	$(if $(V),,@echo "  MO    $<")
	$(Q)msgfmt --check -o $@ $<

define archive
$(B)/lib$(1).list: FORCE
	$$(call remember,$(2))
$(B)/lib$(1).a: $(call obj,$(2)) $(B)/lib$(1).list
	$(if $(V),,@echo "  AR    $$@")
	$(Q)rm -f $$@; ar rcs $$@ $$(filter %.o,$$^)
endef
$(eval $(call archive,ledger,$(LEDGER_C)))
$(eval $(call archive,privacy,$(PRIVACY_C)))
$(eval $(call archive,portal,$(PORTAL_C)))
$(eval $(call archive,site,$(SITE_C) $(PAGES_C) build/policy/texts.c build/promises/texts.c))
$(eval $(call archive,signer,$(SIGNER_C)))
$(eval $(call archive,prover,$(PROVER_C)))
$(eval $(call archive,clerk,$(CLERK_C)))
$(eval $(call archive,postbox,$(POSTBOX_C)))
$(eval $(call archive,control,$(CONTROL_C)))
$(eval $(call archive,tests,$(HELP_C)))

link = $(CC) $(LDFLAGS_ALL) $(1) -o $@ $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group
$(PROGRAMS):
	@mkdir -p $(@D)
	$(if $(V),,@echo "  LINK  $@")
	$(Q)$(call link) $(LIBS)

$(TEST_PROGRAMS):
	@mkdir -p $(@D)
	$(if $(V),,@echo "  LINK  $@")
	$(Q)$(call link,$(if $(FUZZ),$(if $(findstring /fuzz_,$@),-fsanitize=fuzzer))) -lcmocka -lfcgi $(LIBS)

-include $(shell test -d $(B) && find $(B) -name '*.d')

# ---- what must be installed: PACKAGE=PROBE, where the probe says how to tell ----
NEEDS := gcc=cmd:gcc libc6-dev=file:/usr/include/stdio.h \
	libsqlite3-dev=file:/usr/include/sqlite3.h libssl-dev=file:/usr/include/openssl/ssl.h \
	libsodium-dev=file:/usr/include/sodium.h libseccomp-dev=file:/usr/include/seccomp.h \
	libcurl4-openssl-dev=file:/usr/include/*/curl/curl.h \
	libunbound-dev=file:/usr/include/unbound.h libpsl-dev=file:/usr/include/libpsl.h \
	libidn2-dev=file:/usr/include/idn2.h zlib1g-dev=file:/usr/include/zlib.h libunistring-dev=file:/usr/include/uninorm.h \
	libzxcvbn-dev=file:/usr/include/zxcvbn.h libqrencode-dev=file:/usr/include/qrencode.h nginx=cmd:nginx openssl=cmd:openssl \
	gettext=cmd:msgfmt dns-root-data=file:/usr/share/dns/root.key \
	publicsuffix=file:/usr/share/publicsuffix/public_suffix_list.dat \
	ca-certificates=file:/etc/ssl/certs/ca-certificates.crt tzdata=file:/usr/share/zoneinfo/UTC
# node and npm by their commands: NodeSource's node brings its own npm and conflicts with Debian's.
TEST_NEEDS := libcmocka-dev=file:/usr/include/cmocka.h libfcgi-dev=file:/usr/include/fcgiapp.h curl=cmd:curl sqlite3=cmd:sqlite3 gnutls-bin=cmd:certtool \
	apache2-bin=cmd:apache2 libnss3-tools=cmd:certutil gpgsm=cmd:gpgsm gpg=cmd:gpg gpg-agent=cmd:gpg-agent dirmngr=cmd:dirmngr \
	knot=cmd:knotd iproute2=cmd:ip zbar-tools=cmd:zbarimg poppler-utils=cmd:pdftoppm libxml2-utils=cmd:xmllint chromium=cmd:chromium \
	fonts-dejavu-core=file:/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf \
	unzip=cmd:unzip libarchive-tools=cmd:bsdtar jq=cmd:jq python3-jsonschema=file:/usr/lib/python3/dist-packages/jsonschema/__init__.py \
	nodejs=cmd:node npm=cmd:npm

deps:
	@sh tests/needs $(NEEDS)

test-deps:
	@sh tests/needs $(NEEDS) $(TEST_NEEDS)
	@if [ -e tests/browser/package-lock.json ] && \
	    ! cmp -s tests/browser/package-lock.json tests/browser/node_modules/.installed; then \
		echo "  NPM   tests/browser" && cd tests/browser && npm ci --no-audit --no-fund --loglevel=error >/dev/null && \
		cp package-lock.json node_modules/.installed; fi

# ---- what one does with it ----
run: deps
	@$(MAKE) all
	@exec $(BIN)/troth run --state $(STATE) --http $(HTTP) --https $(HTTPS)

# ONLY='ipc walk' runs just the tests whose name holds one of the words.
test: test-deps
	@$(MAKE) all
	@$(MAKE) SAN=1 tests
	@tests/run build-san bin-san $(ONLY)

rules:
	@tests/rules
	@$(MAKE) links

# Everything of a floor is linked, not only what a test calls: an arrow up is an undefined name.
LINK_LIBS := -lsqlite3 -lz -lcrypto -lsodium -lseccomp -lunistring -lzxcvbn -lpthread -lm
LINK_TESTS := $(B)/tests/link/ledger_only $(B)/tests/link/privacy_only
links: $(LINK_TESTS)
	@for t in $(LINK_TESTS); do $$t || exit 1; done
$(B)/tests/link/ledger_only: $(call obj,tests/link/ledger_only.c) $(LEDGER_A)
$(B)/tests/link/privacy_only: $(call obj,tests/link/privacy_only.c) $(PRIVACY_A)
$(LINK_TESTS):
	$(if $(V),,@echo "  LINK  $@")
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) -Wl,--whole-archive $(filter %.a,$^) -Wl,--no-whole-archive $(LINK_LIBS)

bench: test-deps
	@$(MAKE) tests
	@if [ -x tests/bench/run ]; then exec tests/bench/run build bin; fi; \
	for b in $(patsubst %.c,build/%,$(BENCH_C)); do $$b || exit 1; done

FUZZ_SECONDS ?= 60
fuzz: test-deps
	@$(MAKE) FUZZ=1 $(patsubst %.c,build-fuzz/%,$(FUZZ_C))
	@for f in $(patsubst tests/fuzz/fuzz_%.c,%,$(FUZZ_C)); do \
		mkdir -p build-fuzz/found/$$f tests/specimens/$$f; echo "  FUZZ  $$f, $(FUZZ_SECONDS) s"; \
		build-fuzz/tests/fuzz/fuzz_$$f -max_total_time=$(FUZZ_SECONDS) -max_len=65536 \
		    -artifact_prefix=build-fuzz/found/$$f- build-fuzz/found/$$f tests/specimens/$$f \
		    >build-fuzz/found/$$f.log 2>&1 || { tail -n 40 build-fuzz/found/$$f.log; exit 1; }; done

# kill -9 at so many moments and steps by chance, and at every single step of issuing and changing; memory refused wherever it is asked for.
KILLS ?= 2000
kills: test-deps
	@$(MAKE) all
	@$(MAKE) SAN=1 tests
	@KILLS=$(KILLS) STEPS=0 MEMORY=0 tests/run build-san bin-san flow/faults flow/steps flow/vanish memory

# The pictures in README.md, taken anew from a site that `troth demo` filled.
pictures: test-deps
	@sh tests/needs pngquant=cmd:pngquant
	@$(MAKE) all
	@node tests/browser/_pictures.mjs

# What the privacy statement and the agreement say now becomes the text of their newest version (privacy/policy.c).
# Only before that version is in force anywhere; afterwards it takes a further one.
policy:
	@$(MAKE) all
	@BIN=$(CURDIR)/$(BIN) POLICY_WRITE=1 node tests/promises/p13.mjs

check-all: test
	@if command -v clang >/dev/null; then $(MAKE) fuzz; else echo "no clang: libFuzzer left out"; fi
	@$(MAKE) kills
	@$(MAKE) bench

clean:
	rm -rf build build-san build-fuzz bin bin-san bin-fuzz
