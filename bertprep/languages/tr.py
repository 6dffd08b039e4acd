from .form import Abbreviations, Language, Template, Wiki

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
            doç dr prof av bkz krş sn yrd uzm ecz müh mim alb org gen korg tümg tuğg yb bnb yzb ütğm op ord
            öğr hz st cad sok mah apt bul cd sk nu örn yy çev haz yay ed der ünl kıs ing fr alm ar far osm
            rus lat yun t.c m.ö m.s i.ö i.s s ss c md mdd fak böl üniv blm tel no fk arş gör bk araş aş
            arş.gör yrd.doç öğr.gör başk bşk gn syf cilt telg ltd.şti kit mat fiz tıp huk ikt coğ tar edb
            fel müz mil
        """,
        maybe="vb vd vs ltd şti a.ş san tic km cm mm kg gr lt bkn",
        number="""
            no s ss c md mad böl şek tab pzt sal çar per cum cmt paz oca şub mar nis may tem ağu eyl eki kas
            ara tablo say
        """,
    ),
    section_words="""
        bölüm kısım madde ek şekil tablo resim kitap cilt perde sahne ders alıştırma teorem önerme tanım örnek
        ünite konu
    """,
    numbered="tablo şekil madde bölüm sayfa resim cilt oda kat sayı grafik harita ek soru numara",
    wiki=Wiki(
        files=("dosya", "resim", "ortam"),
        categories=("kategori", "kat"),
        redirects=("yönlendir", "yönlendirme"),
        sections=(
            "kaynakça", "dış bağlantılar", "ayrıca bakınız", "notlar", "konuyla ilgili yayınlar", "kaynaklar",
            "dipnotlar", "konuyla ilgili okumalar", "ek okumalar",
        ),
        top_sections=("galeri", "bibliyografya"),
        disambiguation=("anlam ayrımı", "anlamayrımı"),
        language_names={
            "en": "İngilizce", "de": "Almanca", "fr": "Fransızca", "es": "İspanyolca", "it": "İtalyanca",
            "ru": "Rusça", "la": "Latince", "el": "Yunanca", "grc": "Grekçe", "ja": "Japonca", "zh": "Çince",
            "ar": "Arapça", "he": "İbranice", "pl": "Lehçe", "pt": "Portekizce", "nl": "Felemenkçe",
            "uk": "Ukraynaca",
        },
        language_label="{}: {}",
        templates=(
            Template("convert", ("dönüştür", "çevir")),
            Template("quote", ("alıntı", "alıntı2")),
            Template("first", ("nowrap", "dil değiştirme", "kısaltma")),
            Template("second", ("dil",)),
            Template("first", ("bayrak",)),
        ),
        silent=(
            "kaynak belirt", "kim", "kim?", "ne zaman", "nerede", "bayraksimge", "bayrak simge", "kdş", "not",
            "netleştir", "kaynak göster", "kaynak gerekli", "sfn*", "fact",
        ),
    ),
)
