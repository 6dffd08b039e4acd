from .form import Language

LANGUAGE = Language(
    name="Burmese",
    scripts=("myanmar",),
    letters="ကခဂဃငစဆဇဈဉညဋဌဍဎဏတထဒဓနပဖဗဘမယရလဝသဟဠအဣဤဥဦဧဩဪါာိီုူေဲံ့း္်ျြွှဿ၀၁၂၃၄၅၆၇၈၉၊။၌၍၎၏ၐၑၒၓၔၕ",
    ellipsis_pauses=True,
    clauses=True,
)
