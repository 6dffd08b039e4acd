from .form import Language, Wiki

LANGUAGE = Language(
    name="Hebrew",
    scripts=("hebrew",),
    wiki=Wiki(
        redirects=("הפניה",),
    ),
)
