from .form import Language

LANGUAGE = Language(
    name="Uzbek",
    scripts=("latin",),
    function_words="""
        va bilan uchun bu u bir ham emas deb bo'lib bo'lgan edi yoki lekin agar kabi haqida keyin qadar bo'yicha
        orqali sifatida o'z uning ular biz siz barcha har qanday kim nima faqat bor yo'q hech ega
    """,
)
