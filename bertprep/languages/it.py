from .form import Abbreviations, Language, Template, Wiki

LANGUAGE = Language(
    name="Italian",
    scripts=("latin",),
    function_words="""
        il lo la i gli le l' un uno una un' di del dello della dei degli delle a al allo alla ai agli alle da dal
        dalla dai dalle in nel nella nei nelle su sul sulla sui sulle con per tra fra e ed o ma però che chi cui
        quando come dove perché se non si è sono era erano fu furono essere ha hanno aveva avevano questo questa
        questi queste quello quella quelli quelle egli lui lei loro io noi voi suo sua suoi sue mio tuo anche più
        molto tutto tutti tutte ogni alcuni alcune altro altri dopo prima durante inoltre infatti tuttavia quindi così
        poi già ancora dell' all' nell' dall' c'è
    """,
    abbreviations=Abbreviations(
        never="""
            sig sigg sig.ra sig.na dott dott.ssa dr prof profs prof.ssa avv ing arch geom rag on sen gen col
            magg cap ten serg mons don ss st cfr cf es p.es ad.es pag pagg pp vol voll nn num art artt fig
            figg tav tab cap capp ed edd trad cit op ibid vs ca circa tel p.zza v.le c.so lat ingl fr ted gr
            min max gent.mo egr spett preg febb feb mar apr mag giu lug ago sett ott nov dic sig.re gent
            ill.mo dr.ssa cav comm uff sottosegr brig m.llo mags gen.le amm ammir prof.ri sant s b beat p.le
            l.go loc fraz prov reg part par cpv comma lett all alleg bibl boll cod cod.civ cod.pen coll cron
            dim dis ecc.mo ediz esem etim fasc femm masc sing plur geogr giorn id ill inf int intr introd
            lib ms mss n.d.r nav nota orig parr pers pop port pref pres prop prot racc rel ril riv sec secc
            sez seg segg sgg sost sp suppl sup tip tit tr univ v vd vv verb vers
        """,
        maybe="a.c d.c s.p.a s.r.l inc ltd co corp jr u.s.a s.n.c s.a.s s.s.d spa srl soc ex",
        end="ecc etc eccetera",
        number="n° nr lun mer gio ven sab dom n p § c cc",
    ),
    section_words="""
        capitolo sezione parte articolo allegato appendice figura tabella libro titolo atto scena lezione
        esercizio teorema lemma proposizione definizione esempio
    """,
    separators=(".", ","),
    wiki=Wiki(
        files=("immagine", "file"),
        categories=("categoria", "cat"),
        redirects=("rinvia", "rinvio", "rimando"),
        sections=(
            "collegamenti esterni", "voci correlate", "altri progetti", "riferimenti", "annotazioni", "esplicative",
            "bibliografiche",
        ),
        top_sections=("note", "bibliografia", "fonti", "galleria d'immagini", "galleria"),
        disambiguation=("disambigua", "disambiguazione", "omonimia"),
        language_names={
            "en": "inglese", "de": "tedesco", "fr": "francese", "es": "spagnolo", "ru": "russo", "la": "latino",
            "el": "greco", "grc": "greco antico", "ja": "giapponese", "zh": "cinese", "ar": "arabo", "he": "ebraico",
            "pl": "polacco", "tr": "turco", "pt": "portoghese", "nl": "olandese", "uk": "ucraino",
        },
        language_label="in {} {}",
        templates=(
            Template("first", (
                "ta", "testo attaccato", "citazione necessaria", "maiuscoletto", "nowrap", "senza fonte",
            )),
            Template("measure", ("m", "unità")),
            Template("convert", ("converti",)),
            Template("quote", ("quote", "citazione")),
            Template("in_marks", ("virgolette", "\""), ("«", "»")),
            Template("raised", ("exp", "apice"), ("",)),
            Template("fraction", ("frazione",)),
            Template("interlanguage", ("link interlinguistico",)),
            Template("second", ("testo",)),
            Template("literal", ("a.c.", "ac"), ("a.C.",)),
            Template("literal", ("d.c.", "dc"), ("d.C.",)),
            Template("literal", ("2",), ("²",)),
            Template("literal", ("3",), ("³",)),
        ),
        silent=(
            "chiarire", "cn", "cita *", "link audio", "bandiera", "nazione ref", "quando", "chi", "dove", "quale",
            "vedi anche", "en", "de", "fr", "es", "it", "la", "ru", "collegamento interrotto", "#tag:ref",
            "cit web", "ndr",
        ),
    ),
)
