"""What a dump says about its wiki, and what its language calls files, categories and sections without prose."""

import dataclasses
from collections.abc import Mapping
from functools import cached_property

from ...languages import load
from ...languages.fallbacks import chain
from ...languages.form import Wiki
from . import templates
from .templates.arguments import Handler


@dataclasses.dataclass(frozen=True)
class Site:
    """What a dump says about its wiki: language code and the names of the namespaces by number."""

    language: str = "en"
    namespaces: Mapping[int, str] = dataclasses.field(default_factory=dict)
    own_templates: Mapping[str, Handler] = dataclasses.field(default_factory=dict)  # a user's, in small letters

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The languages whose names are valid here, the wiki's own last."""
        return chain(self.language.lower())

    @cached_property
    def wikis(self) -> tuple[Wiki, ...]:
        """What English calls things, which every Wikipedia understands, and what the wiki's own language does."""
        return tuple(load(code).wiki for code in self.codes)

    @cached_property
    def dropped_prefixes(self) -> frozenset[str]:
        """Lower-case prefixes of links that show nothing in the text: files and categories."""
        own = {self.namespaces.get(key, "").lower() for key in (-2, 6, 14)}
        return frozenset(own.union(*((*wiki.files, *wiki.categories) for wiki in self.wikis))) - {""}

    @cached_property
    def dropped_sections(self) -> frozenset[str]:
        """Lower-case headings of sections that hold no prose."""
        return self.top_sections.union(*(wiki.sections for wiki in self.wikis))

    @cached_property
    def top_sections(self) -> frozenset[str]:
        """Those that hold none on the second level only: below, they are chapters on literature, springs or music."""
        return frozenset().union(*(wiki.top_sections for wiki in self.wikis))

    @cached_property
    def template(self) -> templates.Finder:
        """How a template is shown, or None where it is not known, by its name: lower case, trimmed, without underscores."""
        find, own = templates.finder(self.codes), self.own_templates
        return (lambda name: own.get(name) or find(name)) if own else find
