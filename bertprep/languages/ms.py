from .form import Abbreviations, Language

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
)
