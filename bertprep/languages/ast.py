from .form import Language

LANGUAGE = Language(
    name="Asturian",
    scripts=("latin",),
    function_words="""
        y de la el que los les a en del un por con nun na nel pa ye foi son al como más tamién lo so sos esti
        esta esto esi cuando onde ente hasta dende ensin sobre pero anque porque si yá nin o u ún cada toa tola
        tolos otru otra tán yera yeren xunto munchu mui equí ellí depués enantes mesmu colos cola pola polos
        poles cuantu namái desque darréu nengún cualesquier facer facelo mesmo tien tienes ye'l güei entós nuna
        peles sicasí munches asina fixo tamos d'él xente
    """,
)
