from .form import Language, Wiki

LANGUAGE = Language(
    name="Indonesian",
    scripts=("latin",),
    function_words="""
        yang dan di dari untuk dengan pada ini itu adalah ke dalam tidak oleh sebagai juga akan telah atau mereka dia
        kami saya anda bisa karena tersebut lebih
    """,
    separators=(".", ","),
    wiki=Wiki(
        categories=("kategori",),
        redirects=("alih",),
    ),
)
