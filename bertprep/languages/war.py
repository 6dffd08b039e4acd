from .form import Language, Wiki

LANGUAGE = Language(
    name="Waray",
    scripts=("latin",),
    function_words="""
        an ha nga ngan mga si ni han hin kay diri usa ini hiya hira nira niya iya ira ako kita kamo didto dida
        dinhi kon kundi tungod para tikang kutob waray mayda amo la gud pa na ko mo ta tanan bisan samtang ano
        hin-o hain pinaagi hini hadto hito ngadto o it akon imo aton kan iton hiton hit it' ak' kay-ano karuyag
        yana may-ada ngatanan duro nadiri maaram puydi kun unta ada inin dírì hiyá iní hiní là gad iya-ha sugad
        anay damo nasud ha-iya kada hirá akó kitá ngada may naton niyo mahihimo liwat ikaw kanay namon amon
        gihapon waráy íya anó
    """,
    wiki=Wiki(
        files=("fayl", "hulagway", "paypay"),
        categories=("kaarangay",),
        redirects=("redirect",),
        sections=("mga kasarigan", "mga reperensya", "mga sumpay ha gawas", "kitaa liwat", "mga pinambasaran"),
        disambiguation=("pansayod",),
    ),
)
