from .form import Language, Wiki

LANGUAGE = Language(
    name="Arabic",
    scripts=("arabic",),
    function_words="""
        في من على إلى أن أو عن مع هذا هذه التي الذي كان كانت لا ما لم قد كل بعد بين ذلك هو هي كما ولا غير أي حتى و إذا
        ثم عند
    """,
    dots_pause=True,
    wiki=Wiki(
        files=("ملف", "صورة"),
        categories=("تصنيف",),
        redirects=("تحويل",),
        sections=("مراجع", "وصلات خارجية", "انظر أيضا", "المراجع", "هوامش"),
        disambiguation=("توضيح",),
    ),
)
