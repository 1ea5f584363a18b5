.PHONY: check test bench docs

check:  ## style, types and the direction of imports
	ruff check .
	ruff format --check .
	mypy
	lint-imports

test:  ## everything, the browser tests included
	pytest

bench:  ## speed and quality, as ratios in one run
	python -m tests.benchmarks.main_job
	python -m tests.benchmarks.page_weight
	ihub evaluate tests/data/questions/test.jsonl

docs:  ## the pages that are made from the code
	python -m assistant.reference > docs/settings.md
	typer ui.cli utils docs --name ihub --output docs/cli.md
