from .form import Abbreviations, Language, Wiki

LANGUAGE = Language(
    name="Afrikaans",
    scripts=("latin",),
    function_words="""
        die van en in is het nie dat te vir met op aan om by as uit na deur of ook maar hy sy ons ek jy hulle hom haar
        word was kan moet sal sou hierdie daardie alle geen meer oor onder tussen sedert wat wie waar hoe elke enige
        sonder
    """,
    abbreviations=Abbreviations(
        never="""
            mnr mev mej dr drs prof ds adv genl lt kol maj kapt sers ing st afb bl bls hfst par art paragr
            nr nrs vgl bv o.a d.w.s m.a.w i.p.v n.a.v m.b.t t.o.v e.d o.l.v ca vs gesk lat eng afr ned fr du
            uitg red vert fig tab bd dl fak dept univ tel
        """,
        maybe="jan feb mrt apr jun jul aug sep sept okt nov des b.k n.c v.c jr sr inc ltd co corp",
        end="ens m.a",
        number="ma di wo do vr sa so p pp",
    ),
    section_words="""
        hoofstuk afdeling deel artikel bylae aanhangsel figuur tabel paragraaf boek titel les stelling definisie
        voorbeeld stap
    """,
    separators=(" ", ","),
    wiki=Wiki(
        files=("lêer", "beeld"),
        categories=("kategorie",),
        redirects=("aanstuur",),
        sections=(
            "verwysings", "eksterne skakels", "sien ook", "bronne", "notas", "bibliografie", "bronnelys",
            "verdere leeswerk",
        ),
        disambiguation=("dubbelsinnig",),
        silent=("feit", "bron?"),
    ),
)
