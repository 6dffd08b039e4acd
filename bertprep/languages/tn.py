from .form import Language

LANGUAGE = Language(
    name="Tswana",
    scripts=("latin",),
    function_words="""
        le go e ya mo ka wa ba fa ga kgotsa mme gonne fela gore yo o sa ke nngwe mongwe yotlhe botlhe tsotlhe
        otlhe jaaka kwa tse gongwe gagwe bone nna jwa jalo ntse tswa thata morago gape tsela tshwanetse rona
        jaanong jaana epe ope sepe rile godimo bongwe bobedi dingwaga mokgwa botlhokwa kgatlhanong ntlha
        fitlhelela tsaya tlaa tswang mabapi mabakeng sentle tsona tsa
    """,
)
