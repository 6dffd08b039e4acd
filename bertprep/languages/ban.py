from .form import Language

LANGUAGE = Language(
    name="Balinese",
    scripts=("latin",),
    function_words="""
        lan ring sane sané saking nenten ten antuk mangda ngeninin inggih punika puniki wenten dados sareng utawi
        miwah ipun titiang ragane sami tiosan kewanten yening sapunapi olih indik tur taler manut nganutin sajeroning
        ngawit saluir sakancan
    """,
)
