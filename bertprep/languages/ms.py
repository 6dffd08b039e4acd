from .form import Abbreviations, Language, Template, Wiki

LANGUAGE = Language(
    name="Malay",
    scripts=("latin",),
    function_words="""
        yang dan di dari untuk dengan pada ini itu adalah ke dalam tidak oleh sebagai juga akan telah atau mereka dia
        kami saya anda boleh kerana tersebut lebih ialah daripada kepada bahawa iaitu manakala beliau setiap semua
        antara hendaklah tanpa supaya sahaja lain-lain bagi satu seorang
    """,
    abbreviations=Abbreviations(
        never="""
            dr prof ir hj hjh tn pn cik sdr sdri yb yab dato dt tan.sri kol lt kapt mej jln jl lrg bt no ms
            hlm h dll dsb bil tel vol ed cth lih tkt rm rj tkh thn bhg pt sek vs
        """,
        maybe="jan feb mac apr jun jul ogos sept okt nov dis sm m sdn bhd jr sr inc ltd co corp",
        end="dst etc",
        number="ayat bab rajah jadual perkara",
    ),
    section_words="""
        bab bahagian perkara lampiran rajah jadual buku jilid babak pelajaran latihan teorem definisi contoh
        langkah seksyen fasal
    """,
    wiki=Wiki(
        files=("fail", "imej", "gambar"),
        categories=("kategori",),
        redirects=("lencong",),
        sections=("rujukan", "pautan luar", "lihat juga", "bacaan lanjut", "nota", "nota kaki", "sumber"),
        top_sections=("galeri", "bibliografi"),
        disambiguation=("nyahkekaburan", "nyahtaksa", r"disambig\w*"),
        language_names={
            "en": "bahasa Inggeris", "de": "bahasa Jerman", "fr": "bahasa Perancis", "es": "bahasa Sepanyol",
            "it": "bahasa Itali", "ru": "bahasa Rusia", "la": "bahasa Latin", "el": "bahasa Yunani",
            "grc": "bahasa Yunani Kuno", "ja": "bahasa Jepun", "zh": "bahasa Cina", "ar": "bahasa Arab",
            "he": "bahasa Ibrani", "pl": "bahasa Poland", "tr": "bahasa Turki", "pt": "bahasa Portugis",
            "nl": "bahasa Belanda", "uk": "bahasa Ukraine",
        },
        language_label="{}: {}",
        templates=(
            Template("convert", ("tukar",)),
        ),
        silent=("fakta", "petikan diperlukan", "siapa", "bila"),
    ),
)
