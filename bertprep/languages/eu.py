from .form import Language

LANGUAGE = Language(
    name="Basque",
    scripts=("latin",),
    ordinals=True,
)
