from .form import Language

LANGUAGE = Language(
    name="Bhojpuri",
    scripts=("devanagari",),
    function_words="""
        के बा में से आ ई ऊ कि ना बाटे बाड़े रहे रहल हवे खातिर पर अउर सभे केहू आपन जे ओह एह होखे होला कइल गइल अउरी
        बाटें ओकर ओकरा एकर
    """,
)
