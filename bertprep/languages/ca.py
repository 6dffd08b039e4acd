from .form import Abbreviations, Language

LANGUAGE = Language(
    name="Catalan",
    scripts=("latin",),
    function_words="""
        el la els les un una uns unes de del dels al als a en amb per i o però que qui quan on com perquè si no és són
        era eren fou va van ser estat està estan ha han havia hi ho li es s'ha seu seva seus seves aquest aquesta
        aquests aquestes aquell aquella això allò ell ella ells jo tu nosaltres vostè també molt més tot tota tots
        totes altre altres cada alguns entre fins des sobre sense durant després abans així ja encara l' d' s' m' llur
        llurs
    """,
    abbreviations=Abbreviations(
        never="""
            sr sra srs sres srta dr dra drs dres prof profa enginy arq gral cnel tte sgt mn mons rvd st sta
            sts il·lm excm hble tit av avda ctra pl pça pg ps trav urb bda edif esc baix tel núm núms pàg
            pàgs vols caps fig figs ed eds trad coord op cit ibíd íd vid vs aprox ca art ap apt p.ex cf màx
            mín dept depen admin gov ajunt univ bibl cat cast llat gr angl àr hebr s.m s.a.r n.b obs ref
            resp rev seg segs ss supl tít tom v vg
        """,
        maybe="gen febr abr jul oct nov a.c d.c ac dc s.a s.l inc ltd co corp eua ex",
        end="etc",
        number="n p pp § dl dt dj dv ds dg s cap vol set des",
    ),
    section_words="""
        capítol secció part article annex apèndix figura taula llibre títol acte escena lliçó exercici teorema
        lema proposició definició exemple
    """,
    capital_after_semicolon=True,
)
