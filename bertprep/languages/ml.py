from .form import Language

LANGUAGE = Language(
    name="Malayalam",
    scripts=("malayalam",),
)
