from .form import Abbreviations, Language

LANGUAGE = Language(
    name="Bengali",
    scripts=("bengali",),
    function_words="ও এবং এই হয় যে থেকে জন্য করা একটি না তিনি কিন্তু যদি সকল প্রতি সঙ্গে পরে এর তার এক বা কোন",
    abbreviations=Abbreviations(
        never="""
            ডা ড মো মোঃ মুহ প্রফ প্রো অধ্যা ইঞ্জি অ্যাড লে মেজ ক্যা জে মি মিসে শ্রী কি.মি মি.মি সে.মি পৃ
            খ্রি বি.দ্র উদা তাং নং রা আ বি সি ডি ই এফ জি এইচ আই এল এম এন ও পি কিউ এস টি ইউ ভি
        """,
    ),
    section_words="বিভাগ অংশ ধারা চিত্র সারণি সারণী খণ্ড পাঠ পর্ব",
    danda=True,
)
