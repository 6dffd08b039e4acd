from .form import Abbreviations, Language, Wiki

LANGUAGE = Language(
    name="Portuguese",
    scripts=("latin",),
    function_words="""
        o a os as um uma uns umas de do da dos das em no na nos nas ao aos à às por pelo pela pelos pelas para com sem
        sobre entre até desde após e ou mas porém que quem qual quando como onde porque se não sim é são era eram foi
        foram ser está estão estava há tem têm tinha havia seu sua seus suas meu minha este esta estes estas esse essa
        isso isto aquele aquela ele ela eles elas eu nós você vocês também além disso ainda mais muito todo todos toda
        todas outro outra outros outras cada alguns algumas durante depois antes então já assim
    """,
    abbreviations=Abbreviations(
        never="""
            sr sra srs sras srta dr dra drs dras prof profa profs eng arq gen cel cap maj ten sgt adm alm des exmo
            exma ilmo ilma rev pe fr sto sta st mons vs cf ex p.ex pág págs pag pp vol vols num núm nº art arts fig
            figs cap caps ed eds trad org coord op cit ibid aprox ca tel av pç trav rod min max máx mín lat ingl gr
            jan fev mar abr mai jun jul ago set out nov dez
        """,
        maybe="a.c d.c s.a ltda inc ltd co corp cia jr e.u.a u.s",
        end="etc",
        number="n.º n.o",
    ),
    capital_after_semicolon=True,
    small_start=6,
    separators=(".", ","),
    wiki=Wiki(
        files=("ficheiro", "imagem"),
        categories=("categoria",),
        redirects=("redirecionamento",),
        sections=("referências", "ligações externas", "ver também", "notas e referências", "leitura adicional"),
        top_sections=("bibliografia", "notas"),
        disambiguation=("desambiguação", "desambig"),
    ),
)
