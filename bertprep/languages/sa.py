from .form import Language

LANGUAGE = Language(
    name="Sanskrit",
    scripts=("devanagari",),
    danda=True,
)
