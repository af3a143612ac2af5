# What one does with SpineInfo. Each works as the first command after a clone; PORT=8001 chooses a port to serve on.

.PHONY: run test check bench lock

VENV = .venv
BIN = $(VENV)/bin
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)

# $(call install,FILE): what FILE pins is in the virtual environment; nothing is done where it was and FILE is the same.
define install
	@$(BIN)/python -c 'import pip' 2>/dev/null || { \
		[ -n "$(PYTHON)" ] || { echo "SpineInfo needs Python 3.11 or newer: set PYTHON to its command."; exit 1; }; \
		$(PYTHON) -m venv --clear $(VENV); }
	@wanted="$$(cksum < $(1))"; \
	if [ "$$(cat $(VENV)/$(1).installed 2>/dev/null)" != "$$wanted" ]; then \
		echo "Installing $(1) …"; \
		$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r $(1) && \
		echo "$$wanted" > $(VENV)/$(1).installed; \
	fi
endef

run:
	$(call install,requirements.txt)
	@$(BIN)/python manage.py first_run
	@exec $(BIN)/python manage.py serve

test:
	$(call install,requirements-dev.txt)
	@status=0; \
	$(BIN)/python -m pytest -n 2 --dist worksteal || status=1; \
	$(BIN)/python -m tests.postgresql -n 2 --dist worksteal -m "not browser and (not once or transactions)" || status=1; \
	exit $$status

check:
	$(call install,requirements-dev.txt)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	git ls-files -z 'templates/*.html' | xargs -0 $(BIN)/djade --check --target-version 5.2
	$(BIN)/lint-imports
	DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python manage.py makemigrations --check --dry-run

# Measurements, for a machine that does nothing else meanwhile.
bench:
	$(call install,requirements-dev.txt)
	@status=0; for file in bench/*.py; do echo "$$file"; $(BIN)/python $$file || status=1; done; exit $$status

# Newest versions within what pyproject.toml allows; look at the difference, then `make test`.
lock:
	$(call install,requirements-dev.txt)
	$(BIN)/uv pip compile --upgrade $(LOCKED) pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --upgrade $(LOCKED) pyproject.toml --group dev -o requirements-dev.txt

LOCKED = --universal --python-version 3.11 --generate-hashes --no-emit-index-url --quiet
