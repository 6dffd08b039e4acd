from .form import Language

LANGUAGE = Language(
    name="Georgian",
    scripts=("georgian",),
)
