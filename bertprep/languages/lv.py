from .form import Language

LANGUAGE = Language(
    name="Latvian",
    scripts=("latin",),
    function_words="""
        un ir ar par no uz ka kas bet vai kā arī tas tā tie tās viņš viņa viņi es tu mēs jūs pēc pirms līdz pie bez
        starp zem virs ja kad kur kāpēc jo tikai vēl jau ļoti visi visas katrs cits bija būs būt nav tiek savu šis šī
        šo
    """,
    ordinals=True,
)
