from .form import Language

LANGUAGE = Language(
    name="Occitan",
    scripts=("latin",),
    function_words="""
        lo la los las un una de del dels al als a en amb per e o mas que qui quand ont coma perque se non es son
        èra èran foguèt ser estat an aviá i li sa sos sas aqueste aquesta aquel aquela aquò el ela eles ieu tu
        nosautres tanben fòrça mai tot tota totes autre autres cada qualques entre fins despuèi sus sens pendent
        aprèp abans aital ja encara l' d' qu' dins deu deus dab ent entau aqueth aquera degun degús dambe dens
        cau soi siá qu'ei qu'a qu'am que'ns sonque lèu quora pr'amor cadun chasque lou mès ua hèit quin podi
        veng aver biais
    """,
)
