"""A page as a test reads it: its elements with their attributes, its text, and its pieces of code by their ids."""

from __future__ import annotations

from html.parser import HTMLParser

Attributes = dict[str, str | None]


class Page(HTMLParser):
    """A parsed page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, Attributes]] = []
        self.text = ""
        self.codes: dict[str, str] = {}
        self._code = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        self.elements.append((tag, dict(attrs)))
        if tag == "code":
            self._code = dict(attrs).get("id") or ""

    def handle_endtag(self, tag: str) -> None:
        """An element ends."""
        if tag == "code":
            self._code = ""

    def handle_data(self, data: str) -> None:
        """A part of the text."""
        self.text += data
        if self._code:
            self.codes[self._code] = self.codes.get(self._code, "") + data

    def all(self, tag: str, attribute: str) -> set[str]:
        """The values of an attribute of all elements of a name."""
        return {value for name, given in self.elements if name == tag and (value := given.get(attribute))}
