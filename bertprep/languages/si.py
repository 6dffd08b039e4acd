from .form import Abbreviations, Language

LANGUAGE = Language(
    name="Sinhala",
    scripts=("sinhala",),
    abbreviations=Abbreviations(
        never="පිටු කි.මී මහා ඒ බී සී ඩී එෆ් ජී එච් ජේ කේ එල් එම් එන් පී ආර් එස් ටී යූ වී",
    ),
    section_words="කොටස රූපය වගුව පාඩම",
)
