from .form import Abbreviations, Language, Template, Wiki

LANGUAGE = Language(
    name="Azerbaijani",
    scripts=("latin",),
    function_words="""
        və ilə üçün bu bir də da deyil olan olaraq olub idi ya lakin əgər kimi haqqında sonra qədər görə öz onun
        onlar biz siz bütün hər hansı kim nə necə yalnız var yox heç bilər mən mənim çox daha ən belə sən sənin
        mənə bizim onların edir yoxdur edən əvvəl niyə tərəfindən olmaq deyə digər özünün qarşı zamanı
    """,
    letters="abcçdeəfgğhxıijkqlmnoöprsştuüvyzw",
    abbreviations=Abbreviations(
        never="""
            dr prof dos akad müh gen polk kap leyt bax məs s səh şək cəd nömr nö küç pr prosp r-n ş qəs təq
            təxm ing rus alm fr ərəb fars lat türk red tərt tərc nəşr cild c tel faks h m b.e
        """,
        maybe="yan fev mart apr iyn iyl avq sen okt noy dek e.ə b.e.ə mln mlrd jr sr inc ltd co corp",
        end="və.s və.i.a etc",
        number="№ maddə",
    ),
    section_words="fəsil bölmə hissə maddə əlavə şəkil cədvəl kitab pərdə səhnə dərs teorem tərif misal",
    separators=(".", ","),
    wiki=Wiki(
        files=("fayl", "şəkil", "fl"),
        categories=("kateqoriya", "kat"),
        redirects=(
            "istiqamətləndirmə", "i̇sti̇qamətləndi̇rmə", "yönləndirmə", "i̇stiqamətləndir", "istiqamətləndir",
        ),
        sections=(
            "istinadlar", "i̇stinadlar", "xarici keçidlər", "mənbə", "mənbələr", "ədəbiyyat", "həmçinin bax",
            "qeydlər", "i̇stinad", "istinad",
        ),
        top_sections=("qalereya",),
        disambiguation=("dəqiqləşdirmə", "anlam ayrımı"),
        language_names={
            "en": "ing.", "de": "alm.", "fr": "fr.", "es": "isp.", "it": "ital.", "ru": "rus.", "la": "lat.",
            "el": "yun.", "grc": "q.yun.", "ja": "yap.", "zh": "çin.", "ar": "ərəb.", "he": "ivr.", "pl": "pol.",
            "tr": "türk.", "pt": "port.", "nl": "nid.", "uk": "ukr.",
        },
        language_label="{} {}",
        templates=(
            Template("language_by_name", pattern="dil-([a-z]+)"),
            Template("quote", ("sitat",)),
        ),
        silent=("faktlar", "mənbə göstər", "kim", "nə vaxt", "fakt", "bayraq"),
    ),
)
