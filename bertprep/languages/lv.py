from .form import Language

LANGUAGE = Language(
    name="Latvian",
    scripts=("latin",),
    ordinals=True,
)
