from .form import Abbreviations, Language, Wiki

LANGUAGE = Language(
    name="Swahili",
    scripts=("latin",),
    function_words="""
        na ya wa kwa ni katika la za kuwa au ili kama hii huu hiyo hizo hilo yake wake zake kila mtu lakini pia bila
        kutoka hadi baada kabla sana tu si cha vya hakuna lazima watu huyo ambao ambayo ambaye yeye wao sisi
    """,
    abbreviations=Abbreviations(
        never="""
            bw bi mh mhe mhesh dkt prof prf eng ing mwl mch kpt kan jen luteni sgt pst mt nd ndg mst mwj
            al.haj k.m n.k kmf mf taz ling uk kur tel s.l.p p.o wil mko
        """,
        maybe="jan feb mac apr mei jun jul ago sep okt nov des k.k b.k k.w m.w k.v jr sr inc ltd co corp",
        end="nk n.k.w etc",
        number="na.ya sura",
    ),
    section_words="sura sehemu ibara kifungu kiambatisho kielelezo jedwali kitabu somo zoezi mfano ya",
    wiki=Wiki(
        files=("picha", "faili"),
        categories=("jamii",),
        redirects=("elekeza",),
        sections=("tanbihi", "marejeo", "viungo vya nje", "tazama pia", "kusoma zaidi"),
        disambiguation=("maana",),
    ),
)
