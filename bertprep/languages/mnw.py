from .form import Language

LANGUAGE = Language(
    name="Mon",
    scripts=("myanmar",),
)
