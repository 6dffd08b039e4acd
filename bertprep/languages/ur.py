from .form import Abbreviations, Language, Wiki

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
    wiki=Wiki(
        files=("فائل", "تصویر", "ملف"),
        categories=("زمرہ",),
        redirects=("رجوع_مکرر", "رجوع مکرر"),
        sections=(
            "حوالہ جات", "بیرونی روابط", "مزید دیکھیے", "متعلقہ مضامین", "ملاحظات", "نگار خانہ", "مزید پڑھیے",
            "حواشی", "مزید دیکھیں", "مآخذ",
        ),
        disambiguation=("ضد ابہام",),
        language_names={
            "en": "انگریزی", "de": "جرمن", "fr": "فرانسیسی", "es": "ہسپانوی", "it": "اطالوی", "ru": "روسی",
            "la": "لاطینی", "el": "یونانی", "grc": "قدیم یونانی", "ja": "جاپانی", "zh": "چینی", "ar": "عربی",
            "he": "عبرانی", "pl": "پولش", "tr": "ترکی", "pt": "پرتگیزی", "nl": "ولندیزی", "uk": "یوکرینی",
        },
        language_label="{}: {}",
        silent=("حوالہ درکار", "کون", "کب", "صوت", "ref label"),
    ),
)
