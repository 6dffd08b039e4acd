from .form import Language

LANGUAGE = Language(
    name="Central Kurdish",
    scripts=("arabic",),
    function_words="""
        و لە بە بۆ کە ئەو ئەم یەک نییە هەیە بوو بوون دەکات دەبێت یان بەڵام ئەگەر وەک دەربارەی پاش هەتا خۆی ئێمە ئەوان
        هەموو هەر چی کێ چۆن تەنها تێدا هێچ کەس
    """,
)
