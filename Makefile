# Everything a newcomer types. Each target first makes .venv by itself (uv, from uv.lock); a second call
# costs nothing. Needs Python 3.11 to 3.13, git and make.
#
#   make demo               everything on this machine against a pretended world; ARGS=--once to end after it
#   make test               all the tests, the whole stack and a browser among them
#   make check              the same gates and the fast tests
#   make bench NAME=x       one benchmark
#   make real               what is tried on real public files, which are no part of the project
#   make torture            the long proofs, whole: a million stories of crashes, and kill -9 everywhere
#   make soak               50 accounts of 1,000 ads for thirty nights, calls failing and processes killed; hours
#   make pictures           docs/pictures anew: every page of the demo's world, in both languages, on a desk and a phone
#   make map                write docs/house_map.md anew
#   make sbom               dist/adflux.cdx.json: what an installation is made of, as CycloneDX
#   make setup              only .venv

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
PYTHON := .venv/bin/python
READY := .venv/.ready
# Two processes, a file of tests to either; in the order of the folders, or what takes longest would come last.
IN_TWO := -n 2 --dist loadfile --no-loadscope-reorder
# Some machines forbid it, and each of a dozen programs would compile whatever it imports anew.
unexport PYTHONDONTWRITEBYTECODE
SAY = @printf '\033[2m— %s\033[0m\n'

.PHONY: help setup demo test check gates browser hosts bench real torture soak pictures map sbom

help:
	@sed -n 's/^#   //p' Makefile

setup: $(READY)
	@:

$(READY): uv.lock pyproject.toml .ci/venv
	@.ci/venv $@

demo: $(READY)
	@.venv/bin/adflux demo $(ARGS)

test: gates browser
	$(SAY) "tests"
	@$(PYTHON) -m pytest $(IN_TWO) $(ARGS)

check: gates
	$(SAY) "fast tests"
	@$(PYTHON) -m pytest $(IN_TWO) -m "not whole" $(ARGS)

gates: $(READY)
	$(SAY) "ruff"
	@$(PYTHON) -m ruff check --quiet
	@$(PYTHON) -m ruff format --check --quiet
	$(SAY) "mypy"
	@$(PYTHON) -m mypy --no-error-summary
	$(SAY) "who may import whom"
	@.venv/bin/lint-imports --no-logo > .venv/lint-imports.log || { cat .venv/lint-imports.log; exit 1; }
	$(SAY) "house map"
	@$(PYTHON) -m deployments.house_map --check

browser:
	@.ci/chromium

hosts:
	@.ci/iproute2

bench: $(READY)
	@test -n "$(NAME)" || { echo "make bench NAME=x, one of: $$(cd benchmarks && ls | sed -n 's/^\([a-z].*\)\.py$$/\1/p' | xargs)" >&2; exit 2; }
	@$(PYTHON) -m benchmarks.$(NAME) $(ARGS)

real: $(READY)
	@test -d "$${ADFLUX_REAL_DATA:-../shared/data}" || { echo "the real files are not here: set ADFLUX_REAL_DATA to their folder" >&2; exit 2; }
	$(SAY) "real public files"
	@$(PYTHON) -m pytest $$(find tests -name "test_real_*.py") $(ARGS)

torture: $(READY) hosts
	$(SAY) "a million stories of crashes and doubts"
	@ADFLUX_SCENARIOS=1000000 $(PYTHON) -m pytest tests/adflux_core/publication/test_simulation.py $(ARGS)
	$(SAY) "every fault at every call, and pairs of them"
	@ADFLUX_FAULT_STORIES=1200 $(PYTHON) -m pytest tests/adflux_core/publication/test_every_fault.py $(ARGS)
	$(SAY) "1,500 histories of restated, vanishing and interrupted numbers"
	@ADFLUX_METRIC_HISTORIES=1500 $(PYTHON) -m pytest tests/adflux_core/metrics/test_every_history.py $(ARGS)
	$(SAY) "every fault of reading numbers on both platforms, alone and in all pairs"
	@ADFLUX_READING_FAULTS=1 $(PYTHON) -m pytest tests/adflux_core/metrics/test_every_fault.py $(ARGS)
	$(SAY) "10,000 plans for segments, and what of each is on the wires"
	@ADFLUX_LAWFUL_PLANS=10000 $(PYTHON) -m pytest tests/adflux_core/campaigns/test_lawful_plans.py $(ARGS)
	$(SAY) "1,000 people erased at once"
	@ADFLUX_ERASED=1000 $(PYTHON) -m pytest tests/adflux_core/candidates/test_erasing_many.py $(ARGS)
	$(SAY) "500 histories of files of applications beside campaigns that come and go"
	@ADFLUX_APPLICATION_HISTORIES=500 $(PYTHON) -m pytest tests/adflux_core/applications/test_counts_in_step.py $(ARGS)
	$(SAY) "what changed between two reports, in 1,500 histories"
	@ADFLUX_CHANGE_HISTORIES=1500 $(PYTHON) -m pytest tests/adflux_core/reports/test_changes.py $(ARGS)
	$(SAY) "ten retrainings, each with 2 % new candidates"
	@ADFLUX_RETRAININGS=10 $(PYTHON) -m pytest tests/adflux_core/segmentation $(ARGS)
	$(SAY) "a hundred bases whose columns say what the law protects"
	@ADFLUX_PROTECTED_BASES=100 $(PYTHON) -m pytest tests/adflux_core/segmentation/test_protected_columns.py $(ARGS)
	$(SAY) "ads for 1,000 postings on both platforms in both languages, one call in ten at fault"
	@ADFLUX_CREATIVE_POSTINGS=1000 $(PYTHON) -m pytest -s tests/adflux_core/creative/test_generating.py -k great_many $(ARGS)
	$(SAY) "thirty clean nights without an alert, and every kind of incident with one each"
	@ADFLUX_CLEAN_NIGHTS=30 $(PYTHON) -m pytest tests/deployments/test_incidents.py $(ARGS)
	$(SAY) "kill -9 at every boundary; on each platform a hundred double kills and twenty stopped processes; 60 days"
	@ADFLUX_KILLED_DAYS=60 ADFLUX_WORKER_KILLS=0 ADFLUX_DOUBLE_KILLS=100 ADFLUX_FREEZES=20 $(PYTHON) -m pytest tests/kills $(ARGS)
	$(SAY) "worker, server, database and dashboard end in the middle of a night, by kill -9 and by SIGTERM"
	@ADFLUX_SERVICE_KILLS=1 $(PYTHON) -m pytest tests/deployments/test_killed_services.py $(ARGS)
	$(SAY) "the image's own steps of installing, in an empty folder"
	@ADFLUX_IMAGE_STEPS=1 $(PYTHON) -m pytest tests/deployments/test_containers.py $(ARGS)
	$(SAY) "two workers on two hosts share a night, one is cut off, and Prefect finds out by itself"
	@ADFLUX_CUT_OFF=1 $(PYTHON) -m pytest tests/deployments/test_two_hosts.py $(ARGS)
	$(SAY) "each part of the stack alone, as in a container of its own"
	@ADFLUX_PARTS_ALONE=1 $(PYTHON) -m pytest tests/deployments/test_parts_alone.py $(ARGS)
	$(SAY) "a night of the soak, small"
	@ADFLUX_SOAK=1 $(PYTHON) -m pytest tests/deployments/test_soak.py $(ARGS)

soak: $(READY)
	@PYTHONPATH=. $(PYTHON) tests/worlds/soak.py $(ARGS)

pictures: $(READY) browser
	@$(PYTHON) tests/worlds/pictures.py $(ARGS)

map: $(READY)
	@$(PYTHON) -m deployments.house_map

sbom: $(READY)
	@mkdir -p dist
	@.uv/bin/uv export --frozen --no-dev --quiet --preview-features sbom-export --format cyclonedx1.5 --output-file dist/adflux.cdx.json
