from .form import Language, Wiki

LANGUAGE = Language(
    name="Egyptian Arabic",
    scripts=("arabic",),
    function_words="""
        فى من على اللى ان او عن مع ده دى دول كان كانت مش ما كل بعد بين هو هى زى ولا لما حتى و لو بس علشان عشان بتاع
        بتاعت كمان برضه ليه فين ازاى
    """,
    wiki=Wiki(
        files=("ملف", "صورة"),
        categories=("تصنيف",),
        redirects=("تحويل",),
        sections=("مصادر", "لينكات برانيه", "لنكات برانيه", "شوف كمان", "المصادر", "المراجع"),
        disambiguation=("توضيح",),
        silent=("مصدر",),
    ),
)
