from .form import Language

LANGUAGE = Language(
    name="Kapampangan",
    scripts=("latin",),
    function_words="""
        ing ning king at ampong na ya la ini iti itang ding reng karing keng ku mu tamu ila deng nung uling para
        manibat angga naman balang metung neng iyang kaya karela éku eku burí buri kéka keka káku kaku alá iní
        mung sablang sabla atín atin itá kéni nánung nánu nanu agpang aliwa makanyán métung kayang pante éka
        kayá táu
    """,
)
