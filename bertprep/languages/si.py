from .form import Language

LANGUAGE = Language(
    name="Sinhala",
    scripts=("sinhala",),
)
