from .form import Language

LANGUAGE = Language(
    name="Central Bikol",
    scripts=("latin",),
    function_words="""
        an sa nin asin mga na si ni dai ini siya niya sinda ninda saiyang saindang ako ko ika mo kita kami kamo duman
        digdi diyan kun alagad huli para poon sagkod mayo igwa may iyo sana man pa dapit gabos maski mantang ano
        siisay saen kan sarong baga o dian
    """,
)
