from .form import Abbreviations, Language, Template, Wiki

LANGUAGE = Language(
    name="French",
    scripts=("latin",),
    function_words="""
        le la les l' un une des du de d' et ou mais donc or ni car que qui quoi dont où il elle ils elles on je tu
        nous vous ce cet cette ces c' c'est ça cela ceci son sa ses leur leurs mon ma mes ton ta tes notre nos votre
        vos dans en au aux à par pour sur sous avec sans chez vers entre depuis pendant après avant contre comme si
        quand lorsque puis alors ainsi aussi toutefois cependant néanmoins pourtant enfin ensuite est sont était
        étaient a ont avait avaient sera seront être avoir fait ne pas plus très tout tous toute toutes même autre
        autres chaque plusieurs certains certaines quelques aucun aucune malgré selon parmi outre grâce bien il's j'ai
        d'autres l'année qu' s' n' j'
    """,
    abbreviations=Abbreviations(
        never="""
            m mm mr mgr me mes dr drs pr prof st ste sts stes cf c.-à-d c.-à.-d p.ex env fig art av bd boul
            chap ch coll dir dép éd édit ed env fasc hab ibid ill l.c loc max min nb no op pp paragr par.ex
            ref réf s.v sec sect sq suiv tél tome trad vols vs gén col capt cdt lt cpt sgt adj adm amb lat
            gr angl all ital esp anc auj apr mlle mme mmes mlles jan janv févr fév avr juil sept oct nov déc
            prs gal serg figs tab t tom ms mss adr al bibl éds géogr i.e id litt masc fém sing plur not obs
            pl q.v sc sup inf v vx resp n.b bull rev univ libr impr réimpr
        """,
        maybe="j.-c inc ltd co corp cie jr sr u.s u.s.a s.a s.a.r.l lun jeu ven ex",
        end="etc",
        number="n° art § nos n p vv f ff l ll vol mer mar sam dim cap tel",
    ),
    section_words="""
        chapitre partie section article annexe figure tableau livre titre acte scène leçon exercice théorème
        lemme proposition définition exemple encadré
    """,
    capital_after_semicolon=True,
    quotes=("« ", " »"),
    separators=(" ", ","),
    months=(
        "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
        "décembre",
    ),
    wiki=Wiki(
        files=("fichier",),
        categories=("catégorie",),
        redirects=("redirection",),
        sections=(
            "notes et références", "références", "liens externes", "voir aussi", "bibliographie",
            "articles connexes", "annexes", "lien externe", "notes", "sources", "références bibliographiques",
            "notes, sources et références", "sources et références", "liens et documents externes", "compléments",
            "sites externes", "documents", "notes et sources", "pour approfondir", "lien interne", "liens internes",
            "article connexe", "références et notes",
        ),
        top_sections=("galerie", "filmographie et références", "iconographie"),
        disambiguation=(
            "homonymie", r"(?!voir)[\w -]{0,20}homonymes?", "paronymie", "page d'homonymie", "toponymie", "patronymie?",
        ),
        language_names={
            "en": "anglais", "de": "allemand", "es": "espagnol", "it": "italien", "ru": "russe", "la": "latin",
            "el": "grec", "grc": "grec ancien", "ja": "japonais", "zh": "chinois", "ar": "arabe", "he": "hébreu",
            "tr": "turc", "pl": "polonais", "nl": "néerlandais", "pt": "portugais", "uk": "ukrainien",
            "fa": "persan", "ko": "coréen",
        },
        language_label="en {} : {}",
        templates=(
            Template("measure", ("unité", "nombre", "nb", "unite")),
            Template("day", (
                "date", "date-", "date de naissance", "date de décès", "date de naissance-", "date-naissance",
                "naissance",
            ), (" ", "1er")),
            Template("french_century", ("s", "s-", "siècle", "siècle2"), ("",)),
            Template("french_century", ("-s", "-s-", "s av. j.-c."), (" av. J.-C.",)),
            Template("french_centuries", ("sp", "sp-", "s2", "s2-")),
            Template("literal", ("av jc", "av. j.-c.", "avjc", "av j.-c.", "avant jc", "-jc"), ("av. J.-C.",)),
            Template("literal", ("ap jc", "ap. j.-c.", "apr. j.-c.", "apjc"), ("apr. J.-C.",)),
            Template("in_marks", ("citation", "cita", "guil", "\"", "citation nécessaire", "«"), ("« ", " »")),
            Template("quote", ("citation bloc", "bloc citation", "début citation bloc")),
            Template("in_marks", ("incise",), ("– ", " –")),
            Template("second", ("langue", "lang")),
            Template("first", (
                "petites capitales", "petite capitale", "pc", "sc", "sc2", "abréviation", "abréviation discrète",
                "abrd", "lnobr", "terme défini", "sp-num",
            )),
            Template("first", ("heure-",)),
            Template("spaced", ("n°", "numéro", "no", "nº", "n", "numero"), ("no",)),
            Template("spaced", ("nos", "n° d"), ("nos",)),
            Template("spaced", ("m.", "m"), ("M.",)),
            Template("spaced", ("mme",), ("Mme",)),
            Template("spaced", ("mlle",), ("Mlle",)),
            Template("spaced", ("dr",), ("Dr",)),
            Template("spaced", ("vol.", "vol"), ("vol.",)),
            Template("spaced", ("p.", "page"), ("p.",)),
            Template("joined_first_two", ("heure",), (" h ",)),
            Template("raised", ("exp", "exposant"), ("",)),
            Template("first", ("ind", "indice")),
            Template("raised", ("x10",), ("×10",)),
            Template("nihongo", ("coréen",)),
            Template("literal", ("1er",), ("1er",)),
            Template("literal", ("1re",), ("1re",)),
            Template("literal", ("2e",), ("2e",)),
            Template("literal", ("3e",), ("3e",)),
            Template("literal", ("4e",), ("4e",)),
            Template("literal", ("5e",), ("5e",)),
            Template("literal", ("es",), ("es",)),
            Template("literal", ("nd",), ("nd",)),
            Template("literal", ("nde",), ("nde",)),
            Template("french_century_by_name", pattern=r"([ivxlc]{1,6})(er|e) siècle( av\.? ?j\.?-?c\.?)?"),
            Template("shows", ("lien", "lien interne", "interlien"), ("${texte} | ${fr} | $1 | ${trad}",)),
            Template("literal", ("er",), ("er",)),
            Template("literal", ("re",), ("re",)),
            Template("literal", ("ère",), ("ère",)),
            Template("literal", ("e", "ème"), ("e",)),
            Template("literal", ("etc.", "etc"), ("etc.",)),
            Template("in_marks", ("tmp", "température"), ("", " °C")),
            Template("first", (
                "référence insuffisante", "refnec", "référence nécessaire", "référence souhaitée", "refsou",
                "pas clair", "passage évasif", "passage non neutre", "citation étrangère", "grec ancien", "latin",
                "grec", "msapi", "api-non", "texte entre guillemets", "non neutre", "à sourcer", "incise-", "pp",
                "ier", "fchim", "ancre pleine",
            )),
            Template("name_as_ordinal", pattern=r"(\d{1,3}|[ivxlcdm]+)(er|re|e|ère|ème|nd|nde)"),
            Template("nihongo", ("japonais", "chinois")),
            Template("shows", (
                "date sport", "date de cinéma", "date en musique", "date de télévision", "date en littérature",
                "date en aéronautique", "date en astronautique",
            ), ("$1 $2 $3 | $2 $3 | $1",)),
            Template("in_marks", ("citation de la bible",), ("« ", " »")),
            Template("shows", ("souverain2", "souverain-", "souverain"), ("$1",)),
            Template("literal", ("2",), ("²",)),
            Template("literal", ("3",), ("³",)),
        ),
        silent=(
            "en langue", "augmentation", "diminution", "augmentation négative", "stagnation", "drapeau", "drapeau2",
            "prononciation", ",", "note", "référence à confirmer", "refconf", "quand", "quand?", "qui", "qui?",
            "lequel", "où", "où?", "combien", "précision nécessaire", "précision", "api", "phon", "en", "de", "it",
            "ru", "pt", "nl", "la", "el", "ja", "zh", "ar", "pl", "sv", "da", "fi", "ca", "he", "sfn", "rp", "réf.",
            "référence", "source à préciser", "par qui", "écouter", "lien brisé", "lien mort", "lien archive",
            "ouvrage", "article", "lien web", "chapitre", "clr", "pas", "admissibilité", "harvsp", "plume",
            "référence obsolète",
        ),
    ),
)
