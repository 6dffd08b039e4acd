from .form import Language

LANGUAGE = Language(
    name="Tamil",
    scripts=("tamil",),
)
