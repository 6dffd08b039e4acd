from .form import Language

LANGUAGE = Language(
    name="Bengali",
    scripts=("bengali",),
    danda=True,
)
