from .form import Language

LANGUAGE = Language(
    name="Gujarati",
    scripts=("gujarati",),
)
