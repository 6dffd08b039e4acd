from .form import Language, Template, Wiki

LANGUAGE = Language(
    name="Japanese",
    scripts=("kana", "han"),
    spaces=False,
    after_speech="とってはがをにのでもやなへかだよじら",
    after_title="がをの",
    quotes=("「", "」"),
    wiki=Wiki(
        files=("ファイル", "画像"),
        categories=("カテゴリ",),
        redirects=("転送", "リダイレクト"),
        sections=("脚注", "外部リンク", "関連項目", "参考文献", "出典", "注釈", "関連文献"),
        disambiguation=("aimai", "曖昧さ回避", "人名の曖昧さ回避"),
        language_names={
            "en": "英語", "de": "ドイツ語", "fr": "フランス語", "es": "スペイン語", "it": "イタリア語", "ru": "ロシア語", "la": "ラテン語",
            "el": "ギリシア語", "grc": "古代ギリシア語", "zh": "中国語", "ko": "朝鮮語", "ar": "アラビア語", "he": "ヘブライ語", "pt": "ポルトガル語",
            "nl": "オランダ語", "fa": "ペルシア語", "tr": "トルコ語",
        },
        language_label="{}: {}",
        templates=(
            Template("link", ("仮リンク",), ("0",)),
            Template("with_reading", ("読み仮名", "読み仮名 ruby不使用", "よみがな", "ふりがな")),
            Template("first", (
                "ruby", "ルビ", "要出典範囲", "要説明範囲", "by", "by2", "機種依存文字", "拡張漢字", "補助漢字フォント", "jis2004フォント", "jis90フォント",
            )),
            Template("first", ("cp932フォント", "旧字体", "新字体", "縦書き", "和暦", "要検証範囲", "独自研究範囲")),
            Template("filled_in", ("生年月日と年齢", "生年月日"), ("{}年{}月{}日",)),
            Template("link", arguments=("2", "0"), pattern=r"link-.*"),
        ),
    ),
)
