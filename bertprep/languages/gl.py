from .form import Language

LANGUAGE = Language(
    name="Galician",
    scripts=("latin",),
    function_words="""
        o a os as un unha uns unhas de do da dos das en no na nos nas ao aos á ás por polo pola polos polas para con
        sen sobre entre ata desde e ou mais pero que quen cal cando como onde porque se non si é son era eran foi
        foron ser está están ten teñen había hai seu súa seus súas este esta estes estas ese esa iso isto aquel el ela
        eles elas eu nós vós vostede tamén ademais aínda moi todo outro outra cada algúns moitos durante despois antes
        entón xa así
    """,
    capital_after_semicolon=True,
)
