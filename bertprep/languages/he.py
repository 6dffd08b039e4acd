from .form import Language, Wiki

LANGUAGE = Language(
    name="Hebrew",
    scripts=("hebrew",),
    function_words="של את על הוא לא היא כי עם זה או גם אל כל אם בין אשר היה הם יש אין רק עד כן",
    wiki=Wiki(
        redirects=("הפניה",),
    ),
)
