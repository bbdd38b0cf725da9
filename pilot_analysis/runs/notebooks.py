"""Where the notebooks are: in the wheel, or beside the package in a checkout."""

from pathlib import Path

PACKAGE = Path(__file__).parents[1]


def notebook(name: str) -> Path:
    """The notebook that ships under this name.

    Raises:
        FileNotFoundError: when it does not ship.
    """
    places = [folder / "notebooks" / f"{name}.ipynb" for folder in (PACKAGE, PACKAGE.parent)]
    for place in places:
        if place.is_file():
            return place
    raise FileNotFoundError(f"no notebook {name} in {' or '.join(str(p.parent) for p in places)}")
