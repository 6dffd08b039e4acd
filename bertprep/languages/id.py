from .form import Language, Wiki

LANGUAGE = Language(
    name="Indonesian",
    scripts=("latin",),
    function_words="""
        yang dan di dari untuk dengan pada ini itu adalah ke dalam tidak oleh sebagai juga akan telah atau mereka dia
        kami saya anda bisa karena tersebut lebih bahwa dapat seorang setiap semua antara tanpa supaya agar hanya
        sudah belum masih ada harus para serta maka namun hal ia nya kepada bagi tentang ketika jika seperti satu
    """,
    separators=(".", ","),
    wiki=Wiki(
        categories=("kategori",),
        redirects=("alih",),
    ),
)
