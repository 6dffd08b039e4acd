from .form import Abbreviations, Language, Wiki

LANGUAGE = Language(
    name="Persian",
    scripts=("arabic",),
    function_words="""
        و در به از که این آن را با است برای یک نیز بر یا تا هم شد بود شود کرد کند هر خود اما اگر هیچ باید دارد
    """,
    abbreviations=Abbreviations(
        never="د م ر.ک رک ن.ک نک ص صص ج ش ق ه.ش ه.ق ش.م ک.م",
    ),
    section_words="فصل بخش باب قسمت ماده پیوست شکل جدول کتاب جلد درس تمرین قضیه تعریف مثال گفتار اصل",
    ellipsis_pauses=True,
    dots_pause=True,
    wiki=Wiki(
        redirects=("تغییرمسیر", "تغییر_مسیر"),
    ),
)
