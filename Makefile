# Two commands: `make up` starts YASR, `make test` proves it. `make install` is the set-up alone.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Two processes at a time; tests that need the machine for themselves stay together.
PYTEST ?= -n 2 --dist loadgroup

.PHONY: up test install lint words load clean
install: $(VENV)/.installed

$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("YASR needs Python 3.11 or newer") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV) || { echo "Install the venv module first: apt install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@

up: install
	$(BIN)/yasr up

test: install
	$(BIN)/python -m pytest $(PYTEST)

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Brings the catalogues of translations (bot/locale) in step with the sentences in the code.
words: install
	$(BIN)/python -m bot.wording

# How the bot bears a crowd; prints figures.
load: install
	$(BIN)/python -m tests.load.discord
	$(BIN)/python -m tests.load.telegram

clean:
	rm -rf $(VENV) build *.egg-info
