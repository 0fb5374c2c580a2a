# make             build/yingshao, the release program
# make dev         build/dev/yingshao, for debugging      make san    with address and undefined sanitizers
# make check       layers, headers, format, texts, ceilings …   make unit   unit tests, sanitized
# make format      rewrite the layout of the sources      make clean
#
# A new .c file is found by itself: there is no list to add it to.

CFLAGS_ALL := -std=gnu17 -D_GNU_SOURCE -Isrc -MMD -MP -fno-common -pthread \
    -Wall -Wextra -Wshadow -Wconversion -Wformat=2 -Wundef -Wvla -Wcast-qual -Wwrite-strings \
    -Wpointer-arith -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
    -Wimplicit-fallthrough -Wframe-larger-than=16384 -Werror
ROOMY := -Wframe-larger-than=65536 # instruments take room on the stack; the ceiling above is for what is released
CHECKED := -DCHECKED # also what is too dear to be checked for every page that is served
CFLAGS_dev     := $(CHECKED) -g -Og
CFLAGS_san     := $(CHECKED) $(ROOMY) -g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
CFLAGS_tsan    := $(CHECKED) $(ROOMY) -g -O1 -fsanitize=thread -fno-omit-frame-pointer
CFLAGS_cov     := $(CHECKED) $(ROOMY) -g -O0 --coverage
CFLAGS_clang   := $(CHECKED) $(ROOMY) -g -O1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
CFLAGS_release := -g -O2 -fPIE -fstack-protector-strong -fstack-clash-protection -D_FORTIFY_SOURCE=2
LDFLAGS_san     := -fsanitize=address,undefined
LDFLAGS_tsan    := -fsanitize=thread
LDFLAGS_cov     := --coverage
LDFLAGS_release := -pie -Wl,-z,relro,-z,now
CPPFLAGS += $(shell pkg-config --cflags-only-I libpq)
LDLIBS := -pthread -lsqlite3 -lpq -lyaml -lmicrohttpd -lsodium -lgeos_c -llinear -lzip \
    -lexpat -lxlsxwriter -lgd -lqrencode -lseccomp -lm

SRC  := $(filter-out src/main.c,$(wildcard src/*/*.c))
UNIT := $(wildcard tests/unit/*.c)
FUZZ := $(wildcard tests/fuzz/*.c)
HDR  := $(wildcard src/*/*.h)
# Everything that the program carries inside itself: see tools/embed.
DATA := $(shell find schema demo packs templates text assets -type f ! -name '*.test.yaml' ! -name '*.md' ! -path 'templates/sample/*' 2>/dev/null | LC_ALL=C sort)

all: build/yingshao
build/yingshao: build/release/yingshao
	@ln -sf release/yingshao $@
dev san tsan cov: %: build/%/yingshao

# One rule compiles any source for any of the builds.
define build_rules
build/$(1)/%.o: %.c Makefile
	@mkdir -p $$(@D)
	@$$(CC) $$(CPPFLAGS) $$(CFLAGS_ALL) $$(CFLAGS_$(1)) -c $$< -o $$@
build/$(1)/yingshao: $$(patsubst %.c,build/$(1)/%.o,$$(SRC) src/main.c) build/embed.o
	@echo link $$@; $$(CC) $$(LDFLAGS_$(1)) $$^ $$(LDLIBS) -o $$@
build/$(1)/run-unit: $$(patsubst %.c,build/$(1)/%.o,$$(SRC) $$(UNIT)) build/embed.o
	@echo link $$@; $$(CC) $$(LDFLAGS_$(1)) $$^ $$(LDLIBS) -lcriterion -o $$@
-include $$(patsubst %.c,build/$(1)/%.d,$$(SRC) $$(UNIT) src/main.c)
endef
$(foreach b,dev san tsan cov release clang,$(eval $(call build_rules,$(b))))
build/%/run-unit: CFLAGS_ALL += -Itests
build/clang/%.o: CC := clang
clang: $(patsubst %.c,build/clang/%.o,$(SRC) src/main.c)

build/embed.o: $(DATA) tools/embed
	@mkdir -p $(@D)
	tools/embed $(DATA) > build/embed.S
	$(CC) -c build/embed.S -o $@

# A fuzzer is one file in tests/fuzz with LLVMFuzzerTestOneInput.
build/clang/tests/fuzz/%.o: CFLAGS_ALL += -Itests -Wno-missing-prototypes
build/fuzz/%: build/clang/tests/fuzz/%.o $(patsubst %.c,build/clang/%.o,$(SRC)) build/embed.o
	@mkdir -p $(@D)
	@echo link $@; clang -fsanitize=fuzzer,address,undefined $^ $(LDLIBS) -o $@
fuzz: $(patsubst tests/fuzz/%.c,build/fuzz/%,$(FUZZ))

# A benchmark that needs no server is one file in bench.
build/bench/%: build/release/bench/%.o $(patsubst %.c,build/release/%.o,$(SRC)) build/embed.o
	@mkdir -p $(@D)
	@echo link $@; $(CC) $(LDFLAGS_release) $^ $(LDLIBS) -o $@

# A program that kills itself is one file in tests/crash.
build/crash/%: build/release/tests/crash/%.o $(patsubst %.c,build/release/%.o,$(SRC)) build/embed.o
	@mkdir -p $(@D)
	@echo link $@; $(CC) $(LDFLAGS_release) $^ $(LDLIBS) -o $@

unit: build/san/run-unit
	@$< -j2 --quiet --short-filename

# Every header must stand alone: include it first, and nothing else.
headers: $(HDR:%=build/headers/%.ok)
build/headers/%.ok: % $(HDR)
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(filter-out -MMD -MP,$(CFLAGS_ALL)) -fsyntax-only -x c $< && touch $@

layers:
	tools/layers
format-check:
	clang-format --dry-run --Werror $(SRC) $(HDR) $(UNIT) $(FUZZ) src/main.c
format:
	clang-format -i $(SRC) $(HDR) $(UNIT) $(FUZZ) src/main.c
# clang-tidy without its analyzer takes a tenth of a second a file, with it ten seconds: analyze is for ./dev soak.
define tidy_rules
$(1): $$(patsubst %.c,build/$(1)/%.ok,$$(SRC) src/main.c)
build/$(1)/%.ok: %.c .clang-tidy
	@mkdir -p $$(@D)
	@clang-tidy --quiet $(2) $$< -- $$(CPPFLAGS) $$(filter-out -MMD -MP,$$(CFLAGS_ALL)) && touch $$@
endef
$(eval $(call tidy_rules,tidy,--checks=-clang-analyzer-*))
$(eval $(call tidy_rules,analyze,))
check: layers headers format-check
	@for t in $(wildcard tools/check-*); do $$t || exit 1; done
clean:
	rm -rf build
.PHONY: all dev san tsan cov clang unit headers layers format-check format tidy analyze check fuzz clean
.SECONDARY:
