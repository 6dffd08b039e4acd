from .form import Language

LANGUAGE = Language(
    name="Tibetan",
    scripts=("tibetan",),
    function_words="""
        དང ནི ལ གི གྱི ཀྱི འི ཡི རྣམས ཡིན ཡོད མེད མིན གིས ཀྱིས གྱིས ནས ལས དེ འདི ཞིག གཅིག ཏེ སྟེ དུ ཏུ རུ སུ འང
        ཡང བཅས གང ཡོང པ བ མ ཐམས ཅད དགོས འམ བར ཚང མི ལྡན ཆེད ཁག རེད ཀྱང ལྟར ཁོང ཚོ ཤིག མཁན བྱེད བྱས བྱུང དག དེའི
    """,
)
