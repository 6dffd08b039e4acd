from .form import Language

LANGUAGE = Language(
    name="Icelandic",
    scripts=("latin",),
    ordinals=True,
)
