from .form import Language

LANGUAGE = Language(
    name="Burmese",
    scripts=("burmese",),
)
