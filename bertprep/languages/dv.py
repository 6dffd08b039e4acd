from .form import Language

LANGUAGE = Language(
    name="Dhivehi",
    scripts=("thaana",),
)
