from .form import Language

LANGUAGE = Language(
    name="Nepali",
    scripts=("devanagari",),
    danda=True,
)
