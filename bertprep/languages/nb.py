from .form import Language

LANGUAGE = Language(
    name="Norwegian Bokmål",
    scripts=("latin",),
    ordinals=True,
)
