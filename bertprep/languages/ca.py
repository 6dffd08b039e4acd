from .form import Language

LANGUAGE = Language(
    name="Catalan",
    scripts=("latin",),
    capital_after_semicolon=True,
)
