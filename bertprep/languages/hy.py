from .form import Language

LANGUAGE = Language(
    name="Armenian",
    scripts=("armenian",),
    colon_ends=True,
)
