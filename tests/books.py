"""EPUB books for tests."""

import io
import zipfile

CONTAINER = (
    '<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)


def page(body: str, attributes: str = "") -> str:
    """A page of XHTML."""
    return (
        '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml" '
        f'xmlns:epub="http://www.idpf.org/2007/ops"><head><title/></head><body {attributes}>{body}</body></html>'
    )


def package(pages: dict[str, str], guide: str = "", language: str = "en") -> str:
    """The package document: a spine of these files in this order; values are further attributes of the itemrefs."""
    items = "".join(
        f'<item id="i{number}" href="{name}" media-type="application/xhtml+xml"/>' for number, name in enumerate(pages)
    )
    refs = "".join(f'<itemref idref="i{number}" {more}/>' for number, more in enumerate(pages.values()))
    return (
        '<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>The Mill</dc:title><dc:language>{language}</dc:language></metadata><manifest>{items}</manifest>"
        f"<spine>{refs}</spine><guide>{guide}</guide></package>"
    )


def archive(files: dict[str, str | bytes], mimetype: bool = True) -> bytes:
    """A zip archive of these files."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as out:
        if mimetype:
            out.writestr(zipfile.ZipInfo("mimetype"), "application/epub+zip")
        for name, content in files.items():
            out.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED * (name != "mimetype"))
    return held.getvalue()


def book(pages: dict[str, str], order: dict[str, str] | None = None, guide: str = "", **files: str | bytes) -> bytes:
    """A whole book of these pages; `files` are others, by name."""
    spine = package(order if order is not None else dict.fromkeys(pages, ""), guide)
    inner = {f"OEBPS/{name}": content for name, content in pages.items()}
    return archive({"META-INF/container.xml": CONTAINER, "OEBPS/content.opf": spine, **inner, **files})
