from .form import Abbreviations, Language, Wiki

LANGUAGE = Language(
    name="Turkish",
    scripts=("latin",),
    function_words="""
        ve bir bu da de için ile olarak olan daha çok gibi kadar sonra ise ancak ama o onun onlar ben sen biz siz ne
        değil var yok her en veya tarafından
    """,
    ordinals=True,
    separators=(".", ","),
    abbreviations=Abbreviations(
        never="""
            doç dr prof av bkz krş sn yrd uzm ecz müh mim alb org gen korg tümg tuğg yb bnb yzb ütğm op ord öğr hz st cad sok
            mah apt bul cd sk nu örn yy çev haz yay ed der ünl kıs ing fr alm ar far osm rus lat yun t.c m.ö m.s i.ö i.s
            s ss c md mdd fak böl üniv blm tel no fk
        """,
        maybe="vb vd vs ltd şti a.ş san tic km cm mm kg gr lt bkn",
        number="no s ss c md mad böl şek tab",
    ),
    numbered="tablo şekil madde bölüm sayfa resim cilt oda kat sayı grafik harita ek soru numara",
    wiki=Wiki(
        files=("dosya",),
        categories=("kategori",),
        redirects=("yönlendir",),
        sections=("kaynakça", "dış bağlantılar", "ayrıca bakınız", "notlar"),
        disambiguation=("anlam ayrımı",),
    ),
)
