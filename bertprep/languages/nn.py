from .form import Language

LANGUAGE = Language(
    name="Norwegian Nynorsk",
    scripts=("latin",),
    ordinals=True,
)
