from .form import Abbreviations, Language, Template, Wiki

LANGUAGE = Language(
    name="Basque",
    scripts=("latin",),
    function_words="""
        eta da ez du bat dira zen ere izan den hori edo baina bere duten dute ziren hau egin beste baino zuen bai gero
        egiten arte guztiak ditu dituzte nahi behar horrek honek baita izango zituen oso hauek horiek gabe arabera
        bezala ondoren baizik zer nor non dela dagoen daude dago zein guzti guztien
    """,
    abbreviations=Abbreviations(
        never="""
            dr prof jn jaun ing arkit kpt gen zk zenb or orr irud taul kap atal art eus gazt fr lat alem
            ital adib arg itz koord bol liburuk tel faks etor ald b.b l.g ak
        """,
        maybe="urt ots mar api mai eka uzt abu ira urr aza abe k.a k.o s.a s.l jr sr inc ltd co corp",
        end="etab eta.abar etc abar",
        number="§",
    ),
    section_words="""
        kapitulua atala zatia artikulua eranskina irudia taula liburua titulua ekitaldia ariketa teorema lema
        definizioa adibidea
    """,
    ordinals=True,
    separators=(".", ","),
    wiki=Wiki(
        files=("fitxategi", "irudi"),
        categories=("kategoria",),
        redirects=("birzuzendu",),
        sections=(
            "erreferentziak", "kanpo estekak", "ikus, gainera", "ikus gainera", "oharrak", "bibliografia",
            "kanpo loturak", "oharrak eta erreferentziak",
        ),
        top_sections=("galeria", "irudiak"),
        disambiguation=("argipen", "argipen orri"),
        language_names={
            "en": "ingelesez", "de": "alemanez", "fr": "frantsesez", "es": "gaztelaniaz", "it": "italieraz",
            "ru": "errusieraz", "la": "latinez", "el": "grezieraz", "grc": "antzinako grezieraz", "ja": "japonieraz",
            "zh": "txineraz", "ar": "arabieraz", "he": "hebreeraz", "pl": "polonieraz", "tr": "turkieraz",
            "pt": "portugesez", "nl": "nederlanderaz", "uk": "ukrainieraz",
        },
        language_label="{}: {}",
        templates=(
            Template("quote", ("aipua", "zita")),
        ),
        silent=("erreferentzia behar", "nor", "noiz", "bandera", "argitu", "zita behar"),
    ),
)
