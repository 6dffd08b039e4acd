from .form import Language

LANGUAGE = Language(
    name="Slovene",
    scripts=("latin",),
    ordinals=True,
)
