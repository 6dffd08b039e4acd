from .form import Abbreviations, Language

LANGUAGE = Language(
    name="Kannada",
    scripts=("kannada",),
    abbreviations=Abbreviations(
        never="ಡಾ ಪ್ರೊ ಶ್ರೀ ಕ್ರಿ.ಶ ಕಿ.ಮೀ ಎಂ ಕೆ ಎಸ್ ಟಿ ವಿ ಎನ್ ಆರ್ ಸಿ ಪಿ ಜಿ ಎ ಬಿ ಡಿ ಇ ಎಫ್ ಎಚ್ ಹೆಚ್ ಐ ಜೆ ಎಲ್ ಯು ವೈ",
    ),
    section_words="ಭಾಗ ವಿಭಾಗ ಚಿತ್ರ ಪಾಠ",
)
