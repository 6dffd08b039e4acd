from .form import Language

LANGUAGE = Language(
    name="Lao",
    scripts=("lao",),
    clauses=True,
)
