from .form import Language, Wiki

LANGUAGE = Language(
    name="Korean",
    scripts=("hangul",),
    dotted_dates=True,
    wiki=Wiki(
        files=("파일", "그림"),
        categories=("분류",),
        redirects=("넘겨주기",),
        sections=("각주", "외부 링크", "같이 보기", "참고 문헌", "주석", "출처"),
        disambiguation=("동음이의", "동명이인"),
    ),
)
