from .form import Language

LANGUAGE = Language(
    name="Pashto",
    scripts=("arabic",),
    function_words="د په او چې کې له ته دا هغه یو نه دی ده دي وو وه سره یا خو که لپاره هم ټول هر څه څوک څنګه کښې چه",
)
