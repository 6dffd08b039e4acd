from .form import Language

LANGUAGE = Language(
    name="Romansh",
    scripts=("latin",),
    function_words="""
        il la ils las in ina da dal dals al als a en cun per e u ma che chi cura nua sco perquai sche betg è èn
        era eran esser stà ha han aveva ses sia sias quest questa quel quella jau ti nus vus er fitg pli tut
        tuts auter autra mintga persuna igl igls mincha tuot tuots üna ün quist quista quists eir sainza lur
        cunter tgi scu dils digl dallas dalla gnir vegnir nagn ingün nign tras ancùnter pervi quels oters
    """,
)
