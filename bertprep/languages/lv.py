from .form import Abbreviations, Language, Template, Wiki

LANGUAGE = Language(
    name="Latvian",
    scripts=("latin",),
    function_words="""
        un ir ar par no uz ka kas bet vai kā arī tas tā tie tās viņš viņa viņi es tu mēs jūs pēc pirms līdz pie bez
        starp zem virs ja kad kur kāpēc jo tikai vēl jau ļoti visi visas katrs cits bija būs būt nav tiek savu šis šī
        šo
    """,
    abbreviations=Abbreviations(
        never="""
            dr prof doc akad habil mag inž arh māc bīsk arhib kard sv ģen plkv maj kapt ltn virsltn prosp
            bulv l.p lpp nr sk att tab zīm piel pag nov raj rj šķ red sast tulk izd piem t.i t.s t.sk p.p
            angl vāc franc kriev poļu sp lat grieķu ukr igauņu liet dz m apm maks tālr fakss plkst st n.p
            t.p kgs k-gs k-dze pk lkum likm latv saīs kr
        """,
        maybe="janv febr apr jūn jūl aug sept okt dec milj mljrd tūkst p.m.ē m.ē eur sia a/s jr sr inc ltd co corp",
        end="utt u.c u.tml etc u.t.t",
        number="pirmd otrd trešd ceturtd piektd sestd svētd p § pants",
        unit="min",
    ),
    small_ordinals=True,
    section_words="""
        nodaļa apakšnodaļa daļa pants pielikums attēls tabula grāmata cēliens skats nodarbība vingrinājums
        teorēma lemma definīcija piemērs punkts sadaļa
    """,
    ordinals=True,
    separators=(" ", ","),
    wiki=Wiki(
        files=("attēls", "fails"),
        categories=("kategorija",),
        redirects=("aicinājums", "adresācija"),
        sections=(
            "atsauces", "ārējās saites", "skatīt arī", "piezīmes", "literatūra", "atsauces un piezīmes",
            "piezīmes un atsauces", "avoti",
        ),
        top_sections=("galerija", "bibliogrāfija"),
        disambiguation=("nozīmju atdalīšana", r"disambig\w*"),
        language_names={
            "en": "angļu", "de": "vācu", "fr": "franču", "es": "spāņu", "it": "itāļu", "ru": "krievu",
            "la": "latīņu", "el": "grieķu", "grc": "sengrieķu", "ja": "japāņu", "zh": "ķīniešu", "ar": "arābu",
            "he": "ebreju", "pl": "poļu", "tr": "turku", "pt": "portugāļu", "nl": "nīderlandiešu", "uk": "ukraiņu",
        },
        language_label="{}: {}",
        templates=(
            Template("labelled_by_code", ("val",)),
            Template("language_by_name", pattern="v[ao]l-([a-z]+)"),
            Template("quote", ("citāts",)),
        ),
        silent=("flaga", "nepieciešama atsauce", "kas", "kad", "piezīme", "karogs", "fakts"),
    ),
)
