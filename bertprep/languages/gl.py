from .form import Language

LANGUAGE = Language(
    name="Galician",
    scripts=("latin",),
    capital_after_semicolon=True,
)
