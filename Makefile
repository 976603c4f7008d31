# Every command of the project. Each one sets up what it needs by itself: see `make help`.

BIN := .venv/bin
PYTHON ?=
ARGS ?=
BROWSER ?= yes
# Where Debian has nginx, also for who is not root.
export PATH := $(PATH):/usr/sbin
# Some machines forbid Python to keep what it compiled: each process of each test compiled it anew.
unexport PYTHONDONTWRITEBYTECODE
# Twice two cores: tests of whole processes wait for a third of their time.
JOBS ?= 4

# Without ARGS: the short forms of the tests' tables.
CHOSEN = $(if $(ARGS),,not long)$(if $(filter yes,$(BROWSER)),,$(if $(ARGS),, and )not browser)

.DEFAULT_GOAL := help
.PHONY: help setup run test long pairs check bench soak faults fuzz screenshots image format clean packages dashboard

help: ## This list
	@grep -E '^[a-z]+:.*## ' $(firstword $(MAKEFILE_LIST)) | sed -E 's/:.*## /\t/' | \
		while IFS='	' read -r target text; do printf '  make %-8s %s\n' "$$target" "$$text"; done

setup: ## Install what uv.lock names into .venv (every target below does it first)
	@PYTHON="$(PYTHON)" .ci/setup

run: setup ## Start everything on this machine; no account and no configuration needed
	@$(BIN)/python -m operate.launch --sandbox

test: setup packages dashboard ## Run the tests, ten minutes on two cores (ARGS="tests/unit -k lane", BROWSER=no)
	@$(BIN)/python -m pytest $(if $(ARGS),,-n $(JOBS) --dist worksteal) \
		-m "$(CHOSEN)" $(ARGS)

long: setup packages dashboard ## Run the cases of the tests' tables that `make test` leaves out
	@$(BIN)/python -m pytest $(if $(ARGS),,-n $(JOBS) --dist worksteal) -m long $(ARGS)

pairs: setup packages ## Use every kind of tool in every kind of session, and kill it in the call
	@$(BIN)/python -m pytest $(if $(ARGS),,-n $(JOBS) --dist worksteal) -m pairs $(ARGS)

check: setup ## Format, lint, types and the import contracts; changes nothing
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: setup ## Measure; writes bench.json, draws bench.svg and prints a table of ratios
	@$(BIN)/python -m tests.benchmarks $(ARGS)

faults: setup ## Break everything, check every promise, then make pairs unless told how much (N=10000 messages, SEED=7, MINUTES=60, three consumers: ARGS="--consumers 3")
	@$(BIN)/python -m tests.faults --messages $(or $(N),2000) --minutes $(or $(MINUTES),10) \
		$(if $(SEED),--seed $(SEED)) $(ARGS)
	$(if $(N)$(ARGS),,@$(MAKE) --no-print-directory pairs)

fuzz: setup ## Send 100,000 requests of every kind to the web process (N=100000, SEED=7)
	@$(BIN)/python -m tests.fuzz --requests $(or $(N),100000) $(if $(SEED),--seed $(SEED))

soak: setup ## Twenty restarts in a row, and 2,000 turns over 100 lanes with evictions, resets, cancels and kills (about 20 minutes; three consumers and 10,000 messages: ARGS="--consumers 3")
	@RESTARTS=$(or $(RESTARTS),20) $(BIN)/python -m pytest tests/acceptance/outages/test_restarts.py -k outlives_restarts
	@$(BIN)/python -m tests.soak $(ARGS)

screenshots: setup packages ## Take README's pictures of the operator's page, of a service that runs for them
	@$(BIN)/python -m tests.screenshots

image: ## Build the Dockerfile's two images by buildah, as root, and try each (BASE=debian: without Docker's registry)
	@BASE="$(BASE)" docker/build

format: setup ## Put the code into the project's format, with the fixes ruff is sure of
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

clean: ## Remove what setup and the tools made; data/ stays
	rm -rf .venv .uv .dashboard .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache bench.json bench.svg
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

packages:
	@BROWSER=$(BROWSER) .ci/debian

dashboard: setup
	@.ci/dashboard
