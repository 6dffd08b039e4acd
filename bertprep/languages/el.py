from .form import Language

LANGUAGE = Language(
    name="Greek",
    scripts=("greek",),
    capital_after_semicolon=True,
    separators=(".", ","),
)
