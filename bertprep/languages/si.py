from .form import Abbreviations, Language

LANGUAGE = Language(
    name="Sinhala",
    scripts=("sinhala",),
    abbreviations=Abbreviations(
        never="පිටු කි.මී මහා",
    ),
    section_words="කොටස රූපය වගුව පාඩම",
)
