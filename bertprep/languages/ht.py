from .form import Abbreviations, Language

LANGUAGE = Language(
    name="Haitian Creole",
    scripts=("latin",),
    function_words="""
        nan yo ki se pou yon ak li pa te tout moun gen sou sa ou mwen nou fè men oswa si kòm lè kote ant anba apre
        anvan san chak lòt sèlman ankò deja anpil genyen dwa la a
    """,
    abbreviations=Abbreviations(
        never="dr prof mm st ste kol ing n no p paj wè gade chap eg tel av",
        maybe="jan fev avr jiy out sept okt nov des jr sr inc ltd co corp",
        end="etc elatriye",
    ),
    section_words="chapit seksyon pati atik anèks figi tablo liv tit leson egzèsis egzanp etap",
)
