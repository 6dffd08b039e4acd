from .form import Abbreviations, Language, Template, Wiki

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
            sr sra srs sras srta dr dra drs dras prof profa profs eng arq gen cel cap maj ten sgt adm alm
            des exmo exma ilmo ilma rev pe fr sto sta st mons vs cf ex p.ex pág págs pag pp vol vols num núm
            nº art arts fig figs cap caps ed eds trad org coord op cit ibid aprox ca tel av pç trav rod min
            max máx mín lat ingl gr lic ma cmdt cmte com urb transv diag r pca lg al bl apto apt ap cj qd lt
            lj sl edif fl fls obs ref resp rem dest ass adj subst verb séc sécs cód depto dept div exa v.exa
            v.s v.sa i.e ib id loc ms mss n.b p.s sr.ª sra.ª bibl cient col colab comp cont doc docs ex.mo
            fem masc sing plur ger hab ilmos ind inf inic introd lit mun mús pl pop port pref pres prov publ
            q.v rel s.d s.l secr seg sem símb tít tip univ var ver
        """,
        maybe="a.c d.c s.a ltda inc ltd co corp cia jr e.u.a u.s lda jan fev abr jul ago nov",
        end="etc",
        number="n.º n.o ter qua qui sex sáb dom § tab quadro mar dez set out mai jun me res",
    ),
    section_words="""
        capítulo seção secção parte artigo anexo apêndice figura tabela quadro livro título ato cena lição
        exercício teorema lema proposição definição exemplo unidade módulo
    """,
    capital_after_semicolon=True,
    separators=(".", ","),
    months=(
        "janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro",
        "novembro", "dezembro",
    ),
    wiki=Wiki(
        files=("ficheiro", "imagem", "arquivo", "multimédia"),
        categories=("categoria",),
        redirects=("redirecionamento", "redireccionamento"),
        sections=(
            "referências", "ligações externas", "ver também", "notas e referências", "leitura adicional",
            "referências bibliográficas", "links externos", "referencias", "veja também", "fontes",
        ),
        top_sections=("bibliografia", "notas", "galeria"),
        disambiguation=("desambiguação", "desambig", r"desambig\w*", "dab"),
        language_names={
            "en": "inglês", "de": "alemão", "fr": "francês", "es": "espanhol", "it": "italiano", "ru": "russo",
            "la": "latim", "el": "grego", "grc": "grego antigo", "ja": "japonês", "zh": "chinês", "ar": "árabe",
            "he": "hebraico", "pl": "polonês", "tr": "turco", "nl": "neerlandês", "uk": "ucraniano",
        },
        language_label="em {}: {}",
        templates=(
            Template("number", ("fmtn", "fmt", "formatar número")),
            Template("shows", ("séc", "século", "séc."), ("século $1 $2 | século $1",)),
            Template("shows", ("séculos",), ("séculos $1 e $2",)),
            Template("day", ("dtlink", "dtext", "data", "data texto"), (" de ",)),
            Template("convert", ("converter", "convertido", "conversão")),
            Template("quote", ("citação", "citação2", "quote1", "quote2", "quote3", "citar bloco")),
            Template("in_marks", ("aspas",), ("“", "”")),
            Template("literal", ("a.c.", "ac", "a. c."), ("a.C.",)),
            Template("literal", ("d.c.", "dc"), ("d.C.",)),
            Template("shows", ("ilc", "link interlíngua"), ("${lt} | $1",)),
            Template("first", ("pequeno", "versalete", "não quebrar", "nq")),
            Template("raised", ("exp",), ("",)),
            Template("measure", ("unidade", "unit")),
            Template("literal", ("nota de moeda",), ("",)),
        ),
        silent=(
            "carece de fontes", "carece de fontes2", "fonte?", "citar *", "quem", "quem?", "quando", "quando?",
            "onde", "onde?", "esclarecer", "nota de rodapé", "nre", "nota", "harvref", "sfn", "dn", "bandeiricone",
            "bandeira", "flagicon", "qual?", "ligação inativa", "como?", "qual", "ref-web", "em", "en",
            "página necessária", "carece fonte",
        ),
    ),
)
