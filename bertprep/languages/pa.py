from .form import Abbreviations, Language

LANGUAGE = Language(
    name="Punjabi",
    scripts=("gurmukhi",),
    abbreviations=Abbreviations(
        never="ਡਾ ਪ੍ਰੋ ਸ ਸ੍ਰੀ ਸ਼੍ਰੀ ਕਿ.ਮੀ ਪੰ",
    ),
    section_words="ਅਧਿਆਇ ਭਾਗ ਖੰਡ ਧਾਰਾ ਚਿੱਤਰ ਪਾਠ",
    danda=True,
)
