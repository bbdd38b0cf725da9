"""What a review was made from: config, data, code and packages, so that it can be made again."""

import hashlib
import platform
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pilot_analysis import __version__
from pilot_analysis.config.loader import resolved_yaml
from pilot_analysis.config.models import Config

if TYPE_CHECKING:
    from pilot_analysis.review import Review

PACKAGE = Path(__file__).parents[1]
SOURCES = (".py", ".yaml", ".j2")
PACKAGES = (
    "babel", "duckdb", "ibis-framework", "matplotlib", "numpy", "pandas", "papermill", "pingouin", "pyarrow", "scipy",
)  # fmt: skip


def provenance(review: "Review") -> dict[str, Any]:
    """Hashes and versions, and the seed of the multipliers behind the stability, where that was computed."""
    config, contacts = review.config, review.contacts
    return {
        "config": None if config.file is None else config.file.name,
        "config_sha256": config_hash(config),
        "data": [
            {**file, "path": config.without_secrets(file["path"])} for part in contacts.parts for file in part.files()
        ],
        "rows": contacts.rows,
        "contacts": contacts.used,
        "contacts_sha256": contacts.content,
        "version": __version__,
        "code_sha256": code_hash(),
        "seed": None if review.stability is None else review.stability.seed,
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "packages": {name: version(name) for name in PACKAGES},
        "generated_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def config_hash(config: Config) -> str:
    """SHA-256 of the config as resolved, the text of a run's `config.yaml`."""
    return hashlib.sha256(resolved_yaml(config).encode()).hexdigest()


@cache
def code_hash(package: Path = PACKAGE) -> str:
    """SHA-256 of the names and texts of the package's own sources, whatever line ends a checkout gave them."""
    digest = hashlib.sha256()
    for file in sorted(package.rglob("*"), key=lambda path: path.relative_to(package).as_posix()):
        if file.suffix in SOURCES:
            digest.update(file.relative_to(package).as_posix().encode() + b"\0")
            digest.update(file.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()
