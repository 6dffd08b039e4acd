from .form import Language

LANGUAGE = Language(
    name="Croatian",
    scripts=("latin",),
    ordinals=True,
)
