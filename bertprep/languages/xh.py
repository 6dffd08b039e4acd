from .form import Language

LANGUAGE = Language(
    name="Xhosa",
    scripts=("latin",),
    function_words="""
        ukuba kwaye okanye kuba kodwa xa bonke wonke yonke lonke kunye njengoko ngaphandle emva phambi apho
        ngoku yintoni ngubani njani naye yena bona thina mna wena lo eli olu esi nokuba umntu uluntu yoluntu
        malunga phantsi kufuneka yokuba kokuba kwi kwakhona kakuhle nangona ngoko oko oku apha ixesha ngelixa
        ukusukela uya uza ngokuba njengokuba kukuba zinto nto namanye kutsho uninzi ngexesha ezininzi abaninzi
        athi uthi utshilo kule koko ezi ngakumbi yoko xesha omnye kwakunye ukuze ngenxa baza aze sele loo kwezi
        kula kukho yaye baye ukususela ezo phantse siza kum mhlawumbi kamva ezimbini amabini nanjengoko ngalo
        luza iza liza ziza ngokutsho ithi
    """,
)
