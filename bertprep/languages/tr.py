from .form import Language, Wiki

LANGUAGE = Language(
    name="Turkish",
    scripts=("latin",),
    function_words="""
        ve bir bu da de için ile olarak olan daha çok gibi kadar sonra ise ancak ama o onun onlar ben sen biz siz ne
        değil var yok her en veya tarafından
    """,
    ordinals=True,
    separators=(".", ","),
    wiki=Wiki(
        files=("dosya",),
        categories=("kategori",),
        redirects=("yönlendir",),
        sections=("kaynakça", "dış bağlantılar", "ayrıca bakınız", "notlar"),
        disambiguation=("anlam ayrımı",),
    ),
)
