from .form import Language

LANGUAGE = Language(
    name="Marathi",
    scripts=("devanagari",),
    danda=True,
)
