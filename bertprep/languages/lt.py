from .form import Abbreviations, Language, Template, Wiki

LANGUAGE = Language(
    name="Lithuanian",
    scripts=("latin",),
    function_words="""
        ir yra kad į su iš ne tai kaip bet ar buvo jo jos jie jis ji aš tu mes jūs po prieš iki prie be tarp nuo dėl
        kai kur kodėl nes tik dar jau labai visi visos kiekvienas kitas bus būti nėra savo šis ši šio kuris kuri kurie
    """,
    abbreviations=Abbreviations(
        never="""
            dr prof doc akad hab mgr inž arch vysk kard mons šv gen plk mjr kpt ltn vlt g pr prosp al pl skg
            tak k kv nr žr plg pav lent psl p pp sk skyr str pastr t.y t.t vad red vert leid bibl lot angl
            vok pranc rus lenk ispan it gr hebr arab jap latv est ukr balt ags iš.ag p-nas p-nia ir.kt mok
            tech ekon fil med biol chem fiz geogr ist lit kalb muz teis tel faks el vnt dak dot dem apyl vls
            r raj apskr mstl vyr žem buv dab pvz t.sk t.p kt aps maks įst įsak atsk įg gim gyv mir
        """,
        maybe="""
            saus vas kov bal geg birž liep rugp rugs spal lapkr gruod mln mlrd tūkst lt d a pr.kr po.kr uab
            ab vš jr sr inc ltd co corp
        """,
        end="pan etc ir.t.t eur",
        number="pirm antr treč ketv penkt šešt sekm § dal",
        unit="val min m",
    ),
    small_ordinals=True,
    section_words="""
        skyrius poskyris dalis straipsnis priedas paveikslas lentelė knyga veiksmas scena pamoka pratimas
        teorema lema apibrėžimas pavyzdys punktas skirsnis
    """,
    ordinals=True,
    separators=(" ", ","),
    wiki=Wiki(
        files=("vaizdas", "failas", "medija"),
        categories=("kategorija",),
        redirects=("peradresavimas",),
        sections=(
            "šaltiniai", "nuorodos", "išnašos", "taip pat skaitykite", "literatūra", "pastabos", "taip pat žiūrėti",
            "išorinės nuorodos", "susiję straipsniai",
        ),
        top_sections=("galerija", "bibliografija"),
        disambiguation=(r"disambig\w*", "daugiaprasmis", "nuorodinis", "daugiareikšmis"),
        language_names={
            "en": "angl.", "de": "vok.", "fr": "pranc.", "es": "isp.", "it": "it.", "ru": "rus.", "la": "lot.",
            "el": "gr.", "grc": "sen. gr.", "ja": "jap.", "zh": "kin.", "ar": "arab.", "he": "hebr.", "pl": "lenk.",
            "tr": "turk.", "pt": "port.", "nl": "oland.", "uk": "ukr.",
        },
        language_label="{} {}",
        templates=(
            Template("in_marks", ("en", "angl"), ("angl. ", "")),
            Template("in_marks", ("de", "vok"), ("vok. ", "")),
            Template("in_marks", ("fr", "pranc"), ("pranc. ", "")),
            Template("in_marks", ("ru", "rus"), ("rus. ", "")),
            Template("in_marks", ("pl", "lenk"), ("lenk. ", "")),
            Template("in_marks", ("la", "lot"), ("lot. ", "")),
            Template("in_marks", ("es", "isp"), ("isp. ", "")),
            Template("quote", ("citata",)),
        ),
        silent=("šaltinis", "faktas", "kas", "kada", "vėliavėlė", "reikia šaltinio", "tarp"),
    ),
)
