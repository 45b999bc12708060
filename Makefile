# Needs make and a Python from 3.11 on, nothing else: every target first sees to .venv.
# make PYTHON=/path/to/python sets .venv up with that one.

.PHONY: help demo reference studies validity docs test test-all lint lock clean anew
.DELETE_ON_ERROR:

BIN := .venv/bin
READY := .venv/ready

help:
	@echo 'make demo       the main comparison: prints the table, says where the report is'
	@echo 'make reference  the same, and its figures and table into results/reference/'
	@echo 'make studies    the shipped studies, and their reports into results/reference/'
	@echo 'make validity   patterns and rival models measured anew, for reports and docs/validity.md'
	@echo 'make docs       docs/settings.md, docs/outcomes.md and the tables of other pages from the code'
	@echo 'make test       style, types and the tests'
	@echo 'make test-all   the same with the long tests'
	@echo 'make lint       style and types only'
	@echo 'make lock       requirements.lock anew from pyproject.toml, newest versions (needs uv)'
	@echo 'make clean      remove .venv and everything else a tool left behind; results stay'

demo: $(READY)
	@$(BIN)/trader-sim compare tight_control restored_autonomy -o results/demo --force

# what README.md shows and results/reference/ keeps of it
reference: demo
	@mkdir -p results/reference
	@cp results/demo/figures/*.png results/demo/effects.csv results/demo/manifest.json results/reference/

# the shipped studies, a few minutes each, and what results/reference/ keeps of them
STUDIES := tune/tune_autonomy sensitivity/sensitivity robustness/robustness calibrate/calibrate
studies: $(READY)
	@for study in $(STUDIES); do \
	    name=$${study#*/}; out=results/reference/$$name; \
	    $(BIN)/trader-sim $${study%/*} $$name -o results/$$name --force --no-progress || exit 1; \
	    rm -rf $$out; mkdir -p $$out; \
	    cp results/$$name/report.html results/$$name/manifest.json $$out/; \
	    find results/$$name -maxdepth 1 -name '*.csv' -size -200k -exec cp {} $$out/ \; ; \
	done

# what reports say of validity, and the figures of docs/validity.md; about five minutes
validity: $(READY)
	@$(BIN)/trader-sim patterns -o results/patterns --force --no-progress
	@$(BIN)/trader-sim patterns rivals -o results/rivals --force --no-progress
	@$(BIN)/python -m sim.validity results/patterns results/rivals results/reference/calibrate
	@for name in patterns rivals; do \
	    out=results/reference/$$name; rm -rf $$out; mkdir -p $$out; \
	    cp results/$$name/report.html results/$$name/manifest.json results/$$name/*.csv $$out/; \
	done
	@cp results/patterns/figures/*.png results/reference/patterns/
	@$(BIN)/python -m sim.catalogue docs

docs: $(READY)
	@$(BIN)/python -m sim.catalogue docs
	@$(BIN)/python -m sim.reference docs

lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/mypy

# two processes: one would take half as long again
TOGETHER := -n 2 --dist worksteal

test: lint
	@$(BIN)/pytest $(TOGETHER)

test-all: lint
	@$(BIN)/pytest $(TOGETHER) -m ""

lock:
	@sh tools/lock

clean:
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist requirements.lock.new
	@find sim tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): requirements.lock pyproject.toml tools/venv
	@PYTHON='$(PYTHON)' sh tools/venv

# .venv knows its folder and its Python by their full paths: moved, or the Python gone, it is made anew
ifneq ($(shell test -x $(BIN)/python && cat $(READY) 2>/dev/null),$(shell pwd -P))
$(READY): anew
endif
