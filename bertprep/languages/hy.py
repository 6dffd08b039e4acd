from .form import Abbreviations, Language

LANGUAGE = Language(
    name="Armenian",
    scripts=("armenian",),
    abbreviations=Abbreviations(
        never="""
            պրոֆ դոկ դոց ակադ ինժ գեն գնդ մայոր կապ լեյտ ընկ տ տիկ պրն պ ս սբ քաղ գ փող պող հրապ բն շ հմմտ
            գլ էջ նկ հատ հ հոդ խմբ կազմ թարգմ հրատ լատ անգլ ռուս ֆր գերմ հուն պարսկ արաբ թուրք ծն մահ մոտ
            յու էդ ալ վլ գր ռ ն հեռ ֆաքս թ թթ դ դդ մ.թ.ա մ.թ
        """,
        maybe="հնվ փետ մրտ ապր մյս հնս հլս օգս սեպ հոկ նոյ դեկ մլն մլրդ",
        end="և.այլն այլն ևն",
        number="աղ կետ",
    ),
    section_words="գլուխ բաժին մաս հոդված հավելված նկար աղյուսակ գիրք հատոր դաս թեորեմ օրինակ",
    colon_ends=True,
    small_start=0,
)
