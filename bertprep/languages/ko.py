from .form import Language, Template, Wiki

LANGUAGE = Language(
    name="Korean",
    scripts=("hangul",),
    dotted_dates=True,
    wiki=Wiki(
        files=("파일", "그림", "미디어"),
        categories=("분류",),
        redirects=("넘겨주기",),
        sections=(
            "각주", "외부 링크", "같이 보기", "참고 문헌", "주석", "출처", "참고 자료", "바깥 고리", "함께 보기", "참조", "내용주", "출처주", "더 읽어보기",
        ),
        top_sections=("갤러리", "사진"),
        disambiguation=("동음이의", "동명이인", "동음이의어", "지명 동음이의"),
        language_names={
            "en": "영어", "de": "독일어", "fr": "프랑스어", "es": "스페인어", "it": "이탈리아어", "ru": "러시아어", "la": "라틴어",
            "el": "그리스어", "grc": "고대 그리스어", "ja": "일본어", "zh": "중국어", "ar": "아랍어", "he": "히브리어", "pl": "폴란드어",
            "tr": "튀르키예어", "pt": "포르투갈어", "nl": "네덜란드어", "uk": "우크라이나어",
        },
        language_label="{}: {}",
        templates=(
            Template("labelled_by_code", ("llang", "lang-x")),
            Template("first", ("한자", "hanja", "국기나라", "밑줄", "작게", "굵게", "위키낱말")),
            Template("quote", ("인용문", "인용문2")),
            Template("link", ("링크", "llink", "lk"), ("1", "0")),
            Template("in_marks", ("따옴표",), ("“", "”")),
            Template("first", ("ruby-ko",)),
        ),
        silent=(
            "출처", "출처 필요", "소리", "누가", "누가?", "언제", "언제?", "어디?", "국기", "국기그림", "내용주", "설명", "각주", "본문", "확인 필요",
            "모호", "음성", "ipa-*", "refn",
        ),
    ),
)
