from .form import Abbreviations, Language

LANGUAGE = Language(
    name="Gujarati",
    scripts=("gujarati",),
    abbreviations=Abbreviations(
        never="ડૉ ડો પ્રો શ્રી ઈ.સ કિ.મી સે.મી પૃ",
    ),
    section_words="ભાગ વિભાગ આકૃતિ પાઠ",
)
