# `make app` runs Basin and `make test` tests it. Each first sets up what it needs in .venv, once.
.PHONY: app test bench format setup setup-dev
.DEFAULT_GOAL := app

app: setup
	.venv/bin/streamlit run app.py

test: setup-dev
	@.ci/chromium >/dev/null
	.venv/bin/ruff check .
	.venv/bin/python -m pytest

bench: setup-dev
	.venv/bin/python -m bench

format: setup-dev
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

setup: .venv/installed
setup-dev: .venv/installed-dev

# The stamps are as new as the requirements that they stand for.
.venv/installed: requirements.txt .ci/install
	@.ci/install requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt .venv/installed
	@.ci/install requirements-dev.txt
	@touch $@
