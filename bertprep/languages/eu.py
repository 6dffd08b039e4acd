from .form import Language

LANGUAGE = Language(
    name="Basque",
    scripts=("latin",),
    function_words="""
        eta da ez du bat dira zen ere izan den hori edo baina bere duten dute ziren hau egin beste baino zuen bai gero
        egiten arte guztiak ditu dituzte nahi behar horrek honek baita izango zituen oso hauek horiek gabe arabera
        bezala ondoren baizik zer nor non dela dagoen daude dago zein guzti guztien
    """,
    ordinals=True,
)
