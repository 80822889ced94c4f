# Sets up, runs, tests and checks liveroom. `make` alone lists what there is to do.
#
# What is built is vouched for by stamps: empty files whose names carry a hash of what went in
# (scripts/keys). A changed requirement has another name, so it is built again; a set-up that was
# interrupted has no stamp, so it goes on; and nothing depends on the times that git gives to files.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PY := .venv/bin/python
NPX := cd frontend && PATH="$(CURDIR)/frontend/node_modules/.bin:$$PATH"
# Set on make's command line alone: shells have a HOST of their own.
HOST = 127.0.0.1
PORT = 8000
DATA = ./data
ARGS =
INPUTS = 1000000

KEYS := $(shell sh scripts/keys)
key = $(patsubst $(1)=%,%,$(filter $(1)=%,$(KEYS)))
SERVER := .venv/.stamp-server-$(call key,server)
DEV := .venv/.stamp-dev-$(call key,dev)
KERNEL := .venv-kernel/.stamp-kernel-$(call key,kernel)
MODULES := frontend/node_modules/.stamp-modules-$(call key,modules)
PEERS := tests/bench/peers/node_modules/.stamp-peers-$(call key,peers)
PAGE := frontend/dist/.stamp-page-$(call key,page)

# Where only set-up is asked for, its three parts are built at the same time.
ifneq (,$(MAKECMDGOALS))
ifeq (,$(filter-out run setup setup-tests,$(MAKECMDGOALS)))
MAKEFLAGS += -j3
endif
endif

##@ Use it
.PHONY: run setup
run: $(SERVER) $(KERNEL) $(PAGE) ## set up what is missing, start the server, print a sign-in link
	@exec .venv/bin/liveroom serve --host $(HOST) --port $(PORT) --data $(DATA) $(ARGS)

setup: $(SERVER) $(KERNEL) $(PAGE) ## only set up: .venv, .venv-kernel and the page

##@ Change it
.PHONY: dev protocol format bench screenshots
dev: $(DEV) $(KERNEL) $(MODULES) ## a server, and the page reloading as you edit it, on port 5173
	@exec sh scripts/dev

protocol: $(SERVER) ## renew frontend/src/protocol.gen.ts from liveroom/messages.py
	$(PY) -m liveroom.protocol

format: $(DEV) $(MODULES) ## put Python and TypeScript into their one format
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .
	$(NPX) biome check --write .

bench: $(DEV) $(KERNEL) $(PAGE) $(PEERS) ## measure, and write docs/benchmarks.md
	@CHROMIUM="$$(sh scripts/chromium)" && export CHROMIUM && $(PY) -m tests.bench $(ARGS)

screenshots: $(DEV) $(KERNEL) $(PAGE) ## take the pictures of docs/images again
	@CHROMIUM="$$(sh scripts/chromium)" && export CHROMIUM && $(PY) -m tests.e2e.screenshots $(ARGS)

##@ Test it
.PHONY: test test-page test-python test-browser setup-tests check check-python check-page check-protocol soak fuzz
test: test-page test-python test-browser ## set up what is missing and run every test

setup-tests: $(DEV) $(KERNEL) $(PAGE) # what the tests need beyond `setup`

test-page: $(MODULES) ## only the page's own tests
	$(NPX) vitest run

# Most of these wait for processes and sockets, so three files at a time are no load for two cores.
test-python: $(DEV) $(KERNEL) $(PAGE) ## only the tests without a browser; ARGS="-k word" picks some
	$(PY) -m pytest -n 3 --dist loadfile -m "not e2e and not soak" $(ARGS)

# The browser tests have a run of their own: their driver's event loop and the servers' do not mix.
test-browser: $(DEV) $(KERNEL) $(PAGE) ## only the tests with a real Chromium
	@CHROMIUM="$$(sh scripts/chromium)" && export CHROMIUM && set -x && $(PY) -m pytest -m "e2e and not soak" $(ARGS)

check: check-python check-page check-protocol ## format, lint, types; generated types current

check-python: $(DEV)
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(PY) -m mypy --explicit-package-bases tests scripts/*.py

check-page: $(MODULES)
	$(NPX) biome ci .
	$(NPX) tsc --noEmit

check-protocol: $(SERVER)
	$(PY) -m liveroom.protocol --check

soak: $(DEV) $(KERNEL) $(PAGE) $(MODULES) ## the tests that take minutes
	@CHROMIUM="$$(sh scripts/chromium)" && export CHROMIUM && set -x && $(PY) -m pytest -m soak $(ARGS)

fuzz: $(DEV) $(KERNEL) $(MODULES) ## a million mutated frames, then the property tests with far more examples
	$(PY) -m tests.fuzz --inputs $(INPUTS)
	$(PY) -m pytest -p tests.setup.fuzzing --hypothesis-profile=fuzz -m hypothesis $(ARGS)

##@ Look after it
.PHONY: pin clean help
pin: $(DEV) $(KERNEL) ## write requirements/ from what is installed now
	@$(PY) scripts/pin.py server dev
	@.venv-kernel/bin/python scripts/pin.py kernel

clean: ## remove everything that was built; ./data stays
	rm -rf .venv .venv-kernel build frontend/node_modules frontend/dist tests/bench/peers/node_modules
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis

help: ## this list
	@awk -F ':.*## ' '/^##@/ { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# What the above stand on. Where something is still to be built, scripts/require runs first, once,
# so that a missing prerequisite is said at once and not after minutes of downloading.
unless_built = $(if $(wildcard $(1)),,require)
.PHONY: require
require:
	@sh scripts/require

$(SERVER): | $(call unless_built,$(SERVER))
	@sh scripts/install server $@

$(DEV): $(SERVER)
	@sh scripts/install dev $@

$(KERNEL): | $(call unless_built,$(KERNEL))
	@sh scripts/install kernel $@

$(MODULES): | $(call unless_built,$(MODULES))
	@sh scripts/install modules $@

$(PAGE): $(MODULES)
	@sh scripts/install page $@

$(PEERS): | $(call unless_built,$(PEERS))
	@sh scripts/install peers $@
