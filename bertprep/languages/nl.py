from .form import Abbreviations, Language, Template, Wiki

LANGUAGE = Language(
    name="Dutch",
    scripts=("latin",),
    function_words="""
        de het een en of maar want dus als dan dat die dit deze er hier daar wat wie waar wanneer waarom hoe ik
        jij je hij zij ze wij we jullie u hem haar hen hun mijn zijn ons onze niet geen ook nog al wel van in op
        aan uit bij met na naar voor door over onder tussen tot tegen zonder om is was waren wordt worden werd
        werden heeft hebben had hadden kan kunnen moet zal zou omdat hoewel terwijl toen nu echter bovendien
        daarom daarnaast alle veel sommige elke andere volgens sinds tijdens daarna
    """,
    abbreviations=Abbreviations(
        never="""
            dhr mevr mw mr mrs dr drs ir ing prof em ds st ste bijv ca cf d.w.z d.m.v m.b.t m.b.v m.n m.i
            n.a.v o.a o.b.v o.l.v o.m p.a t.a.v t.b.v t.g.v t.o.v t.w.v v.l.n.r z.g.a.n zgn zg resp incl
            excl min mln mld nr nrs blz pp vgl vnl vs art afb fig hfdst hst dl red vert verg tel gen kapt lt
            maj sgt fr du eig evt geb gest overl jl ged bep bijl bl bv c.q d.i di dhrs e.v ed fam gebr hfst
            hs i.v.m i.p.v i.h.a i.o i.t.t i.z inl jhr jkvr kap m.a.w m.i.v m.u.v mgr mej mmevr n.l nl o.i.d
            o.t.t ong par pag pl r.k secr sst t.n.v t/m v.a w.o z.g s.v luit weth hoogl lic bacc kard zr zn
            br jonkh bnes gr gvn oud-ned gri fra dui ita uitg vlg voorz wnd
        """,
        maybe="jr sr inc ltd co n.v b.v n.chr v.chr chr u.s jan feb mrt apr jun jul aug sept okt nov dec e.k a.s j.l",
        end="enz etc e.d e.d e.a",
        number="blz p ma wo do vr za zo mei",
    ),
    section_words="""
        hoofdstuk afdeling deel artikel bijlage figuur tabel afbeelding paragraaf boek titel les oefening
        stelling lemma definitie voorbeeld stap
    """,
    lettered="vitamine optie groep klasse type plan bijlage hepatitis deel categorie",
    separators=(".", ","),
    wiki=Wiki(
        files=("bestand", "afbeelding"),
        categories=("categorie",),
        redirects=("doorverwijzing",),
        sections=(
            "referenties", "externe links", "externe link", "zie ook", "voetnoten", "noten en referenties",
            "bronnen, noten en/of referenties", "bronvermelding", "verder lezen",
        ),
        top_sections=("bronnen", "literatuur", "noten", "galerij", "bibliografie"),
        disambiguation=("dp", "dpintro", "doorverwijspagina", "dpkort"),
        language_names={
            "en": "Engels", "de": "Duits", "fr": "Frans", "es": "Spaans", "it": "Italiaans", "ru": "Russisch",
            "la": "Latijn", "el": "Grieks", "grc": "Oudgrieks", "ja": "Japans", "zh": "Chinees", "ar": "Arabisch",
            "he": "Hebreeuws", "pl": "Pools", "tr": "Turks", "pt": "Portugees", "uk": "Oekraïens",
        },
        language_label="{}: {}",
        templates=(
            Template("quote", ("citaat", "citaat bron")),
            Template("first", ("nowrap", "kapitaal", "kleinkapitaal")),
            Template("second", ("taal",)),
        ),
        silent=(
            "bron?", "feit", "bron", "wie?", "wanneer?", "waar?", "vlagicoon", "vlag", "sfn", "verduidelijken",
            "citeer *", "noot",
        ),
    ),
)
