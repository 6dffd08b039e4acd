from .form import Abbreviations, Language

LANGUAGE = Language(
    name="Georgian",
    scripts=("georgian",),
    abbreviations=Abbreviations(
        never="""
            პროფ დოც აკად ინჟ გენ პოლკ წმ ქ ქუჩ გამზ სოფ რ-ნი იხ შდრ ე.ი მაგ გვ ნახ სურ ცხრ ტ რედ თარგმ ლათ
            ინგლ რუს ფრანგ გერმ ბერძ სომხ თურქ არაბ სპარს ტელ დაახლ ბ-ნი ქ-ნი ა.შ.შ
        """,
        maybe="იან თებ მარ აპრ მაი ივნ ივლ აგვ სექ ოქტ ნოე დეკ ძვ.წ ჩვ.წ ახ.წ მლნ მლრდ",
        end="ა.შ და.ა.შ სხვ და.სხვ",
        number="თ მუხლი",
    ),
    section_words="თავი მუხლი წიგნი ტომი სცენა",
)
