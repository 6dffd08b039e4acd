from .form import Language

LANGUAGE = Language(
    name="Slovak",
    scripts=("latin",),
    ordinals=True,
)
