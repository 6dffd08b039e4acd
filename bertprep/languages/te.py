from .form import Abbreviations, Language

LANGUAGE = Language(
    name="Telugu",
    scripts=("telugu",),
    abbreviations=Abbreviations(
        never="డా ప్రొ శ్రీ క్రీ.శ కి.మీ సెం.మీ మి.మీ ఎం కె ఎస్ టి వి ఎన్ ఆర్ సి పి జి పే",
    ),
    section_words="భాగం పటం పాఠం",
)
