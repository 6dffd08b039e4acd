from .form import Abbreviations, Language, Wiki

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
        files=("immagine",),
        categories=("categoria",),
        redirects=("rinvia",),
        sections=("collegamenti esterni", "voci correlate", "altri progetti"),
        top_sections=("note", "bibliografia", "fonti"),
        disambiguation=("disambigua",),
    ),
)
