from .form import Language

LANGUAGE = Language(
    name="Telugu",
    scripts=("telugu",),
)
