from .form import Language

LANGUAGE = Language(
    name="Bengali",
    scripts=("bengali",),
    function_words="ও এবং এই হয় যে থেকে জন্য করা একটি না তিনি কিন্তু যদি সকল প্রতি সঙ্গে পরে এর তার এক বা কোন",
    danda=True,
)
