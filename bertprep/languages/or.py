from .form import Language

LANGUAGE = Language(
    name="Odia",
    scripts=("oriya",),
    function_words="ଓ ଏବଂ ଏହି ହେଉଛି ଯେ ଠାରୁ ପାଇଁ କରିବା ଗୋଟିଏ ନୁହେଁ ସେ କିନ୍ତୁ ଯଦି ସମସ୍ତ ପ୍ରତି ସହିତ ପରେ",
    danda=True,
)
