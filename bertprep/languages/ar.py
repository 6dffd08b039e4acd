from .form import Abbreviations, Language, Wiki

LANGUAGE = Language(
    name="Arabic",
    scripts=("arabic",),
    function_words="""
        في من على إلى أن أو عن مع هذا هذه التي الذي كان كانت لا ما لم قد كل بعد بين ذلك هو هي كما ولا غير أي حتى و إذا
        ثم عند
    """,
    abbreviations=Abbreviations(
        never="د أ أ.د م ا.د عق نق مق ع ص ج ط ش ق ت ر مج ف س.ت ص.ب ت.ف",
    ),
    section_words="""
        فصل الفصل باب الباب قسم القسم جزء الجزء مادة المادة ملحق الملحق شكل الشكل جدول الجدول كتاب الكتاب درس
        الدرس تمرين نظرية تعريف مثال مبحث المبحث
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
