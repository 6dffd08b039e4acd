from .form import Abbreviations, Language, Wiki

LANGUAGE = Language(
    name="Tamil",
    scripts=("tamil",),
    abbreviations=Abbreviations(
        never="""
            டாக் பேரா திரு கி.மு கி.பி மு எ.கா ப கி.மீ செ.மீ மி.மீ எம் கே எஸ் டி வி ஆர் சி பி ஜி ஏ எஃப்
            எச் ஹெச் ஜெ ஜே எல் என் யு
        """,
    ),
    section_words="பகுதி படம் பாடம்",
    wiki=Wiki(
        files=("படிமம்", "கோப்பு", "ஊடகம்"),
        categories=("பகுப்பு",),
        redirects=("வழிமாற்று",),
        sections=(
            "மேற்கோள்கள்", "வெளி இணைப்புகள்", "உசாத்துணை", "இவற்றையும் பார்க்கவும்", "மேலும் பார்க்க",
            "குறிப்புகள்", "சான்றுகள்", "வெளியிணைப்புகள்", "இவற்றையும் காண்க", "உசாத்துணைகள்",
        ),
        disambiguation=("பக்கவழி நெறிப்படுத்தல்", "பக்கவழி"),
        silent=("சான்று தேவை", "cn"),
    ),
)
