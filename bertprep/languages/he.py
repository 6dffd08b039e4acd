from .form import Abbreviations, Language, Wiki

LANGUAGE = Language(
    name="Hebrew",
    scripts=("hebrew",),
    function_words="של את על הוא לא היא כי עם זה או גם אל כל אם בין אשר היה הם יש אין רק עד כן",
    abbreviations=Abbreviations(
        never="פרופ אינג עמ רח שד גב",
        number="מס",
    ),
    section_words="פרק חלק סעיף נספח איור תרשים טבלה ספר כרך שער שיעור תרגיל משפט הגדרה דוגמה",
    ellipsis_pauses=True,
    wiki=Wiki(
        redirects=("הפניה",),
    ),
)
