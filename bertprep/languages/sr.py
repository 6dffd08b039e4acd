from .form import Abbreviations, Language

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
)
