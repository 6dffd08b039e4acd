from .form import Abbreviations, Language, Template, Wiki

LANGUAGE = Language(
    name="Serbian",
    scripts=("cyrillic", "latin"),
    function_words="""
        и у је се на да су за од с са о као који која које али или те што би бити био била било били није нису по из
        до при према након пре током између без код кроз под над када где како зашто ко га му јој их им његов њен
        њихов овај ова ово тај та то сви све сваки само још већ такође веома јер ако док i u je se na da su za od s sa
        o kao koji koja koje ali ili te što bi biti bio bila bilo bili nije nisu po iz do pri prema nakon pre tokom
        između bez kod kroz pod nad kada gde kako zašto ko ga mu joj ih im njegov njen njihov ovaj ova ovo taj ta to
        svi sve svaki samo još već takođe veoma jer ako dok
    """,
    abbreviations=Abbreviations(
        never="""
            dr mr prof doc akad dipl ing mag spec arh oec iur g gđa gđica gosp sv bl msgr vlč fra o gen puk
            pukov potpuk nadpor admir ul br bb str čl st toč sl tab pog gl odj dod pril usp npr tj t.j tzv
            t.zv odn tel faks mob okr cca rođ lat engl njem franc tal rus mađ češ polj slov tur grč arap
            hebr kin jap špan ured prev izd nakl sur dir zam pom min maks op cit ibid i.e v.d ovl jav bilj
            nj s.r др мр проф доц акад инж дипл арх г гђа гђица св бл о ген пук потпук мајор кап адм ул бр
            бб стр чл ст тач сл таб погл гл дод прил вид нпр тј тзв т.ј т.зв одн тел факс моб цца рођ лат
            енгл нем фр итал рус мађ чеш пољ слов тур грч арап хебр кин јап шпан ур ред прев изд сур дир зам
            пом макс оп цит ибид
        """,
        maybe="""
            sij velj ožu lip srp kol ruj lis stu jan feb mar apr jun jul avg sep sept okt nov dec pr.kr
            p.n.e n.e po.kr d.o.o d.d j.t.d mil mlrd tis god jr sr inc ltd co corp јан феб мар апр јун јул
            авг сеп септ окт нов дец п.н.е н.е пр.хр по.хр д.о.о а.д мил млрд хиљ год
        """,
        end="itd isl i.sl etc итд исл и.сл",
        number="пон уто сре чет пет суб нед pon uto sri čet pet sub ned § t",
    ),
    section_words="""
        poglavlje odjeljak dio članak prilog slika tablica tabela knjiga svezak čin prizor lekcija vježba teorem
        lema definicija primjer korak točka član deo odeljak glava поглавље одељак део члан прилог слика табела
        књига свеска чин сцена лекција вежба теорема лема пример корак тачка глава
    """,
    separators=(".", ","),
    wiki=Wiki(
        files=("датотека", "слика", "datoteka", "slika", "fotografija", "фотографија", "dt", "дт"),
        categories=("категорија", "kategorija", "kat", "кат", "kt", "кт"),
        redirects=("преусмери", "preusmeri", "преусмјери", "preusmjeri"),
        sections=(
            "референце", "спољашње везе", "види још", "литература", "извори", "напомене", "reference",
            "spoljašnje veze", "vidi još", "literatura", "izvori", "napomene", "galerija", "vanjske veze",
            "vanjski linkovi", "vanjske poveznice", "također pogledajte", "poveznice", "bilješke", "povezano",
            "povezani članci", "spoljne veze",
        ),
        top_sections=("галерија", "библиографија", "bibliografija"),
        disambiguation=("вишезначна одредница", "вишезначност", "višeznačna odrednica", "čvor", "razdvojba"),
        language_names={
            "en": "енгл.", "de": "нем.", "fr": "фр.", "es": "шп.", "it": "итал.", "ru": "рус.", "la": "лат.",
            "el": "грч.", "grc": "стгрч.", "ja": "јап.", "zh": "кин.", "ar": "арап.", "he": "хебр.", "pl": "пољ.",
            "tr": "тур.", "pt": "порт.", "nl": "хол.", "uk": "укр.",
        },
        language_label="{} {}",
        templates=(
            Template("in_marks", ("јез-енг", "јез-ен"), ("енгл. ", "")),
            Template("in_marks", ("јез-нем", "јез-де"), ("нем. ", "")),
            Template("in_marks", ("јез-фр",), ("фр. ", "")),
            Template("in_marks", ("јез-рус",), ("рус. ", "")),
            Template("in_marks", ("јез-лат",), ("лат. ", "")),
            Template("in_marks", ("јез-грч",), ("грч. ", "")),
            Template("in_marks", ("јез-ита",), ("итал. ", "")),
            Template("in_marks", ("јез-шпа",), ("шп. ", "")),
            Template("quote", ("цитат", "quote")),
            Template("in_marks", ("наводници",), ("„", "“")),
        ),
        silent=(
            "чињеница", "ко", "када", "где", "застава", "činjenica", "напомена", "border", "nedostaje izvor",
            "fakt", "izvor", "tko", "kada",
        ),
    ),
)
