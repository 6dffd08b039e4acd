from .form import Language

LANGUAGE = Language(
    name="N'Ko",
    scripts=("nko",),
)
