from .form import Abbreviations, Language, Template, Wiki

LANGUAGE = Language(
    name="Slovak",
    scripts=("latin",),
    function_words="""
        a v sa na je že o do s z k po pre od za pri bez pod nad medzi ale alebo aby ak keď kde ktorý ktorá ktoré kto
        čo si nie sú bol bola bolo boli bude byť má to ten tá tento táto on ona oni ja ty my jeho jej ich tiež však
        pretože už ešte len aj ako podľa
    """,
    abbreviations=Abbreviations(
        never="""
            napr tzv t.j tj resp popr príp ing mgr bc dr mudr judr phdr rndr prof doc thdr paeddr mvdr arch
            csc drsc gen plk pplk mjr kpt npor čat sv bl ul nám tr nábr č čís str s obr tab kap roč zv zn
            ods písm zb pozn porov vyd red prel ed zost il ilustr anglic angl lat fr rus poľ maď tal šp gréc
            čes chorv srb ukr bulh tur arab hebr jap čín nar zomr ca cca max min t.č t.r tzn p pí sl pán sr
            ml st okr nakl vol biol chem fyz hist geogr hud tech voj zool obch štát juhozáp záp vých sev juž
        """,
        maybe="jan feb mar apr aug sept okt nov dec n.l pred.n.l s.r.o a.s k.s v.o.s mil mld tis eur nem",
        end="atď a.i etc apod a.p",
        number="hod pon ut štv pia sob ned por čl",
    ),
    small_ordinals=True,
    section_words="""
        kapitola oddiel časť článok príloha obrázok tabuľka kniha hlava dejstvo scéna lekcia cvičenie veta lema
        definícia príklad bod
    """,
    ordinals=True,
    separators=(" ", ","),
    wiki=Wiki(
        files=("súbor", "obrázok", "médiá"),
        categories=("kategória",),
        redirects=("presmeruj", "přesměruj"),
        sections=(
            "referencie", "externé odkazy", "pozri aj", "literatúra", "iné projekty", "zdroj", "zdroje", "poznámky",
            "referencie a bibliografia", "poznámky a referencie",
        ),
        top_sections=("galéria", "bibliografia"),
        disambiguation=("rozlišovacia stránka", "disambiguation"),
        language_names={
            "en": "po anglicky", "de": "po nemecky", "fr": "po francúzsky", "es": "po španielsky",
            "it": "po taliansky", "ru": "po rusky", "la": "po latinsky", "el": "po grécky", "grc": "po starogrécky",
            "ja": "po japonsky", "zh": "po čínsky", "ar": "po arabsky", "he": "po hebrejsky", "pl": "po poľsky",
            "tr": "po turecky", "pt": "po portugalsky", "nl": "po holandsky", "uk": "po ukrajinsky",
        },
        language_label="{} {}",
        templates=(
            Template("labelled_by_code", ("vjz", "v jazyku2")),
            Template("language_name", ("v jazyku",)),
            Template("in_marks", ("mnm",), ("", " m n. m.")),
            Template("in_marks", ("km",), ("", " km")),
            Template("in_marks", ("km2", "km²"), ("", " km²")),
            Template("quote", ("citát",)),
        ),
        silent=("bez citácie", "chýba zdroj", "kto", "kedy", "vlajka", "citácia *"),
    ),
)
