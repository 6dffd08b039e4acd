from .form import Abbreviations, Language

LANGUAGE = Language(
    name="Tamil",
    scripts=("tamil",),
    abbreviations=Abbreviations(
        never="டாக் பேரா திரு கி.மு கி.பி மு எ.கா ப கி.மீ செ.மீ மி.மீ எம் கே எஸ் டி வி ஆர் சி பி ஜி",
    ),
    section_words="பகுதி படம் பாடம்",
)
