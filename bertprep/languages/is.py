from .form import Abbreviations, Language, Wiki

LANGUAGE = Language(
    name="Icelandic",
    scripts=("latin",),
    function_words="""
        og í að á er sem en það við til með var um ekki af fyrir hann hún þeir þau ég þú þið eftir frá undir yfir
        milli án hjá þegar þar hér hvar hvernig því eða ef bara enn mjög allir öll hver annar voru verið vera hafa
        hefur sinn þessi þetta
    """,
    abbreviations=Abbreviations(
        never="""
            hr dr prof sr séra cand.mag bls nr sbr t.d þ.e m.a frh ritstj útg þýð mgr ca u.þ.b skv þ.á.m
            þ.m.t ísl ensk dönsk lat þýsk f d s.s svk sk tel m.t.t v
        """,
        maybe="jan feb mar apr maí jún júl ágú sept okt nóv des f.kr e.kr kr millj hf ehf ohf jr inc ltd co corp",
        end="o.s.frv osfrv o.fl o.þ.h etc",
        number="kl gr",
    ),
    section_words="kafli hluti grein viðauki mynd tafla bók þáttur atriði æfing setning skilgreining dæmi",
    ordinals=True,
    separators=(".", ","),
    wiki=Wiki(
        files=("mynd",),
        categories=("flokkur",),
        redirects=("tilvísun",),
        sections=("tilvísanir", "tenglar", "heimildir", "tengt efni", "neðanmálsgreinar", "frekari lestur"),
        disambiguation=("aðgreining",),
        silent=("heimild vantar",),
    ),
)
