from .form import Abbreviations, Language, Wiki

LANGUAGE = Language(
    name="Uzbek",
    scripts=("latin",),
    function_words="""
        va bilan uchun bu u bir ham emas deb bo'lib bo'lgan edi yoki lekin agar kabi haqida keyin qadar bo'yicha
        orqali sifatida o'z uning ular biz siz barcha har qanday kim nima faqat bor yo'q hech ega
    """,
    abbreviations=Abbreviations(
        never="""
            dr prof dots akad inj gen polk mayor kap qarang m q b rasm jadv ko‘ch ko'ch sh t tum vil v.b
            nash tahr tarj red ing rus nem fr arab fors lot tel faks
        """,
        maybe="yan fev mart apr iyun iyul avg sen okt noy dek mln mlrd jr sr inc ltd co corp",
        end="va.b va.boshq etc hok",
        number="bet № modda",
    ),
    section_words="bob bo‘lim bo'lim qism modda ilova rasm jadval kitob parda dars teorema ta’rif misol",
    separators=(" ", ","),
    wiki=Wiki(
        files=("fayl", "tasvir"),
        categories=("turkum", "kategoriya"),
        redirects=("yoʻnaltirish", "yo'naltirish", "yonaltirish"),
        sections=(
            "manbalar", "havolalar", "yana qarang", "adabiyotlar", "eslatmalar", "izohlar", "shuningdek qarang",
            "adabiyot", "tashqi havolalar",
        ),
        top_sections=("galereya",),
        disambiguation=("maʼnolari", "maʼno", "koʻp maʼnoli"),
        silent=("manba kerak", "manba", "fakt", "kim", "qachon"),
    ),
)
