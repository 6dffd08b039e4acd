from .form import Language

LANGUAGE = Language(
    name="Maithili",
    scripts=("devanagari",),
    function_words="""
        अछि के सँ आ ई ओ जे नहि छल छथि लेल में पर एहि ओहि कोनो सभ अपन अथवा वा होएत केँ छैक अछि। आओर तथा हेतु प्रत्येक
    """,
)
