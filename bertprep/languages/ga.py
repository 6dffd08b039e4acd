from .form import Abbreviations, Language, Wiki

LANGUAGE = Language(
    name="Irish",
    scripts=("latin",),
    function_words="""
        an na agus ar i le is go ní sé sí tá bhí ag atá do de ó mar seo sin ach nó siad mé tú muid sibh iad é í ina
        leis uirthi chun faoi roimh gach aon eile níl bíonn raibh nach má nuair cé cad conas freisin féin sa san den
        don duine
    """,
    abbreviations=Abbreviations(
        never="""
            dr uas an.tuas iml uimh uimhr lch m.sh i.e .i lgh r.ch rch eag l caib st oll an.toll s.a gen
            capt lt cn san facs
        """,
        maybe="ean feabh már aib beal meith iúil lún m.f d.f samh noll i.gh co teo jr sr inc ltd corp",
        end="srl etc agus.araile",
        number="alt",
    ),
    section_words="""
        caibidil cuid alt roinn aguisín fíor tábla leabhar teideal gníomh radharc ceacht teoirim sainmhíniú
        sampla
    """,
    wiki=Wiki(
        files=("íomhá",),
        categories=("catagóir", "rang"),
        redirects=("athsheoladh",),
        sections=("tagairtí", "naisc sheachtracha", "féach freisin", "foinsí", "naisc"),
        disambiguation=("idirdhealú",),
    ),
)
