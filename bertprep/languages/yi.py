from .form import Language

LANGUAGE = Language(
    name="Yiddish",
    scripts=("hebrew",),
    function_words="""
        און די צו פון אין איז דער דאס דאָס מיט אויף ער ניט נישט האט האָט זײַן זיין אַ אן אָדער אבער אָבער ווי וואס
        וואָס ווען אלע יעדער מען זיך פֿון
    """,
)
