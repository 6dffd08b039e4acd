from .form import Abbreviations, Language

LANGUAGE = Language(
    name="Gujarati",
    scripts=("gujarati",),
    abbreviations=Abbreviations(
        never="ડૉ ડો પ્રો શ્રી ઈ.સ કિ.મી સે.મી પૃ એ બી સી ડી એફ જી એચ જે કે એલ એમ એન પી આર એસ ટી યુ વી",
    ),
    section_words="ભાગ વિભાગ આકૃતિ પાઠ",
)
