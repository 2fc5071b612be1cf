"""Stage `validate`: clean rows, quarantine, report and Data Docs. Bad data is a result here; `admit` judges it."""

from vaegis import paths
from vaegis.config.load import load_section
from vaegis.config.validate import ValidateConfig
from vaegis.contract import TableSchema, load_rules
from vaegis.durable import replacing
from vaegis.quality.files import read_pulled, write_validation
from vaegis.quality.validate import validate
from vaegis.stage import run_stage


def main() -> None:
    """Judge the pulled rows by the contract and by feature_repo/expectations.json."""
    config = load_section("validate", ValidateConfig)
    schema = TableSchema.load(paths.SCHEMA)
    rules = load_rules(paths.RULES)
    pulled = read_pulled()
    with replacing(paths.VALIDATION_DOCS) as docs:
        validation = validate(pulled, schema, rules, docs=docs, examples=config.examples)
    write_validation(validation)


if __name__ == "__main__":
    run_stage("validate", main)
