from .form import Language

LANGUAGE = Language(
    name="Sindhi",
    scripts=("arabic",),
    function_words="۽ جي جو جا ۾ کي کان ته هن هو آهي آهن نه يا پر به سان لاءِ هر ڪو ڪري ڪنهن",
)
