# `make app` runs Basin and `make test` tests it. Each first sets up what it needs in .venv, once.
.PHONY: app develop concept test processors delicate mutants bench load soak replicas cluster gallery format setup setup-dev
.DEFAULT_GOAL := app

app: setup
	.venv/bin/streamlit run app.py

# The same for whoever works on the code: what is saved is seen at the next run.
develop: setup
	.venv/bin/streamlit run app.py --server.fileWatcherType auto

# A new concept's files, whole and passing, to be changed from there: make concept NAME=<slug>
concept: setup-dev
	@.venv/bin/python -m scaffold $(NAME) --section $(or $(SECTION),optimisation) $(if $(TITLE),--title "$(TITLE)") $(if $(TITLE_ZH),--title-zh "$(TITLE_ZH)")

# What has a server or a browser comes last, two at a time. Ends with a table of the time of both runs.
test: setup-dev
	@.ci/chromium >/dev/null
	.venv/bin/ruff check .
	@rm -f .venv/times
	.venv/bin/python -m pytest --times .venv/times -n auto --maxprocesses 4 --dist worksteal \
		--ignore tests/browser --ignore tests/faults
	.venv/bin/python -m pytest --times .venv/times -n 2 --dist worksteal tests/faults tests/browser

# Core and pages as other processors round (OPENBLAS_CORETYPE); and what is delicate, as those beside this one do.
processors: setup-dev
	.venv/bin/python -m tests.processors -n auto --maxprocesses 4 tests/core tests/pages

delicate: setup-dev
	.venv/bin/python -m tests.processors --others -n auto --maxprocesses 4 -m delicate tests/core

# A hundred lines of core's checks and of the charts changed on purpose; those that no test notices are printed.
mutants: setup-dev
	.venv/bin/python -m tests.mutants

bench: setup-dev
	.venv/bin/python -m bench

# A hundred students over all pages, then a class on each page in turn; a thousand sessions, one after another.
load: setup-dev
	.venv/bin/python -m bench.load
	.venv/bin/python -m bench.load --one-page

soak: setup-dev
	.venv/bin/python -m bench.soak

# A lecture on two replicas behind nginx, one of which is killed. Needs Debian's nginx.
replicas: setup-dev
	.venv/bin/python -m hosting.replicas

# The app, with a scheduler and two workers for its long work on this machine.
cluster: setup-dev
	.venv/bin/python -m hosting.cluster

gallery: setup-dev
	@.ci/chromium >/dev/null
	.venv/bin/python -m gallery

format: setup-dev
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

setup: .venv/installed
setup-dev: .venv/installed-dev

# The stamps are as new as the requirements that they stand for.
.venv/installed: requirements.txt .ci/install
	@.ci/install requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt requirements-cluster.txt .venv/installed
	@.ci/install requirements-dev.txt
	@touch $@
