"""A dump's description of its wiki, and its language's names of files, categories and sections without prose."""

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
    """Language code of the wiki, and names of its namespaces by number."""

    language: str = "en"
    namespaces: Mapping[int, str] = dataclasses.field(default_factory=dict)
    own_templates: Mapping[str, Handler] = dataclasses.field(default_factory=dict)  # the user's, by lower-case name

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The languages whose names are valid here, the wiki's own last."""
        return chain(self.language.lower())

    @cached_property
    def wikis(self) -> tuple[Wiki, ...]:
        """The names of English, which every Wikipedia understands, and of the wiki's own language."""
        return tuple(load(code).wiki for code in self.codes)

    @cached_property
    def dropped_prefixes(self) -> frozenset[str]:
        """Lower-case prefixes of links that show no text: files and categories."""
        own = {self.namespaces.get(key, "").lower() for key in (-2, 6, 14)}
        return frozenset(own.union(*((*wiki.files, *wiki.categories) for wiki in self.wikis))) - {""}

    @cached_property
    def dropped_sections(self) -> frozenset[str]:
        """Lower-case headings of sections without prose."""
        return self.top_sections.union(*(wiki.sections for wiki in self.wikis))

    @cached_property
    def top_sections(self) -> frozenset[str]:
        """Those that are without prose only on level 2: deeper ones are chapters on literature, springs or music."""
        return frozenset().union(*(wiki.top_sections for wiki in self.wikis))

    @cached_property
    def template(self) -> templates.Finder:
        """Template name (lower case, trimmed, without underscores) -> its handler, or None if it is unknown."""
        find, own = templates.finder(self.codes), self.own_templates
        return (lambda name: own.get(name) or find(name)) if own else find
