from .form import Abbreviations, Language

LANGUAGE = Language(
    name="Urdu",
    scripts=("arabic",),
    function_words="""
        اور کے کی کا میں سے کو ہے ہیں نے پر یہ وہ اس ان ایک کہ کر تھا تھی تھے جو نہیں بھی تو ہو گیا یا اگر لیے ساتھ
        بعد تک اپنے ہر کوئی سب
    """,
    abbreviations=Abbreviations(
        never="د پ م ص ج ش",
    ),
    section_words="باب فصل حصہ دفعہ ضمیمہ شکل جدول کتاب جلد سبق مشق تعریف مثال",
    ellipsis_pauses=True,
    dots_pause=True,
)
