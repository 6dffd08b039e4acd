from .form import Language

LANGUAGE = Language(
    name="Mon",
    scripts=("myanmar",),
    letters="ကခဂစဆဇဈဉညဋဌဍဎဏတထဒဓနပဖဗဘမယရလဝသဟဠအဣဤဥဧဨါာိီုူေဲဳဴဵံး္်ျြွှဿ၀၁၂၃၄၅၆၇၈၉၊။ၚၛၜၝၞၟၠ",
)
