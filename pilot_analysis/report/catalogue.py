"""The message catalogue: every sentence of the program in one file that a translator can fill.

`python -m pilot_analysis.report.catalogue` writes `locale/pilot_analysis.pot`; `babel.cfg` says where
sentences stand. It carries no dates and no line numbers, so it changes only when a sentence does.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from pilot_analysis import words

ROOT = Path(__file__).parents[2]
POT = words.LOCALE_DIR / f"{words.DOMAIN}.pot"
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}
MOVING = re.compile(r'^"(POT-Creation-Date|Generated-By): .*\n', re.MULTILINE)


def catalogue() -> str:
    """The catalogue as it stands in the sources now.

    Raises:
        FileNotFoundError: outside a checkout, where there are no sources to read.
    """
    from babel.messages.catalog import Catalog
    from babel.messages.extract import extract_from_dir
    from babel.messages.frontend import parse_mapping_cfg
    from babel.messages.pofile import write_po

    with (ROOT / "babel.cfg").open(encoding="utf-8") as config:
        methods, options = parse_mapping_cfg(config)  # type: ignore[no-untyped-call]
    template = Catalog(project="pilot-analysis", charset="utf-8", fuzzy=False)
    template.header_comment = "# Sentences of pilot-analysis. Names in braces are filled in: keep them.\n#"
    found = extract_from_dir(ROOT, methods, options, KEYWORDS)
    for file, line, message, comments, context in sorted(found, key=lambda row: (row[0], str(row[2]))):
        template.add(message, None, [(file, line)], auto_comments=comments, context=context)
    written = BytesIO()
    write_po(written, template, omit_header=False, include_lineno=False, sort_by_file=False, width=100)
    return MOVING.sub("", written.getvalue().decode())


def rule_texts(source: IO[bytes], *_how: Any, **_options: Any) -> Iterator[tuple[int, None, str, list[str]]]:
    """The text of each rule in `rules.yaml` with its line, as Babel asks for it."""
    import yaml

    tree = yaml.compose(source)
    assert isinstance(tree, yaml.MappingNode)
    rules = next(value for key, value in tree.value if key.value == "rules")
    for rule in rules.value:
        for key, value in rule.value:
            if key.value == "text":
                yield value.start_mark.line + 1, None, value.value, []


def main() -> None:
    """Write the catalogue where the program looks for it."""
    POT.parent.mkdir(exist_ok=True)
    POT.write_text(catalogue(), encoding="utf-8")


if __name__ == "__main__":
    main()
