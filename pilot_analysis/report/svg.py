"""A matplotlib figure as SVG for a page: stable bytes, ids of its own, the reader's colours and fonts."""

import re
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING
from warnings import catch_warnings, filterwarnings
from xml.etree import ElementTree

from pilot_analysis.report import style, wording

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NAMESPACE = "http://www.w3.org/2000/svg"
LINK = "{http://www.w3.org/1999/xlink}href"
REFERENCE = re.compile(r"url\(#([^)]+)\)")


def svg(figure: "Figure", title: str, description: str) -> str:
    """`figure` as an SVG element with `title` and `description` as its text alternative.

    The same figure gives the same bytes. Its colours are CSS variables of the page that fall back to
    their light values, so that the file also stands alone.
    """
    title, description = wording.plain(title), wording.plain(description)
    drawn = wording.plain(_saved(figure).decode()).encode()
    root = ElementTree.fromstring(drawn)
    prefix = "f" + sha256(f"{title}\0{description}\0".encode() + drawn).hexdigest()[:8]

    _drop(root, "metadata", "style")
    _name_apart(root, prefix)
    for element in root.iter():
        element.tag = element.tag.removeprefix(f"{{{NAMESPACE}}}")  # said once, on the root
        if "style" in element.attrib:
            css = re.sub(r"font-family:[^;]*;?\s*", "", element.attrib["style"])
            element.attrib["style"] = style.themed(css)
        if element.get("transform", "").startswith("rotate(-0 "):
            del element.attrib["transform"]

    for unwanted in ("height", "version"):
        root.attrib.pop(unwanted, None)
    root.attrib |= {
        "xmlns": NAMESPACE,
        "width": "100%",
        "role": "img",
        "aria-labelledby": f"{prefix}-title {prefix}-desc",
        "font-family": style.FONTS,
        "stroke-linejoin": "round",
    }
    for index, (tag, text) in enumerate([("title", title), ("desc", description)]):
        element = ElementTree.Element(tag, id=f"{prefix}-{tag}")
        element.text = text
        root.insert(index, element)
    return ElementTree.tostring(root, encoding="unicode")


def inline(markup: str) -> str:
    """`markup` for inside an HTML page, where the namespace is known."""
    return markup.replace(f' xmlns="{NAMESPACE}"', "", 1)


def _saved(figure: "Figure") -> bytes:
    buffer = BytesIO()
    with style.drawing(), catch_warnings():
        # Text is drawn by the reader's fonts: matplotlib need not have every letter.
        filterwarnings("ignore", message="Glyph .* missing from", category=UserWarning)
        filterwarnings("ignore", message="Matplotlib currently does not support", category=UserWarning)
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return buffer.getvalue()


def _drop(root: ElementTree.Element, *tags: str) -> None:
    unwanted = {f"{{{NAMESPACE}}}{tag}" for tag in tags}
    for parent in root.iter():
        for child in [child for child in parent if child.tag in unwanted]:
            parent.remove(child)


def _name_apart(root: ElementTree.Element, prefix: str) -> None:
    """Keep only the ids that something refers to, and make them this figure's own."""
    used = set()
    for element in root.iter():
        if element.get(LINK, "").startswith("data:"):  # dense points, drawn as a picture
            element.attrib["href"] = element.attrib.pop(LINK)
        elif LINK in element.attrib:
            target = element.attrib.pop(LINK).removeprefix("#")
            element.attrib["href"] = f"#{prefix}-{target}"
            used.add(target)
        if "clip-path" in element.attrib:
            used.update(REFERENCE.findall(element.attrib["clip-path"]))
            element.attrib["clip-path"] = REFERENCE.sub(rf"url(#{prefix}-\1)", element.attrib["clip-path"])
    for element in root.iter():
        name = element.attrib.pop("id", None)
        if name in used:
            element.attrib["id"] = f"{prefix}-{name}"
