from .form import Abbreviations, Language

LANGUAGE = Language(
    name="Pashto",
    scripts=("arabic",),
    function_words="د په او چې کې له ته دا هغه یو نه دی ده دي وو وه سره یا خو که لپاره هم ټول هر څه څوک څنګه کښې چه",
    abbreviations=Abbreviations(
        end="و ؤ ي دی دي وي ده شو شي کړ کړي کړه وو وه",
    ),
)
