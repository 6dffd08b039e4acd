from .form import Abbreviations, Language, Wiki

LANGUAGE = Language(
    name="Bosnian",
    scripts=("latin",),
    function_words="""
        i u je se na da su za od s sa o kao koji koja koje ali ili te što bi biti bio bila bilo bili nije nisu po iz
        do pri prema nakon prije tokom između bez kod kroz pod nad kada gdje kako zašto ko ga mu joj ih im njegov njen
        njihov ovaj ova ovo taj ta to svi sve svaki samo još već također vrlo jer ako dok
    """,
    abbreviations=Abbreviations(
        never="""
            dr mr prof doc akad dipl ing mag spec arh oec iur g gđa gđica gosp sv bl msgr vlč fra o gen puk
            pukov potpuk nadpor admir ul br bb str čl st toč sl tab pog gl odj dod pril usp npr tj t.j tzv
            t.zv odn tel faks mob okr cca rođ lat engl njem franc tal rus mađ češ polj slov tur grč arap
            hebr kin jap špan ured prev izd nakl sur dir zam pom min maks op cit ibid i.e v.d ovl jav bilj
            nj s.r
        """,
        maybe="""
            sij velj ožu lip srp kol ruj lis stu jan feb mar apr jun jul avg sep sept okt nov dec pr.kr
            p.n.e n.e po.kr d.o.o d.d j.t.d mil mlrd tis god jr sr inc ltd co corp
        """,
        end="itd isl i.sl etc",
        number="pon uto sri čet pet sub ned § t",
    ),
    section_words="""
        poglavlje odjeljak dio članak prilog slika tablica tabela knjiga svezak čin prizor lekcija vježba teorem
        lema definicija primjer korak točka član deo odeljak glava
    """,
    ordinals=True,
    separators=(".", ","),
    wiki=Wiki(
        files=("datoteka", "slika"),
        categories=("kategorija",),
        redirects=("preusmjeri",),
        sections=(
            "reference", "vanjski linkovi", "također pogledajte", "izvori", "napomene", "literatura",
            "vanjske veze", "bilješke",
        ),
        top_sections=("galerija",),
        disambiguation=("čvor",),
        silent=("činjenica", "fali izvor"),
    ),
)
