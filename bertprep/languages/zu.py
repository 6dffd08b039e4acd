from .form import Language

LANGUAGE = Language(
    name="Zulu",
    scripts=("latin",),
    function_words="""
        ukuthi futhi noma ngoba kodwa uma bonke wonke yonke lonke kanye njengoba ngaphandle emuva ngaphambi
        lapho manje yini ubani kanjani naye yena bona thina mina wena lo leli lolu lesi ukuba nokuthi umuntu
        ngenkathi okufanele ngokuthi ngale kungenzeka eziningi amaningi abaningi iningi nganoma kunoma nokho
        cishe phansi kanti nakuba esinye lokho lokhu ingabe kusho kumele khona kakhulu phakathi ukuze akekho
        kahle zayo kuleli kabusha ngempela okungenani kwalokho uthe wathi ngenxa ngokufanayo nakho yize kungase
        sengathi ikakhulukazi kuzoba ngokusho maqondana kuyilapho empeleni njengamanje kune kanje eduze
        ngokwanele kunalokho nalokho kakade lika kuwo nama okwamanje kunazo ngokuvamile esho ngokushesha
    """,
)
