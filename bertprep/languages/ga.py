from .form import Language

LANGUAGE = Language(
    name="Irish",
    scripts=("latin",),
    function_words="""
        an na agus ar i le is go ní sé sí tá bhí ag atá do de ó mar seo sin ach nó siad mé tú muid sibh iad é í ina
        leis uirthi chun faoi roimh gach aon eile níl bíonn raibh nach má nuair cé cad conas freisin féin sa san den
        don duine
    """,
)
