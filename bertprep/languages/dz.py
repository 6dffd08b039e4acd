from .form import Language

LANGUAGE = Language(
    name="Dzongkha",
    scripts=("tibetan",),
    function_words="""
        དང ནི ལུ གི གྱི ཀྱི འི ཚུ ཨིན ཨིནམ ཡོད མེད མིན གིས ལས དེ འདི ཅིག གཅིག སྟེ ནང ངོ་མ གུ ག ར ཡང ཡོདཔ དགོཔ མི
        འབད དགོ སྦེ ནུག ནིའི བཟུམ ཅིན རུང ཁར ཟེར སླབ མས འོང འཐབ འབདཝ མེདཔ
    """,
)
