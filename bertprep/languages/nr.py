from .form import Language

LANGUAGE = Language(
    name="Southern Ndebele",
    scripts=("latin",),
    function_words="""
        bona begodu namkha nofana ngombana kodwana nangabe boke woke yoke loke kanye njengombana ngaphandle ngemva
        lapho nje yini ubani njani yena thina mina wena lo leli lolu lesi ukobana nokobana umuntu kunye nelungelo
        namtjhana lakhe wakhe yakhe khona bonyana kobana
    """,
)
