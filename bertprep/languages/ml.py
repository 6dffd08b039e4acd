from .form import Abbreviations, Language

LANGUAGE = Language(
    name="Malayalam",
    scripts=("malayalam",),
    abbreviations=Abbreviations(
        never="ഡോ പ്രൊ പ്രൊഫ ശ്രീ മി മിസ് അഡ്വ ഉ.പ്ര മ.പ്ര ത.നാ കി.മീ സെ.മീ മി.മീ പേ",
    ),
    section_words="ഭാഗം പാഠം",
)
