from .form import Language

LANGUAGE = Language(
    name="Khmer",
    scripts=("khmer",),
    clauses=True,
)
