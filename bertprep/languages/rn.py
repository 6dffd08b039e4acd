from .form import Language

LANGUAGE = Language(
    name="Rundi",
    scripts=("latin",),
    function_words="""
        mu n' na kandi canke kuko ariko iyo bose vyose yose ico ivyo uwo wese hamwe nka ni wo bwa co vyo ryo
        kugira ngo muri ku ategerezwa vya atari n'ivyo vyiwe bwiwe yiwe wiwe ryiwe nta bategerezwa kuja kuraba
        kuronka gushika kurondera nyene wenyene ibi nk'uko n'umwe n'ico ingene harimwo afise bafise cane vyinshi
        vyatumye iheze kugirango biciye bijanye kuvyerekeye yerekeye hanyuma bariko ivyiyumviro ashobora
        arashobora n'abandi uko aho n'uko y'uko kubiri vyabaye yaravuze kw'isi kuvugana cose ciwe cari uwu urwo
        nimba rwiwe jewe igitigiri kahise haciye gusumba bifise ifise uheze iriko ziriko yariko vyari n'aho
        uwundi kazoza wanje vyerekana adashobora n'imwe utegerezwa icese bwose
    """,
)
