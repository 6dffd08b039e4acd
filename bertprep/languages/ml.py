from .form import Abbreviations, Language, Wiki

LANGUAGE = Language(
    name="Malayalam",
    scripts=("malayalam",),
    abbreviations=Abbreviations(
        never="""
            ഡോ പ്രൊ പ്രൊഫ ശ്രീ മി മിസ് അഡ്വ ഉ.പ്ര മ.പ്ര ത.നാ കി.മീ സെ.മീ മി.മീ പേ എം എൻ എൽ എസ് ആർ കെ ജെ
            എഫ് എച്ച് ഐ യു ജി പി ഡി ടി വി സി ബി
        """,
    ),
    section_words="ഭാഗം പാഠം",
    wiki=Wiki(
        files=("പ്രമാണം", "ചിത്രം", "പ്ര"),
        categories=("വർഗ്ഗം", "വി", "വിഭാഗം", "വ"),
        redirects=("തിരിച്ചുവിടുക", "തിരിച്ചുവിടൽ"),
        sections=(
            "അവലംബം", "അവലംബങ്ങൾ", "പുറത്തേയ്ക്കുള്ള കണ്ണികൾ", "ഇതും കാണുക", "പുറം കണ്ണികൾ", "കുറിപ്പുകൾ",
            "പുറത്തേക്കുള്ള കണ്ണികൾ", "ചിത്രശാല",
        ),
        disambiguation=("വിവക്ഷകൾ", "നാനാർത്ഥം"),
        silent=("തെളിവ്",),
    ),
)
