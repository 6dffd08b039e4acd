from .form import Language

LANGUAGE = Language(
    name="Ido",
    scripts=("latin",),
    function_words="""
        la e di en ed esas a por kun de ne on ke li ol il el me vu ni qua qui quo esis esos da per sur inter til
        pos ante kande ube quale do ma od nur anke tre plu maxim omna altra nula ica ita ca ta lia sua sen o
        omnu irga yuro yuri esar esez esus ilu elu onu dil dal hike multa multe nulo nultempe quon quante quanta
        pluse singla ipsa ipse ka kad kam dek altri dicas savas darfas vua kin ek havis venis semblas kelka
    """,
)
