from .form import Language

LANGUAGE = Language(
    name="Amharic",
    scripts=("ethiopic",),
)
