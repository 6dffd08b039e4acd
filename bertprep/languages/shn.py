from .form import Language

LANGUAGE = Language(
    name="Shan",
    scripts=("myanmar",),
    letters="ငတထပမယရလဝသဢိီုူေဵး်ျြွ၊။ၢၵၶၷၸၹၺၻၼၽၾၿႀႁႂႃႄႅႆႇႈႉႊ႐႑႒႓႔႕႖႗႘႙႞႟",
)
