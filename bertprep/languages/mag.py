from .form import Language

LANGUAGE = Language(
    name="Magahi",
    scripts=("devanagari",),
    function_words="""
        के हे से आउ ई ऊ कि नय नञ हई में पर सब अपन जे ओकर एकर होवे करे ला हल हइ हथ हथिन कोय चाहे हए होए गेल लेल
        दोसरो कोइयो केकरो ओकरा हलइ
    """,
)
