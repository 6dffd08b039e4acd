from .form import Language

LANGUAGE = Language(
    name="Estonian",
    scripts=("latin",),
    ordinals=True,
)
