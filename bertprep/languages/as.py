from .form import Language

LANGUAGE = Language(
    name="Assamese",
    scripts=("bengali",),
    function_words="আৰু এই হয় যে পৰা বাবে কৰা এটা নহয় তেওঁ কিন্তু যদি সকলো প্ৰতি লগত পিছত ইয়াৰ তাৰ এক বা কোনো",
    danda=True,
)
