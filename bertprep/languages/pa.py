from .form import Language

LANGUAGE = Language(
    name="Punjabi",
    scripts=("gurmukhi",),
    danda=True,
)
