from .form import Language

LANGUAGE = Language(
    name="Kannada",
    scripts=("kannada",),
)
