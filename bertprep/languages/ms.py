from .form import Language

LANGUAGE = Language(
    name="Malay",
    scripts=("latin",),
    function_words="""
        yang dan di dari untuk dengan pada ini itu adalah ke dalam tidak oleh sebagai juga akan telah atau mereka dia
        kami saya anda boleh kerana tersebut lebih ialah daripada kepada bahawa iaitu manakala beliau setiap semua
        antara hendaklah tanpa supaya sahaja lain-lain bagi satu seorang
    """,
)
