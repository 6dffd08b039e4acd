from .form import Language

LANGUAGE = Language(
    name="Thai",
    scripts=("thai",),
    clauses=True,
)
