from .form import Abbreviations, Language, Template, Wiki

LANGUAGE = Language(
    name="Romanian",
    scripts=("latin",),
    function_words="""
        și în de la cu pe din pentru un o este sunt a fost al ale ai care ce că nu se sau dar mai după prin între până
        acest această aceste lui ei el ea lor fi era au
    """,
    abbreviations=Abbreviations(
        never="""
            dl d-l d-na dnei d-nei dra d-ra drei dlui d-lui dvs d-voastră dr drd prof acad conf lect asist
            univ ing arh av ec jr gen lt col mr maj cpt cap plt sg sf sft pr preot mons pt str bd bul b-dul
            șos sos alin art pct nr fig tab pag pg p pp vol ed edit op cit ibid trad red coord vezi v cf ex
            de.ex ș.a.m.d.r i.e tel fax mob int ap bl sc et jud com mun sec aprox cca min lat germ fr engl
            it rus magh turc grec sl bulg subst adj vb masc fem pl
        """,
        maybe="ian feb mart apr iun iul aug sept oct nov dec î.hr d.hr s.a s.r.l s.c mil mld sr inc ltd co corp",
        end="etc ș.a ș.a.m.d ş.a ş.a.m.d",
        number="lun mar mie joi vin sâm dum § lit mai noi",
    ),
    section_words="""
        capitolul capitol secțiunea secțiune partea parte articolul articol anexa anexă figura figură tabelul
        tabel cartea titlul titlu actul scena lecția exercițiul teorema lema propoziția definiția exemplul
    """,
    capital_after_semicolon=True,
    separators=(".", ","),
    wiki=Wiki(
        files=("fișier", "fişier", "imagine"),
        categories=("categorie",),
        redirects=("redirecteaza",),
        sections=(
            "note", "referințe", "legături externe", "vezi și", "bibliografie", "note și referințe", "referinţe",
            "vezi şi", "lectură suplimentară", "lecturi suplimentare", "note explicative", "surse",
        ),
        top_sections=("galerie", "galerie de imagini", "literatură"),
        disambiguation=("dezambiguizare", "dezambig", "disambig"),
        language_names={
            "en": "engleză", "de": "germană", "fr": "franceză", "es": "spaniolă", "it": "italiană", "ru": "rusă",
            "la": "latină", "el": "greacă", "grc": "greacă veche", "ja": "japoneză", "zh": "chineză", "ar": "arabă",
            "he": "ebraică", "pl": "poloneză", "tr": "turcă", "pt": "portugheză", "nl": "neerlandeză",
            "uk": "ucraineană",
        },
        language_label="în {} {}",
        templates=(
            Template("convert", ("conversie",)),
            Template("quote", ("citat", "citat bloc")),
            Template("in_marks", ("ghilimele",), ("„", "”")),
            Template("interlanguage", ("ill", "ill-wd")),
        ),
        silent=(
            "necesită citare", "fapt", "cine?", "când?", "care?", "unde?", "nc", "clarificare", "steag",
            "legătură nefuncțională", "sfn*", "ro", "en", "de", "fr", "neclar",
        ),
    ),
)
